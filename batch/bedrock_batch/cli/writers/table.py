"""The columns of a table of rows, and its cells."""

import json
from collections.abc import Iterator
from typing import Any, Final

from bedrock_batch.results import MEMBERS, Results

_OF_ROWS: Final = tuple(name for name in MEMBERS.values() if name != "columns")
_OF_OTHER_TYPES: Final = ("vectors", "modelOutput")


def names_of(results: Results) -> list[str]:
    """The names of the columns: those of all rows, then those of the records' own table.

    A column of the table that has the name of one of ours gets `column:` in front.
    """
    return [*_OF_ROWS, *(f"column:{name}" if name in _OF_ROWS else name for name in results.column_names)]


def cells_of(results: Results) -> Iterator[list[Any]]:
    """The cells of each row. Vectors, unknown forms of output, and arrays and objects of a table are JSON."""
    for row in results:
        members = row.members()
        own = row.columns or {}
        yield [
            *(_of_row(members, name) for name in _OF_ROWS),
            *(_plain(own.get(name)) for name in results.column_names),
        ]


def _of_row(members: dict[str, Any], name: str) -> Any:
    value = members.get(name)
    return json.dumps(value) if name in _OF_OTHER_TYPES and value is not None else value


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | bool) else value
