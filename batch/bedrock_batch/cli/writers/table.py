"""The columns of a table of rows, and its cells."""

import json
from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from typing import Any, Final

from bedrock_batch.results import MEMBERS, Results

_OF_ROWS: Final = tuple(name for name in MEMBERS.values() if name != "columns")
_OF_OTHER_TYPES: Final = (_OF_ROWS.index("vectors"), _OF_ROWS.index("modelOutput"))
_values: Final = attrgetter(*(attribute for attribute in MEMBERS if attribute != "columns"))


def names_of(results: Results) -> list[str]:
    """The names of the columns: those of all rows, then those of the records' own table.

    A column of the table that has the name of another one gets `column:` in front, as often as it needs to.
    """
    own = [whole(name) for name in results.column_names]
    count = Counter((*_OF_ROWS, *own))
    # A name that is nobody else's stays, wherever it stands.
    taken = {*_OF_ROWS, *(name for name in own if count[name] == 1)}
    return [*_OF_ROWS, *(name if count[name] == 1 else _free(name, taken) for name in own)]


def whole(text: str) -> str:
    """A text in which half a character is its escape."""
    return text.encode("utf-8", "backslashreplace").decode()


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"column:{name}"
    taken.add(name)
    return name


def cells_of(results: Results) -> Iterator[list[Any]]:
    """The cells of each row. Vectors, unknown forms of output, and arrays and objects of a table are JSON."""
    for row in results:
        cells = [*_values(row)]
        for place in _OF_OTHER_TYPES:
            if cells[place] is not None:
                cells[place] = json.dumps(cells[place])
        own = row.columns or {}
        cells += [_plain(own.get(name)) for name in results.column_names]
        yield cells


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | bool) else value
