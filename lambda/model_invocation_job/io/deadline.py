"""Time: how much is left, and waiting within it."""

import time
from datetime import UTC, datetime
from typing import Any, Protocol


class Clock(Protocol):
    """Time as the handler sees it; tests move it by hand."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def now(self) -> datetime:
        """The time of day, with its zone."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's own clock."""

    monotonic = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)

    def now(self) -> datetime:
        """The time of day in UTC."""
        return datetime.now(UTC)


class Deadline:
    """A moment that no wait may pass."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        """`seconds` from now."""
        self._clock = clock
        self._end = clock.monotonic() + seconds

    @classmethod
    def of_invocation(cls, clock: Clock, context: Any, reserve_seconds: float) -> "Deadline":
        """What Lambda leaves this invocation, less a reserve for the answer."""
        return cls(clock, context.get_remaining_time_in_millis() / 1000 - reserve_seconds)

    def within(self, seconds: float) -> "Deadline":
        """An earlier deadline: `seconds` from now, or this one if that comes first."""
        return Deadline(self._clock, min(seconds, self.remaining()))

    def remaining(self) -> float:
        """Seconds left, 0 when none."""
        return max(0.0, self._end - self._clock.monotonic())

    def sleep(self, seconds: float) -> None:
        """Wait, but never past the deadline."""
        self._clock.sleep(min(seconds, self.remaining()))
