"""Clocks: the engine reads simulated time from them.

The engine uses seconds since the epoch in simulated time. A clock also has the wall time, which the API reports as
``submitTime``: callers compare it with their own clock.
"""

from __future__ import annotations

import time
from typing import Protocol

MANUAL_START = 1_767_225_600.0  # 2026-01-01T00:00:00Z, so that tests read like dates


class Clock(Protocol):
    """What the engine needs of a clock."""

    def now(self) -> float:
        """Simulated time in seconds since the epoch."""

    def wall(self) -> float:
        """The time on a caller's clock, in seconds since the epoch."""


class ManualClock:
    """A clock that moves only when ``advance`` is called."""

    def __init__(self, start: float = MANUAL_START) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def wall(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the time forward by ``seconds``. ``ValueError`` if that is negative."""
        self._now += _forward(seconds)


class ScaledClock:
    """The wall clock, ``speed`` times as fast (default: 1). The speed may change at any time. Time never goes back."""

    def __init__(self, speed: float = 1.0) -> None:
        self._base = time.time()
        self._since = time.monotonic()
        self._speed = _checked(speed)

    @property
    def speed(self) -> float:
        """Simulated seconds that pass in one second."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        checked = _checked(speed)
        self._base, self._since = self.now(), time.monotonic()
        self._speed = checked

    def advance(self, seconds: float) -> None:
        """Move the time forward by ``seconds``, besides what passes by itself. ``ValueError`` if that is negative."""
        self._base += _forward(seconds)

    def now(self) -> float:
        return self._base + (time.monotonic() - self._since) * self._speed

    def wall(self) -> float:
        return time.time()


def _forward(seconds: float) -> float:
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"seconds must be 0 or more, got {seconds}")
    return seconds


def _checked(speed: float) -> float:
    if not 0 < speed < float("inf"):
        raise ValueError(f"speed must be more than 0, got {speed}")
    return speed
