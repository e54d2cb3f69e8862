"""Values in Markdown of GitHub and GitLab. They come from files of a pull request, so that nobody can trust them.

A value stands in a code span. There neither GitHub nor GitLab makes a link, a mention, a reference, an emoji or HTML
of it. Only a few plain words of a sentence stand outside.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Final

from bedrock_batch.plan.words import visible

_LONGEST_VALUE: Final = 300
_LONGEST_SENTENCE: Final = 1_000
# A backslash before a pipe: renderers disagree on whether the pipe ends the cell.
_BEFORE_PIPE: Final = re.compile(r"\\(?=\\*\|)")
_OPENING: Final = "(\"'"
_CLOSING: Final = ")\"',.;:!?"
# Neither `GH-12` nor seven hexadecimal digits: GitHub links them to issues and commits.
_PLAIN: Final = re.compile(r"(?![0-9a-fA-F]{7})(?:S3|[A-Za-z]+(?:['-][A-Za-z]+)*|\d{1,3}(?:,\d{3})*(?:\.\d{1,6})?)")


def code(value: str) -> str:
    """A value as a code span, in a cell or not. Characters that cannot be seen are escaped, a long value is cut."""
    shown = _BEFORE_PIPE.sub(r"\\x5c", _visible(value, _LONGEST_VALUE)) or '""'
    runs = {len(each) for each in re.findall("`+", shown)}
    fence = "`" * next(each for each in count(1) if each not in runs)
    # A renderer takes away one blank of each side if both sides have one.
    is_padded = "`" in (shown[0], shown[-1]) or (shown[0] == shown[-1] == " " and shown.strip(" ") != "")
    return f"{fence} {shown} {fence}" if is_padded else f"{fence}{shown}{fence}"


def prose(sentence: str) -> str:
    """A sentence that may hold values. It must not stand at the beginning of a line."""
    return " ".join(_word(each) for each in _visible(sentence, _LONGEST_SENTENCE).split(" ") if each)


def _word(token: str) -> str:
    core = token.lstrip(_OPENING).rstrip(_CLOSING)
    if not core or _PLAIN.fullmatch(core):
        return token
    before, _, after = token.partition(core)
    return f"{before}{code(core)}{after}"


def _visible(text: str, longest: int) -> str:
    return _cut(visible(_cut(text, longest)), longest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest * 2 // 3]}…{text[-longest // 3 + 1 :]}"


def row(cells: Iterable[str]) -> str:
    """A row of a table. Each pipe is escaped, in a code span too: cells are split before spans are read."""
    escaped = " | ".join(each.replace("|", r"\|") for each in cells)
    return f"| {escaped} |"


def fitting(lines: Sequence[str], room: int) -> tuple[list[str], list[int]]:
    """The lines that fit into so many characters, with their line breaks, and the places of those that do not."""
    taken, left = [], []
    for place, line in enumerate(lines):
        if len(line) < room:
            taken.append(line)
            room -= len(line) + 1
        else:
            left.append(place)
    return taken, left
