"""What the work of a job answers to the engine: the end of each part of it, and the counters on the way."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Validation:
    """The end of validation: how many records the job has, or why it fails."""

    records: int = 0
    failure: str = ""


@dataclass(frozen=True)
class Progress:
    """How many records were processed, and how many of those ended well or in an error record."""

    processed: int = 0
    success: int = 0
    errors: int = 0


@dataclass(frozen=True)
class Outcome:
    """The end of processing; ``failure`` is set when the job as a whole can not be carried out."""

    failure: str = ""


@dataclass(frozen=True)
class Delivery:
    """The end of writing results; ``failure`` is set when they could not be written."""

    progress: Progress = field(default_factory=Progress)
    failure: str = ""
