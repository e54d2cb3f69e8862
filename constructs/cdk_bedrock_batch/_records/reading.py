"""Reads a file of records once, however many jobs use it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bedrock_batch import limits
from bedrock_batch.records import RecordFile, check_file, read_records
from cdk_bedrock_batch._records.progress import progress_of

if TYPE_CHECKING:
    from pathlib import Path

    from bedrock_batch.families import Family

# A file that is written twice within this time may have the same time stamp both times: FAT counts in 2 seconds.
_STAMP_NANOSECONDS: Final = 2_000_000_000


@dataclass(frozen=True, slots=True)
class _Question:
    """What was read, and how. An edited file is another one."""

    path: Path
    size: int
    changed: int
    family: Family | None
    """By identity: rows of the table may have the same name."""
    min_records: int
    max_records: int
    max_bytes: int


_READ: Final[dict[_Question, RecordFile]] = {}


def read_once(
    path: Path,
    family: Family | None,
    *,
    min_records: int = limits.MINIMUM_RECORDS,
    max_records: int,
    max_bytes: int,
) -> RecordFile:
    """Read a file as `records.read_records` does, or tell what was found when it was read the same way before.

    :raises ValueError: as `records.read_records`.
    """
    check_file(path, max_bytes)
    status = path.stat()
    question = _Question(
        path.absolute(),
        status.st_size,
        status.st_mtime_ns,
        family,
        min_records,
        max_records,
        max_bytes,
    )
    found = _READ.get(question)
    if found is None:
        with progress_of(path.name, status.st_size) as progress:
            found = read_records(
                path,
                family=family,
                min_records=min_records,
                max_records=max_records,
                max_bytes=max_bytes,
                progress=progress,
            )
        if time.time_ns() - question.changed > _STAMP_NANOSECONDS:
            _READ[question] = found
    return found
