"""Several invocations at once, of which exactly one runs at any moment: who goes on is a list of choices."""

import threading
from collections.abc import Sequence
from typing import Any

from bedrock_batch_local.engine.clock import ManualClock
from handler.hooks import Killed
from handler.runtime import SharedClock
from handler.world import World


class _Actor:
    """One invocation in a thread of its own that stops before and after each outbound call until it is let on."""

    def __init__(self, world: World, event: dict[str, Any]) -> None:
        self._world = World(
            world.engine,
            world.bedrock,
            world.cloudformation,
            world.s3,
            world.buckets,
            _ActorClock(world.service_clock, self),
            world.service_clock,
        )
        self._world.answers, self._world.bodies = world.answers, world.bodies
        self._event = event
        self._go, self._paused = threading.Semaphore(0), threading.Semaphore(0)
        self.finished = False
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def step(self) -> None:
        """Let it run to its next pause or its end."""
        self._go.release()
        assert self._paused.acquire(timeout=30), "the invocation neither paused nor ended"

    def pause(self, _call: str = "", _moment: str = "") -> None:
        self._paused.release()
        self._go.acquire()

    def _run(self) -> None:
        self._go.acquire()
        try:
            self._world.deliver(self._event, hook=self.pause)
        except (Exception, Killed) as error:
            self.failure = error
        self.finished = True
        self._paused.release()


class _ActorClock(SharedClock):
    """The shared clock; waits of several actors pass at the same time."""

    def __init__(self, service_clock: ManualClock, actor: _Actor) -> None:
        super().__init__(service_clock)
        self._actor = actor

    def sleep(self, seconds: float) -> None:
        until = self.monotonic() + seconds
        self._actor.pause()
        super().sleep(max(0.0, until - self.monotonic()))


def interleave(world: World, events: Sequence[dict[str, Any]], choices: Sequence[int]) -> None:
    """Run an invocation for each event; each choice lets one go a step on, at the end each runs to its end in turn."""
    actors = [_Actor(world, event) for event in events]
    for choice in choices:
        if not actors[choice].finished:
            actors[choice].step()
    for actor in actors:
        while not actor.finished:
            actor.step()
    for actor in actors:
        if actor.failure is not None:
            raise actor.failure
