"""Reads a file of records once, however many jobs use it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from bedrock_batch import limits
from bedrock_batch.records import RecordFile, check_file, read_records
from bedrock_batch.texts import shown_path
from cdk_bedrock_batch._records.progress import progress_of

if TYPE_CHECKING:
    from pathlib import Path

    from bedrock_batch.families import Family

# A file that is written twice within this time may have the same time stamp both times: FAT counts in 2 seconds.
_STAMP_NANOSECONDS: Final = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """A state of a file. Nobody can set the time of a change back, as opposed to that of the content."""

    path: Path
    name: str
    """Of the file, in error texts."""
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, path: Path, name: str) -> Self:
        """The state of a file now."""
        status = path.stat()
        return cls(path.absolute(), name, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def check_unchanged(self) -> None:
        """Check that the file is still as it was, so that what is uploaded is what was checked.

        :raises ValueError: it is another one.
        """
        if not self.path.exists() or Stamp.of(self.path, self.name) != self:
            raise ValueError(f"{self.name}: the file has changed while it was read; synthesize again")


@dataclass(frozen=True, slots=True)
class _Question:
    """What was read, and how. An edited file is another one."""

    stamp: Stamp
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
    shown_as: str | None = None,
    min_records: int = limits.MINIMUM_RECORDS,
    max_records: int,
    max_bytes: int,
) -> tuple[RecordFile, Stamp]:
    """Read a file as `records.read_records` does, or tell what was found when it was read the same way before.

    :raises ValueError: as `records.read_records`, or the file has changed meanwhile.
    """
    name = shown_path(path) if shown_as is None else shown_as
    check_file(path, max_bytes, shown_as=name)
    stamp = Stamp.of(path, name)
    question = _Question(stamp, family, min_records, max_records, max_bytes)
    found = _READ.get(question)
    if found is None:
        with progress_of(path.name, stamp.size) as progress:
            found = read_records(
                path,
                shown_as=name,
                family=family,
                min_records=min_records,
                max_records=max_records,
                max_bytes=max_bytes,
                progress=progress,
            )
        stamp.check_unchanged()
        if time.time_ns() - max(stamp.modified, stamp.changed) > _STAMP_NANOSECONDS:
            _READ[question] = found
    return found, stamp
