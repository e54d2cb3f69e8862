"""The results that the work of a job gives to the engine: the end of each phase, and the counters."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Validation:
    """The end of validation: the number of records, or why it fails."""

    records: int = 0
    failure: str = ""


@dataclass(frozen=True)
class Progress:
    """The number of processed records, and how many of them succeeded or became error records."""

    processed: int = 0
    success: int = 0
    errors: int = 0


@dataclass(frozen=True)
class Outcome:
    """The end of processing. ``failure`` is set if the job as a whole cannot be processed."""

    failure: str = ""


@dataclass(frozen=True)
class Delivery:
    """The end of writing the output. ``failure`` is set if it could not be written."""

    progress: Progress = field(default_factory=Progress)
    failure: str = ""
