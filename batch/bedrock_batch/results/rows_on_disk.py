"""Records and their rows in a database of its own on disk: a job's output is larger than memory, and in no order."""

import itertools
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, Self

from bedrock_batch.results.pairing import Item, Pairing
from bedrock_batch.results.row import Outcome, Row

_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
CREATE TABLE records (file INTEGER, position INTEGER, id TEXT, body BLOB, line INTEGER, PRIMARY KEY (file, position))
WITHOUT ROWID;
CREATE TABLE rows (line INTEGER PRIMARY KEY, file INTEGER, id TEXT, body BLOB, repeat INTEGER, outcome TEXT, row TEXT,
UNIQUE (file, id, repeat));
CREATE TABLE columns (id TEXT PRIMARY KEY, cells TEXT) WITHOUT ROWID;
"""
# A repeated line replaces an earlier one only if it is better. The words are in the order of the alphabet:
# error, invalid_output, success.
_ADD: Final = """
INSERT INTO rows (file, id, body, repeat, outcome, row) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET outcome = excluded.outcome, row = excluded.row WHERE excluded.outcome > rows.outcome
"""
_PAIR_BY_ID: Final = """
UPDATE records SET line = (SELECT line FROM rows WHERE rows.file = records.file AND rows.id = records.id AND repeat = 0)
WHERE file = ?
"""
# Everything is read, and sorted, before the first one is there.
_ITEMS: Final = """
SELECT body, 0, position, id, NULL FROM records WHERE file = :file AND body IS NOT NULL
UNION ALL SELECT body, 1, line, id, outcome FROM rows WHERE file = :file
ORDER BY 1, 2, 3
"""
_JOINED: Final = "records LEFT JOIN rows ON rows.line = records.line"


class Ids(NamedTuple):
    """How many records of a file have an id, have that of an earlier record, and have none."""

    named: int
    repeated: int
    nameless: int

    @property
    def tell_all(self) -> bool:
        """Whether the id of an output line tells its record."""
        return not self.repeated and not self.nameless


class RowsOnDisk:
    """The records of a job's input, and the rows of its output. Use it in a `with` statement: it removes its file."""

    def __init__(self) -> None:
        """Open an empty database. SQLite removes a database without a name when it is closed."""
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        self._repeats = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def add_records(self, file: int, records: Iterable[tuple[str | None, bytes | None]]) -> int:
        """Add the records of an input file, in their order.

        :param records: the id of each record, and a digest of its body if it has no id.
        :return: how many there are.
        """
        numbered = ((file, position, *record) for position, record in enumerate(records, 1))
        return self._database.executemany("INSERT INTO records VALUES (?, ?, ?, ?, NULL)", numbered).rowcount

    def add_bodies(self, file: int, bodies: Iterable[bytes | None]) -> None:
        """Add the digests of the bodies of all records of an input file, in their order."""
        numbered = ((body, file, position) for position, body in enumerate(bodies, 1))
        self._database.executemany("UPDATE records SET body = ? WHERE file = ? AND position = ?", numbered)

    def ids_of(self, file: int) -> Ids:
        """What the ids of the records of an input file tell."""
        query = "SELECT count(id), count(DISTINCT id), count(body) FROM records WHERE file = ?"
        named, distinct, nameless = self._database.execute(query, (file,)).fetchone()
        return Ids(named=named, repeated=named - distinct, nameless=nameless)

    def add_rows(self, file: int, rows: Iterable[tuple[Row, bytes | None]]) -> None:
        """Add the rows of output of an input file, in any order.

        :param rows: each row, and a digest of its record's body if the ids of the file do not tell all.
        """
        self._database.executemany(
            _ADD,
            (
                (file, row.record_id, body, 0 if body is None else next(self._repeats), *_written(row))
                for row, body in rows
            ),
        )

    def pair_by_id(self, file: int) -> None:
        """Give each record of a file the row of its id."""
        self._database.execute(_PAIR_BY_ID, (file,))

    def pair_by_body(self, file: int) -> None:
        """Give each record of a file the row of its id and its body, and an id if Bedrock made one up for it."""
        pairing = Pairing()
        items = self._database.execute(_ITEMS, {"file": file})
        self._database.executemany(
            "UPDATE records SET line = ?, id = coalesce(id, ?) WHERE position = ? AND file = ?",
            ((*pair, file) for pair in pairing.pairs(map(Item._make, items))),
        )
        self._database.executemany("DELETE FROM rows WHERE line = ?", ((number,) for number in pairing.repeated))

    def add_columns(self, columns: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Add the columns of records, by their ids."""
        written = ((record_id, json.dumps(cells)) for record_id, cells in columns)
        self._database.executemany("INSERT OR REPLACE INTO columns VALUES (?, ?)", written)

    def take_rows_for_records(self) -> None:
        """Let the output stand for the input: the input is gone."""
        self._database.execute(
            "INSERT INTO records SELECT file, row_number() OVER (PARTITION BY file ORDER BY line), id, NULL, line "
            "FROM rows"
        )

    @property
    def records(self) -> int:
        """How many records there are."""
        return int(self._database.execute("SELECT count(*) FROM records").fetchone()[0])

    @property
    def rows_of_no_record(self) -> int:
        """How many rows belong to no record of the input."""
        query = "SELECT (SELECT count(*) FROM rows) - (SELECT count(line) FROM records)"
        return int(self._database.execute(query).fetchone()[0])

    def outcomes(self, without_output: Outcome) -> Counter[Outcome]:
        """How many records have each outcome."""
        query = f"SELECT rows.outcome, count(*) FROM {_JOINED} GROUP BY rows.outcome"  # noqa: S608 - a constant
        found: Counter[Outcome] = Counter()
        for outcome, count in self._database.execute(query):
            found[Outcome(outcome or without_output)] += count
        return found

    def rows(self, without_output: Outcome, left_out: Outcome | None = None) -> Iterator[Row]:
        """The row of each record, in the order of the input, but for those of one outcome."""
        query = (
            f"SELECT records.id, rows.row, columns.cells FROM {_JOINED} "  # noqa: S608 - a constant
            "LEFT JOIN columns ON columns.id = records.id WHERE coalesce(rows.outcome, ?) IS NOT ? "
            "ORDER BY records.file, records.position"
        )
        for record_id, row, cells in self._database.execute(query, (without_output, left_out)):
            members: dict[str, Any] = {"outcome": without_output} if row is None else json.loads(row)
            members["recordId"] = record_id
            if cells is not None:
                members["columns"] = json.loads(cells)
            yield Row.of_members(members)


def _written(row: Row) -> tuple[str, str]:
    members = row.members()
    del members["recordId"]
    return row.outcome.value, json.dumps(members)
