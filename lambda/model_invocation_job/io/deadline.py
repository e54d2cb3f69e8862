"""Time: how much is left, and waits that end in time."""

import time
from datetime import UTC, datetime
from typing import Any, Protocol


class Clock(Protocol):
    """The clock of the handler. Tests move it by hand."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def now(self) -> datetime:
        """The time of day, with its time zone."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The clock of the machine."""

    monotonic = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)

    def now(self) -> datetime:
        """The time of day in UTC."""
        return datetime.now(UTC)


class Deadline:
    """A moment that no wait goes beyond."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        """`seconds` from now."""
        self._clock = clock
        self._end = clock.monotonic() + seconds

    @classmethod
    def of_invocation(cls, clock: Clock, context: Any, reserve_seconds: float) -> "Deadline":
        """The time that Lambda leaves this invocation, minus a reserve for the response."""
        return cls(clock, context.get_remaining_time_in_millis() / 1000 - reserve_seconds)

    def within(self, seconds: float) -> "Deadline":
        """An earlier deadline: `seconds` from now, or this one if it comes first."""
        return Deadline(self._clock, min(seconds, self.remaining()))

    def remaining(self) -> float:
        """Seconds left, 0 when none."""
        return max(0.0, self._end - self._clock.monotonic())

    def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the deadline."""
        self._clock.sleep(min(seconds, self.remaining()))
