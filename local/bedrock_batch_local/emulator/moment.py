"""The time of MiniStack's EventBridge, CloudWatch and asynchronous invocations: that of the simulation."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

_clock: Callable[[], float] = time.time


class Follower(Protocol):
    """A part of the server that follows the simulated clock. All times are seconds since the epoch."""

    def next_due(self, now: float) -> float | None:
        """When it has something to do next. ``None`` if nothing is planned."""

    def tick(self, now: float) -> None:
        """Do all that is due."""

    def busy(self) -> bool:
        """Whether what was begun has not ended."""


def follow(clock: Callable[[], float]) -> None:
    """Take the time from ``clock`` from now on (before: the time of this machine)."""
    global _clock  # noqa: PLW0603  (one process has one clock, as MiniStack has one state)
    _clock = clock


def now() -> float:
    """The simulated time in seconds since the epoch."""
    return _clock()
