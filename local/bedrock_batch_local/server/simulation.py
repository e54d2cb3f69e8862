"""Moves the engine, and all else that follows its clock, through time: on request, or with a scaled clock by itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from bedrock_batch_local.emulator.moment import Follower
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.clock import ManualClock, ScaledClock

logger = logging.getLogger(__name__)

_TICK_SECONDS = 0.05
_POLL_SECONDS = 0.005
# A function that waits for a move of the clock would wait for itself.
_PATIENCE_SECONDS = 60.0


class Work(Protocol):
    """The background work of all jobs."""

    @property
    def busy(self) -> bool:
        """Whether any work is under way."""


class Simulation:
    """The engine with its background work, and the followers of its clock, in the order in which they act.

    ``before_tick`` is called before each of them acts.
    """

    def __init__(
        self,
        engine: BatchEngine,
        workload: Work,
        followers: Sequence[Follower],
        before_tick: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._workload = workload
        self._followers = followers
        self._before_tick = before_tick
        self._advancing = asyncio.Lock()
        self._patience = _PATIENCE_SECONDS

    async def run(self) -> None:
        """Tick for ever, so that jobs continue (and events are sent) even if nobody asks about them."""
        while True:
            self._engine.tick()
            for follower in self._followers:
                self._tick(follower)
            await asyncio.sleep(_TICK_SECONDS)

    async def advance(self, clock: ManualClock | ScaledClock, seconds: float) -> None:
        """Move ``clock`` from one planned moment to the next, and wait for the real work between them.

        Without these stops a job would start its work at the end of a jump and be late for no reason. Functions that
        events and schedules invoke have ended, too; after a minute without an end the move goes on and waits for no
        other. ``ValueError`` if ``seconds`` is negative.
        """
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"advanceSeconds must be 0 or more, got {seconds}")
        async with self._advancing:
            self._patience = _PATIENCE_SECONDS
            target = clock.now() + seconds
            await self._settle()
            while (due := self._next_due()) is not None and due <= target:
                clock.advance(max(0.0, due - clock.now()))
                await self._settle()
                # A long way has many stops. Other requests are handled between them.
                await asyncio.sleep(0)
            clock.advance(max(0.0, target - clock.now()))
            await self._settle()

    def _next_due(self) -> float | None:
        now = self._engine.clock.now()
        planned = [self._engine.next_due(), *(follower.next_due(now) for follower in self._followers)]
        return min((due for due in planned if due is not None), default=None)

    async def _settle(self) -> None:
        until = time.monotonic() + self._patience
        await self._work()
        for follower in self._followers:
            self._tick(follower)
        while any(follower.busy() for follower in self._followers):
            if time.monotonic() >= until:
                self._patience = 0.0
                return
            await asyncio.sleep(_POLL_SECONDS)
            # What a function does may start a job, send an event, or need a second attempt.
            await self._work()
            for follower in self._followers:
                self._tick(follower)

    async def _work(self) -> None:
        self._engine.tick()
        while self._workload.busy:
            await asyncio.sleep(_POLL_SECONDS)
            self._engine.tick()
        self._engine.tick()

    def _tick(self, follower: Follower) -> None:
        self._before_tick()
        try:
            follower.tick(self._engine.clock.now())
        except Exception:
            # What happens after a job must never end the jobs themselves.
            logger.exception("%s did not do all that was due", type(follower).__name__)
