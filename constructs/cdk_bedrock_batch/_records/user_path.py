"""A path that a user wrote, and the lines of its file."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from bedrock_batch.limits import MAXIMUM_RECORD_BYTES
from bedrock_batch.local_file import opened
from bedrock_batch.record import LineError, read_strictly
from bedrock_batch.texts import shown_path

if TYPE_CHECKING:
    from bedrock_batch.findings import Findings


@dataclass(frozen=True, slots=True)
class UserPath:
    """A path that means the same file wherever the program goes."""

    path: Path
    written: Path
    """As the user wrote it."""

    @classmethod
    def of(cls, path: str | Path) -> Self:
        """A relative path starts from the directory that is the current one now."""
        return cls(Path(path).absolute(), Path(path))

    @property
    def name(self) -> str:
        """For error texts."""
        return shown_path(self.written)

    def file(self, name: str) -> UserPath:
        """A file of this folder."""
        return UserPath(self.path / name, self.written / name)

    def opened(self) -> BinaryIO:
        """The file, at its start.

        :raises ValueError: as `local_file.opened`.
        """
        return opened(self.path, self.name)

    def objects(self, findings: Findings) -> Iterator[tuple[int, dict[str, Any]]]:
        """The objects of a JSONL file with the numbers of their lines. A line with a fault is left out.

        :raises ValueError: as `opened`.
        """
        with self.opened() as file:
            lines = iter(lambda: file.readline(MAXIMUM_RECORD_BYTES + 1), b"")
            for number, line in enumerate(lines, 1):
                text = (line.removeprefix(BOM_UTF8) if number == 1 else line).rstrip()
                if not text:
                    continue
                try:
                    found, faults = read_strictly(text)
                except LineError as error:
                    findings.add(number, str(error), kind=error.kind)
                    if len(line) > MAXIMUM_RECORD_BYTES:
                        # What follows is the rest of this line.
                        return
                    continue
                for fault in faults:
                    findings.add_fault(number, fault)
                if not faults:
                    yield number, found

    def not_utf_8(self) -> str:
        """Where a file that is not UTF-8 stops being so, as an error text."""
        with self.opened() as file:
            for number, line in enumerate(file, 1):
                try:
                    line.decode()
                except UnicodeDecodeError as error:
                    at = f"{self.name}:{number}: not UTF-8: {error.reason} at byte {error.start + 1} of the line"
                    return f"{at}; save the file as UTF-8"
        return f"{self.name}: not UTF-8"
