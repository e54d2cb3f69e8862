"""Tables of questions: one record a row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

from bedrock_batch.findings import Findings
from bedrock_batch.limits import MAXIMUM_RECORD_BYTES
from bedrock_batch.places import object_name
from bedrock_batch.texts import shown
from cdk_bedrock_batch._records.source import Item, RecordSource, numbered, questions
from cdk_bedrock_batch._records.template import unknown_column
from cdk_bedrock_batch._records.user_path import UserPath
from cdk_bedrock_batch._records.writer import line_of

if TYPE_CHECKING:
    from bedrock_batch.families import Family
    from cdk_bedrock_batch._records.asking import Asking
    from cdk_bedrock_batch._records.template import Template

Cells = dict[str, Any]
CheckColumns = Callable[[Collection[str]], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, by columns. A cell of a CSV file is a string, one of a JSONL file any JSON value."""

    line: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Table(RecordSource[str]):
    """The rows of a CSV or JSONL file."""

    path: UserPath
    template: Template
    asking: Asking
    id_column: str | None
    max_records: int

    @property
    def name(self) -> str:  # type: ignore[override]  # it is only read
        """The path."""
        return self.path.name

    @property
    def file_name(self) -> str:  # type: ignore[override]  # it is only read
        """The name of the table, with the suffix of records."""
        return object_name(self.path.path.stem)

    def rows(self, findings: Findings) -> Iterator[tuple[str, Row]]:
        """The rows with the ids of their records."""
        first: dict[str, int] = {}
        for position, row in enumerate(read_rows(self.path, findings, self._check_columns), 1):
            if self.id_column is None:
                yield numbered(position, self.max_records), row
                continue
            record_id = _text(row.cells.get(self.id_column))
            if not record_id:
                findings.add(row.line, "the cell of id_column must not be empty")
            elif (before := first.setdefault(record_id, row.line)) != row.line:
                findings.add(row.line, f"the cell of id_column has the same value as line {before}", kind="id_column")
            else:
                yield record_id, row

    def items(self, findings: Findings) -> Iterator[Item[str]]:
        """The rows as texts."""
        for record_id, row in self.rows(findings):
            missing = [column for column in self.template.columns if row.cells.get(column) is None]
            if missing and missing[0] in row.cells:
                findings.add(row.line, f"the column {shown(missing[0])} is null")
            elif missing:
                findings.add(row.line, unknown_column("prompt", missing[0], row.cells))
            else:
                try:
                    text = self._text_of(row)
                except ValueError as error:
                    findings.add(row.line, str(error))
                    continue
                if text.strip():
                    yield Item(row.line, record_id, text)
                else:
                    findings.add(row.line, "the text of the record is empty")

    def _text_of(self, row: Row) -> str:
        return self.template.filled(lambda column: _text(row.cells[column]))

    def columns(self) -> Iterator[bytes]:
        """All cells of each row, whether or not they are in the text."""
        findings = Findings(self.name)
        for record_id, row in self.rows(findings):
            try:
                yield line_of({"recordId": record_id, "columns": row.cells})
            except ValueError as error:
                findings.add(row.line, str(error))
        findings.raise_if_any()

    def translator(self, family: Family | None) -> Callable[[str], dict[str, Any]]:
        """A text becomes a question."""
        return questions(self.asking, family)

    def _check_columns(self, known: Collection[str]) -> None:
        named = [("prompt", column) for column in self.template.columns]
        for option, column in [*named, *([("id_column", self.id_column)] if self.id_column else [])]:
            if column not in known:
                raise ValueError(f"{self.name}: {unknown_column(option, column, known)}")


def read_rows(path: UserPath, findings: Findings, check_columns: CheckColumns) -> Iterator[Row]:
    """The rows of a file, read one by one. A row with a fault is left out.

    :param check_columns: gets the columns before the first row: of a CSV file, those of the header; of a JSONL file,
        those of the first row.
    :raises ValueError: it is no table at all.
    """
    readers = {".csv": _csv_rows, ".jsonl": _json_rows}
    reader = readers.get(path.path.suffix.lower())
    if reader is None:
        hint = "; unpack the file" if path.path.suffix.lower() == ".gz" else ""
        raise ValueError(f"{findings.name}: the name of a table must end with .csv or .jsonl{hint}")
    return reader(path, findings, check_columns)


def _csv_rows(path: UserPath, findings: Findings, check_columns: CheckColumns) -> Iterator[Row]:
    limit = csv.field_size_limit(MAXIMUM_RECORD_BYTES)
    try:
        with TextIOWrapper(path.opened(), encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            _check_header(header, findings.name)
            check_columns(header)
            at = reader.line_num + 1
            empty: list[int] = []
            for cells in reader:
                line, at = at, reader.line_num + 1
                if not cells:
                    empty.append(line)
                    continue
                # In a table of one column, an empty line before another row is a row with an empty cell.
                yield from (Row(each, {header[0]: ""}) for each in empty if len(header) == 1)
                empty.clear()
                if len(cells) == len(header):
                    yield Row(line, dict(zip(header, cells, strict=True)))
                else:
                    findings.add(
                        line, f"a row must have {len(header)} cells, as the header, got {len(cells)}", kind="cells"
                    )
    except UnicodeDecodeError:
        raise ValueError(path.not_utf_8()) from None
    except csv.Error as error:
        raise ValueError(f"{findings.name}:{reader.line_num}: not CSV: {error}") from None
    finally:
        csv.field_size_limit(limit)


def _check_header(header: list[str], name: str) -> None:
    if not header:
        raise ValueError(f"{name}: the first line must name the columns")
    for number, column in enumerate(header, 1):
        if not column.strip():
            raise ValueError(f"{name}: column {number} has no name in the first line")
        if header.index(column) != number - 1:
            raise ValueError(f"{name}: columns {header.index(column) + 1} and {number} have the same name")


def _json_rows(path: UserPath, findings: Findings, check_columns: CheckColumns) -> Iterator[Row]:
    columns = None
    for number, cells in path.objects(findings):
        if columns is None:
            check_columns(columns := cells.keys())
        yield Row(number, cells)


def _text(cell: Any) -> str:
    """A cell as a piece of a text: a string as it is, any other JSON value as JSON."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else line_of(cell).decode().removesuffix("\n")
