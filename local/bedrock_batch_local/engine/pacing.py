"""How long each phase of a job takes, in simulated time.

By public reports a job of 100 to 500 records takes 9 to 25 minutes, and a wrong permission shows after 2 to 8 minutes.
The defaults follow these: 120 records take 12.5 minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True)
class Pacing:
    """Seconds per phase. ``start_up`` and ``per_record`` make up InProgress, which takes ``longest_run`` at most."""

    submitted: float = 60.0
    validating: float = 90.0
    scheduled: float = 240.0
    start_up: float = 120.0
    per_record: float = 2.0
    longest_run: float = 12 * 3600.0
    stopping: float = 60.0
    # The user guide allows the counters to lag up to one minute behind.
    counter_lag: float = 30.0

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """A pacing from JSON. ``ValueError`` for a name that is none of its phases, or for no number of 0 or more."""
        names = sorted(each.name for each in fields(cls))
        for name, seconds in values.items():
            if name not in names:
                raise ValueError(f"pacing must be of {names}, got {name!r}")
            number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
            if not number or not 0 <= seconds < float("inf"):
                raise ValueError(f"{name} must be 0 or more seconds, got {seconds!r}")
        return cls(**values)

    def processing(self, records: int) -> float:
        """Seconds in InProgress for this many records."""
        return min(self.start_up + self.per_record * records, self.longest_run)

    def processed(self, records: int, seconds: float) -> int:
        """The records of ``records`` that are processed after this many seconds in InProgress."""
        duration = self.processing(records)
        if seconds >= duration:
            return records
        start_up = min(self.start_up, duration / 2)
        return max(0, int(records * (seconds - start_up) / (duration - start_up)))

    def counted(self, records: int, seconds: float) -> int:
        """The same as the counters of the API show it. They lag behind."""
        lag = self.counter_lag
        return self.processed(records, seconds // lag * lag if lag else seconds)
