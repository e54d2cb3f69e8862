"""Reads lines of the input, of the output and of the columns. What cannot be read is noted, and left out."""

import codecs
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any, Final

from bedrock_batch.record import Loads
from bedrock_batch.results.output_record import finite
from bedrock_batch.results.pairing import UNKNOWN
from bedrock_batch.results.row import Row

RowOf = Callable[[Mapping[str, Any]], Row]

# How Python writes whole numbers that are real: 1.0 and 1e+16.
_MAY_BE_WHOLE: Final = re.compile(r"\.0(?!\d)|\de\+")
# Texts are matched to leave them out.
_TEXT_OR_REAL: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?e[+-]?\d+|-?\d+\.\d+')


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


def records_in(
    lines: Iterable[bytes], loads: Loads, notes: Notes, numbers: set[int]
) -> Iterator[tuple[str | None, bytes | None]]:
    """The id of each record of an input file, or a digest of its body if it has none.

    Numbers are no ids. Those that stand in place of ids are added to `numbers`.
    """
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
        elif type(record_id) is int:
            numbers.add(record_id)
            yield str(record_id), None
        else:
            yield None, _digest(record.get("modelInput"))


def bodies_in(lines: Iterable[bytes], loads: Loads) -> Iterator[bytes | None]:
    """A digest of the body of each record of an input file."""
    for line in lines:
        if line.strip():
            record = _parsed(line, loads)
            yield None if record is None else _digest(record.get("modelInput"))


def rows_in(
    lines: Iterable[bytes],
    row_of: RowOf,
    loads: Loads,
    notes: Notes,
    *,
    by_body: bool,
    numbers: Container[int] = (),
) -> Iterator[tuple[Row, bytes | None]]:
    """The row of each record of an output file, with a digest of its body if ids do not tell all.

    :param numbers: what the input has in place of ids.
    """
    for line in lines:
        if not line.strip():
            continue
        record = _parsed(line, loads)
        record_id = None if record is None else record.get("recordId")
        if type(record_id) is int and record_id in numbers:
            record_id = str(record_id)
        if record is None or not isinstance(record_id, str):
            is_whole = line.endswith(b"\n")
            notes.add(
                "a line of the output is not a record" if is_whole else "the last line of an output file is cut off"
            )
            continue
        record["recordId"] = _whole(record_id)
        body = record.get("modelInput")
        yield row_of(record), _output_digest(body) if by_body else None


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
        yield _whole(record_id), finite(cells)


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


def _output_digest(body: Any) -> bytes:
    return UNKNOWN if body is None else _digest(body)


def _digest(body: Any) -> bytes:
    """The same for bodies of the same value: 1.0 is 1."""
    text = json.dumps(body, sort_keys=True)
    if _MAY_BE_WHOLE.search(text):
        text = _TEXT_OR_REAL.sub(_shortest, text)
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def _shortest(found: re.Match[str]) -> str:
    text = found.group()
    if text[0] == '"':
        return text
    number = float(text)
    return str(int(number)) if number.is_integer() else text
