"""Moves the engine through time: on request, and continuously with a scaled clock."""

from __future__ import annotations

import asyncio

from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.clock import ManualClock, ScaledClock
from bedrock_batch_local.work.background import BackgroundWorkload

_TICK_SECONDS = 0.05
_POLL_SECONDS = 0.005


class Simulation:
    """The engine, its clock and its background work."""

    def __init__(self, engine: BatchEngine, workload: BackgroundWorkload) -> None:
        self._engine = engine
        self._workload = workload
        self._advancing = asyncio.Lock()

    async def run(self) -> None:
        """Tick for ever, so that jobs continue (and events are sent) even if nobody asks about them."""
        while True:
            self._engine.tick()
            await asyncio.sleep(_TICK_SECONDS)

    async def advance(self, clock: ManualClock | ScaledClock, seconds: float) -> None:
        """Move ``clock`` from one planned transition to the next, and wait for the real work between them.

        Without these stops a job would start its work at the end of a jump and be late for no reason. ``ValueError`` if
        ``seconds`` is negative.
        """
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"advanceSeconds must be 0 or more, got {seconds}")
        async with self._advancing:
            target = clock.now() + seconds
            await self._settle()
            while (due := self._engine.next_due()) is not None and due <= target:
                clock.advance(max(0.0, due - clock.now()))
                await self._settle()
            clock.advance(max(0.0, target - clock.now()))
            await self._settle()

    async def _settle(self) -> None:
        self._engine.tick()
        while self._workload.busy:
            await asyncio.sleep(_POLL_SECONDS)
            self._engine.tick()
        self._engine.tick()
