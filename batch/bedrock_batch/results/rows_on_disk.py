"""Records and their rows in a database of its own on disk: a job's output is larger than memory, and in no order."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Self

from bedrock_batch.results.row import Outcome, Row

_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
CREATE TABLE records (file INTEGER, position INTEGER, id TEXT, body BLOB, PRIMARY KEY (file, position)) WITHOUT ROWID;
CREATE TABLE rows (file INTEGER, id TEXT, body BLOB, outcome TEXT, row TEXT, PRIMARY KEY (file, id));
CREATE TABLE columns (id TEXT PRIMARY KEY, cells TEXT) WITHOUT ROWID;
"""
# A repeated line replaces an earlier one only if it alone has an answer.
_ADD: Final = """
INSERT INTO rows VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET outcome = excluded.outcome, row = excluded.row
WHERE rows.outcome = 'error' AND excluded.outcome <> 'error'
"""
_JOINED: Final = "records LEFT JOIN rows ON rows.file = records.file AND rows.id = records.id"


class RowsOnDisk:
    """The records of a job's input, and the rows of its output. Use it in a `with` statement: it removes its file."""

    def __init__(self) -> None:
        """Open an empty database. SQLite removes a database without a name when it is closed."""
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")

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
        return self._database.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", numbered).rowcount

    def has_records_without_id(self, file: int) -> bool:
        """Whether Bedrock made up ids for records of an input file."""
        found = self._database.execute("SELECT 1 FROM records WHERE file = ? AND id IS NULL LIMIT 1", (file,))
        return found.fetchone() is not None

    def add_rows(self, file: int, rows: Iterable[tuple[Row, bytes | None]]) -> None:
        """Add the rows of the output file of an input file, in any order.

        :param rows: each row, and a digest of its record's body if records of the file have no id.
        """
        self._database.executemany(
            _ADD, ((file, row.record_id, body, row.outcome.value, _written(row)) for row, body in rows)
        )

    def add_columns(self, columns: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Add the columns of records, by their ids."""
        written = ((record_id, json.dumps(cells)) for record_id, cells in columns)
        self._database.executemany("INSERT OR REPLACE INTO columns VALUES (?, ?)", written)

    def name_records_without_id(self) -> None:
        """Give each record without an id one that Bedrock made up for the same body."""
        nameless = self._database.execute("SELECT file, position, body FROM records WHERE id IS NULL").fetchall()
        if not nameless:
            return
        self._database.execute("CREATE INDEX made_up ON rows (file, body)")
        known = "SELECT 1 FROM records WHERE records.file = rows.file AND records.id = rows.id"
        self._database.execute("CREATE INDEX named ON records (file, id)")
        for file, position, body in nameless:
            self._database.execute(
                "UPDATE records SET id = (SELECT id FROM rows WHERE file = ? AND body = ? "  # noqa: S608 - a constant
                f"AND NOT EXISTS ({known}) LIMIT 1) WHERE file = ? AND position = ?",
                (file, body, file, position),
            )

    def take_rows_for_records(self) -> None:
        """Let the output stand for the input: the input is gone."""
        self._database.execute(
            "INSERT INTO records SELECT file, row_number() OVER (PARTITION BY file ORDER BY rowid), id, NULL FROM rows"
        )

    @property
    def records(self) -> int:
        """How many records there are."""
        return int(self._database.execute("SELECT count(*) FROM records").fetchone()[0])

    @property
    def rows_of_no_record(self) -> int:
        """How many rows belong to no record of the input."""
        inside = self._database.execute(f"SELECT count(DISTINCT rows.rowid) FROM {_JOINED}").fetchone()[0]  # noqa: S608 - a constant
        return int(self._database.execute("SELECT count(*) FROM rows").fetchone()[0] - inside)

    @property
    def records_with_a_row_of_others(self) -> int:
        """How many records have the row of a record before: their ids are the same."""
        query = f"SELECT count(rows.rowid) - count(DISTINCT rows.rowid) FROM {_JOINED}"  # noqa: S608 - a constant
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


def _written(row: Row) -> str:
    members = row.members()
    del members["recordId"]
    return json.dumps(members)
