"""The ASGI application of the server: one door for the batch service, its admin pages and MiniStack.

Import this only after the environment is prepared (see ``surroundings``): it imports MiniStack.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from bedrock_batch_local.emulator import application
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.clock import ManualClock, ScaledClock
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.quirks import Quirks
from bedrock_batch_local.inference.model import Model
from bedrock_batch_local.inference.one_record import Inference
from bedrock_batch_local.server.admin import PREFIX, Admin
from bedrock_batch_local.server.events import StateChangeEvents
from bedrock_batch_local.server.http import HttpScope, Message, Receive, Send
from bedrock_batch_local.server.service import BatchService
from bedrock_batch_local.server.simulation import Simulation
from bedrock_batch_local.server.slow_copies import SlowCopies
from bedrock_batch_local.settings import Settings, Started
from bedrock_batch_local.work.background import BackgroundWorkload
from bedrock_batch_local.work.batch_work import BatchWork
from bedrock_batch_local.work.young_buckets import YoungBuckets

logger = logging.getLogger("bedrock_batch_local")
_FORWARDED = b"x-forwarded-proto"


class Front:
    """Routes requests; runs the simulation while the server runs. ``on_ready`` is called when requests are answered."""

    def __init__(self, settings: Settings, model: Model, started: Started, on_ready: Callable[[], None]) -> None:
        self._emulator = application.start(started.secret)
        inference = Inference(model)
        clock = ManualClock(time.time()) if settings.manual_clock else ScaledClock(settings.speed)
        quirks = Quirks.of(settings.quirks)
        young = YoungBuckets(quirks)
        self._workload = BackgroundWorkload(lambda job: BatchWork(job, started.endpoint_url, inference, quirks, young))
        self._events = StateChangeEvents()
        engine = BatchEngine(clock, self._workload, quirks=quirks)
        for listener in (_log, self._events, self._workload.forget):
            engine.on_change(listener)
        self._simulation = Simulation(engine, self._workload)
        self._service = BatchService(engine, SlowCopies(settings.copy_seconds, self._emulator), quirks)
        self._admin = Admin(engine, clock, self._simulation)
        self._on_ready = on_ready
        self._ticking: asyncio.Task[None] | None = None

    async def __call__(self, scope: HttpScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif scope["path"].startswith(PREFIX):
            await self._admin(scope, receive, send)
        else:
            await self._service(_over_tls(scope), receive, send)

    def close(self) -> None:
        """End what MiniStack and the jobs still run: function processes and background threads."""
        self._events.close()
        self._workload.close()
        application.stop()

    async def _live(self, scope: HttpScope, receive: Receive, send: Send) -> None:
        async def send_and_start(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                self._ticking = asyncio.create_task(self._simulation.run())
                self._on_ready()

        await self._emulator(scope, receive, send_and_start)
        if self._ticking:
            self._ticking.cancel()


def _over_tls(scope: HttpScope) -> HttpScope:
    """The request as if it had come over TLS: bucket policies rightly deny anything else, and this is loopback.

    A caller that wants to be seen as one without TLS says so: ``x-forwarded-proto: http``.
    """
    if any(name.lower() == _FORWARDED and value == b"http" for name, value in scope["headers"]):
        return scope
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != _FORWARDED]
    return {**scope, "headers": [*headers, (_FORWARDED, b"https")]}


def _log(job: Job) -> None:
    logger.info("%s %s %s%s", job.scope.region, job.arn.rsplit("/", 1)[-1], f"{job.name}: {job.status}", _reason(job))


def _reason(job: Job) -> str:
    return f" ({job.message})" if job.message else ""
