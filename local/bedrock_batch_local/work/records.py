"""Input records: reads JSON lines from a stream of bytes, and checks them as validation does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bedrock_batch.limits import MAXIMUM_INPUT_BYTES, MAXIMUM_JOB_BYTES, MAXIMUM_RECORDS, MINIMUM_RECORDS


class InvalidInput(Exception):  # noqa: N818  (it becomes the message of a job, not an error of this program)
    """Input that fails the job in Validating. The text is the job's failure message."""


def lines(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Line numbers (from 1) and lines without line ends. Blank lines are left out."""
    number = 0
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            number += 1
            if line.strip():
                yield number, line
    if rest.strip():
        yield number + 1, rest


def parse(line: bytes, key: str, number: int) -> dict[str, Any]:
    """One record. ``InvalidInput`` if it is not an object with an object ``modelInput``."""
    where = f"at line {number} of file {key}"
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise InvalidInput(f"Record is not valid JSON {where}") from None
    if not isinstance(record, dict):
        raise InvalidInput(f"Record is not a JSON object {where}")
    if not isinstance(record.get("modelInput"), dict):
        raise InvalidInput(f"Record has no modelInput object {where}")
    if not isinstance(record.get("recordId", ""), str):
        raise InvalidInput(f"Record has a recordId that is not a string {where}")
    return record


def count(chunks: Iterable[bytes], key: str) -> int:
    """The number of records of a file. Each record is checked."""
    found = 0
    for number, line in lines(chunks):
        parse(line, key, number)
        found += 1
        if found > MAXIMUM_RECORDS:
            raise InvalidInput(f"File {key} has more than the allowed maximum of {MAXIMUM_RECORDS} records")
    return found


def check_total(records: int) -> None:
    """The limits of a whole job."""
    if records < MINIMUM_RECORDS:
        raise InvalidInput(f"Input has {records} records, fewer than the required minimum of {MINIMUM_RECORDS}")
    if records > MAXIMUM_RECORDS:
        raise InvalidInput(f"Input has {records} records, more than the allowed maximum of {MAXIMUM_RECORDS}")


def check_sizes(sizes: Iterable[tuple[str, int]]) -> None:
    """The limits in bytes, per file and per job."""
    total = 0
    for key, size in sizes:
        total += size
        if size > MAXIMUM_INPUT_BYTES:
            raise InvalidInput(f"File {key} has {size} bytes, more than the allowed maximum of {MAXIMUM_INPUT_BYTES}")
    if total > MAXIMUM_JOB_BYTES:
        raise InvalidInput(f"Input has {total} bytes, more than the allowed maximum of {MAXIMUM_JOB_BYTES}")
