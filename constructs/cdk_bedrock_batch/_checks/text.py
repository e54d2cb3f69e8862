"""Checks a user's text before it reaches a template, a name or a log."""

from __future__ import annotations

import re
from typing import Final

from bedrock_batch.texts import shown

# How CDK writes a token into a text. Its value is known only at deployment.
TOKEN: Final = re.compile(r"\$\{Token\[[a-zA-Z0-9:._-]+\]\}")


def has_token(text: str) -> bool:
    """Whether a text contains a token."""
    return TOKEN.search(text) is not None


def literal_pieces(text: str) -> list[str]:
    """The known parts of a text: before, between and after its tokens."""
    return TOKEN.split(text)


def is_token(text: object) -> bool:
    """Whether a text is one token and nothing else."""
    return isinstance(text, str) and TOKEN.fullmatch(text) is not None


def check_text(option: str, text: object, pattern: re.Pattern[str], allowed: str) -> None:
    """Check a text that may contain tokens. Each token counts as one letter; a token alone is always accepted.

    :raises ValueError: `<option> must be <allowed>, got ...`
    """
    if is_token(text):
        return
    if not isinstance(text, str) or not pattern.fullmatch(TOKEN.sub("x", text)):
        raise ValueError(f"{option} must be {allowed}, got {shown(text)}")
