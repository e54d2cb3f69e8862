"""Checks a user's text before it reaches a template, a name or a log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bedrock_batch.texts import shown

if TYPE_CHECKING:
    from collections.abc import Callable

# How CDK writes a token into a text. Its value is known only at deployment.
TOKEN: Final = re.compile(r"\$\{Token\[[a-zA-Z0-9:._-]+\]\}")

# How it writes one into a number, and into a list: `Token.as_number`, `Token.as_list`. A number alone is the token.
_NUMBER: Final = re.compile(r"-1\.8881545897\d*e\+289")
_LIST: Final = re.compile(r"#\{Token\[[a-zA-Z0-9:._-]+\]\}")


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """A value of objects and lists, with each text in it changed."""
    match value:
        case str():
            return change(value)
        case dict():
            return {change(key): each_text(item, change) for key, item in value.items()}
        case list() | tuple():
            return [each_text(item, change) for item in value]
        case _:
            return value


def has_token(text: str) -> bool:
    """Whether a text contains a token."""
    return TOKEN.search(text) is not None


def has_any_token(text: str) -> bool:
    """Whether a text, which may be JSON, contains a token or what stands for one in a number or a list."""
    # To look for a constant text first is many times as fast, and nearly every text holds none.
    return ("{Token[" in text and (has_token(text) or _LIST.search(text) is not None)) or (
        "e+289" in text and _NUMBER.search(text) is not None
    )


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
