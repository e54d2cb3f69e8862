"""Reads lines of the input, of the output and of the columns. What cannot be read is noted, and left out."""

import codecs
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bedrock_batch.families import Family
from bedrock_batch.record import Loads
from bedrock_batch.results.output_record import IsValid, row_of
from bedrock_batch.results.row import Row


class Notes:
    """What a reader should know, each sentence with the number of its times."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._counts: Counter[str] = Counter()

    def add(self, sentence: str) -> None:
        """Note a sentence, which has nothing of a record."""
        self._counts[sentence] += 1

    def sentences(self) -> tuple[str, ...]:
        """Each sentence once."""
        return tuple(each if count == 1 else f"{each} ({count:,} times)" for each, count in self._counts.items())


def records_in(lines: Iterable[bytes], loads: Loads, notes: Notes) -> Iterator[tuple[str | None, bytes | None]]:
    """The id of each record of an input file, or a digest of its body if it has none."""
    for line in lines:
        if not line.strip():
            continue
        record = _parsed(line, loads)
        if record is None:
            notes.add("a line of the input is not a record")
            yield None, None
            continue
        record_id = record.get("recordId")
        if isinstance(record_id, str) and record_id:
            yield _whole(record_id), None
        else:
            yield None, _digest(record.get("modelInput"))


def rows_in(
    lines: Iterable[bytes],
    family: Family | None,
    is_valid: IsValid | None,
    loads: Loads,
    notes: Notes,
    *,
    by_body: bool,
) -> Iterator[tuple[Row, bytes | None]]:
    """The row of each record of an output file, with a digest of its body if records of the input have no id."""
    for line in lines:
        if not line.strip():
            continue
        record = _parsed(line, loads)
        if record is None or not isinstance(record.get("recordId"), str):
            is_whole = line.endswith(b"\n")
            notes.add(
                "a line of the output is not a record" if is_whole else "the last line of an output file is cut off"
            )
            continue
        record["recordId"] = _whole(record["recordId"])
        yield row_of(record, family, is_valid=is_valid), _digest(record.get("modelInput")) if by_body else None


def columns_in(
    lines: Iterable[bytes], loads: Loads, notes: Notes, names: dict[str, None]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The columns of each record, by its id. Their names are added to `names`."""
    for line in lines:
        if not line.strip():
            continue
        found = _parsed(line, loads) or {}
        record_id, cells = found.get("recordId"), found.get("columns")
        if not isinstance(record_id, str) or not isinstance(cells, dict):
            notes.add("a line of the columns cannot be read")
            continue
        names.update(dict.fromkeys(cells))
        yield _whole(record_id), cells


def _whole(record_id: str) -> str:
    """An id that SQLite takes. Half a character is not Unicode text, so it is escaped."""
    return record_id if record_id.isascii() else record_id.encode("utf-8", "backslashreplace").decode()


def _parsed(line: bytes, loads: Loads) -> dict[str, Any] | None:
    try:
        # Editors put the mark at the beginning of a file.
        record = loads(line.removeprefix(codecs.BOM_UTF8).decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _digest(body: Any) -> bytes:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode("utf-8", "replace")).digest()
