"""Where something stands in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedrock_batch.texts import shown_path

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column of a file, both from 1; 0 if they are not known."""

    path: Path
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """As in an error text: `jobs/tickets.yaml:4:9`."""
        numbers = (number for number in (self.line, self.column) if number)
        return ":".join((shown_path(self.path), *map(str, numbers)))
