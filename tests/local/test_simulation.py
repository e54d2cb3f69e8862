"""A move of the clock stops at what is planned, waits for what that begins, and ends even if that does not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from bedrock_batch_local import BatchEngine, ManualClock
from bedrock_batch_local.server import simulation
from bedrock_batch_local.server.simulation import Simulation


class Bell:
    """Rings each ten seconds. ``busy_for`` is how often it says that it has not ended."""

    def __init__(self, start: float, busy_for: float = 0) -> None:
        self._next = start + 10
        self._busy_for = busy_for
        self.rung: list[float] = []

    def next_due(self, _now: float) -> float:
        return self._next

    def tick(self, now: float) -> None:
        if now >= self._next:
            self._next += 10
            self.rung.append(now)

    def busy(self) -> bool:
        self._busy_for -= 1
        return self._busy_for >= 0


class NoWork:
    """There is no job."""

    busy = False


class Broken(Bell):
    def tick(self, now: float) -> None:
        super().tick(now)
        raise RuntimeError("broken")


def advanced(make: Callable[[float], Bell], seconds: float = 35) -> tuple[list[float], float]:
    """When a bell has rung after a move, and where the clock is then; both from the start."""
    clock = ManualClock()
    start, bell = clock.now(), make(clock.now())
    asyncio.run(Simulation(BatchEngine(clock), NoWork(), (bell,), _nothing).advance(clock, seconds))
    return [moment - start for moment in bell.rung], clock.now() - start


def _nothing() -> None:
    pass


def test_it_stops_at_what_is_planned() -> None:
    assert advanced(Bell) == ([10, 20, 30], 35)


def test_it_waits_for_what_has_begun() -> None:
    assert advanced(lambda start: Bell(start, busy_for=5)) == ([10, 20, 30], 35)


def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a function waited for a move of the clock itself."""
    monkeypatch.setattr(simulation, "_PATIENCE_SECONDS", 0.5)
    began = time.monotonic()

    assert advanced(lambda start: Bell(start, busy_for=float("inf"))) == ([10, 20, 30], 35)
    # Once for all of the way.
    assert time.monotonic() - began < 1.5


def test_a_follower_that_fails_holds_up_nothing() -> None:
    assert advanced(Broken) == ([10, 20, 30], 35)
