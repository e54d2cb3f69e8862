"""The template of a question: a text with placeholders such as `{column}`."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, Self

from cdk_bedrock_batch._records.writer import json_of

_PIECE: Final = re.compile(r"(?P<escaped>\{\{|\}\})|\{(?P<column>[^{}]+)\}|(?P<brace>[{}])")
_SHOWN_COLUMNS: Final = 20
# Up to four words that do not begin with a digit. What else is in the first line may be cells of a table without a
# header.
_NAME: Final = re.compile(r"(?=.{1,40}\Z)[^\W\d]\w*(?:[ ._:/-]\w+){0,3}")
_SHORT: Final = reprlib.Repr()
_SHORT.maxstring = 60


@dataclass(frozen=True, slots=True)
class Template:
    """Literal texts and the columns between them: one more literal than there are columns."""

    literals: tuple[str, ...]
    columns: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a template. `{{` and `}}` are braces; what else is in braces is the name of a column, all of it.

        :raises ValueError: a brace stands alone, or there is no placeholder.
        """
        json_of("prompt", text)
        literals, columns, at = [""], [], 0
        for piece in _PIECE.finditer(text):
            literals[-1] += text[at : piece.start()]
            at = piece.end()
            if piece["brace"]:
                raise ValueError(
                    f"prompt has a single {piece['brace']} at character {piece.start() + 1}; write "
                    f"{piece['brace'] * 2} for a brace, and the name of a column in braces for its value"
                )
            if piece["escaped"]:
                literals[-1] += piece["escaped"][0]
            else:
                columns.append(piece["column"])
                literals.append("")
        literals[-1] += text[at:]
        if not columns:
            raise ValueError("prompt has no placeholder such as {column}, so all records would be the same")
        return cls(tuple(literals), tuple(columns))

    def filled(self, value_of: Callable[[str], str]) -> str:
        """The text with the value of each column. A value is never read as a template."""
        values = [value_of(column) for column in self.columns]
        pairs = zip(values, self.literals[1:], strict=True)
        return self.literals[0] + "".join(value + literal for value, literal in pairs)


def unknown_column(option: str, name: str, known: Collection[str]) -> str:
    """The error text for a column that does not exist. It shows the others only if all of them look like names."""
    if not all(_NAME.fullmatch(each.strip()) for each in known):
        return (
            f"{option} names the column {_SHORT.repr(name)}; the names of the {len(known)} columns are not shown, "
            "since they may be cells: the first line of a CSV file must name the columns"
        )
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {_SHORT.repr(close[0])}? " if close else ""
    shown = [_SHORT.repr(each) for each in list(known)[:_SHOWN_COLUMNS]]
    rest = [f"and {len(known) - _SHOWN_COLUMNS} more"] if len(known) > _SHOWN_COLUMNS else []
    exist = f"the columns are {', '.join([*shown, *rest])}" if shown else "there are none"
    return f"{option} names the column {_SHORT.repr(name)}; {hint}{exist}"
