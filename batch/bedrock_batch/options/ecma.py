"""Patterns of the table as JSON Schema takes them: ECMA-262, which editors run, and which Python reads alike."""

import re
from typing import Final

from bedrock_batch.options.scalars import INTERPRETED

_WORD_CHARACTERS: Final = "A-Za-z0-9_"
_MARKS: Final = "|".join(re.escape(mark).replace(r"\#", "#") for mark in INTERPRETED)
# C0 and C1 controls, and the two line breaks of Unicode.
_CONTROLS: Final = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"

# The end of the text. In Python, `$` alone also matches before a line break at the end.
_END: Final = r"$(?!\n)"

HARMLESS: Final = rf"^(?!.*(?:{_MARKS}))[^{_CONTROLS}]*{_END}"
"""A text without a pattern of its own: no control characters, and no mark that something interprets."""
NOT_BLANK: Final = r"\S"
"""A text with anything in it but white space."""


def pattern_of(pattern: re.Pattern[str]) -> str:
    r"""A pattern that must match a whole text. `\w` has other letters in Python unless it is told."""
    own = pattern.pattern.replace(r"[\w", f"[{_WORD_CHARACTERS}")
    return f"^(?:{own}){_END}"
