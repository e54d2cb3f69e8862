"""Batch inference of Amazon Bedrock as a service of the server: the engine with its clock, its work and its pages."""

from __future__ import annotations

import logging
import time

from bedrock_batch_local.emulator import deliveries, invocations, moment, rights
from bedrock_batch_local.emulator.alarms import Alarms
from bedrock_batch_local.emulator.schedules import Schedules
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.clock import ManualClock, ScaledClock
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.pacing import Pacing
from bedrock_batch_local.engine.quirks import Quirks
from bedrock_batch_local.inference.one_record import Inference
from bedrock_batch_local.server.admin import PREFIX, Admin
from bedrock_batch_local.server.batch_api import BatchApi
from bedrock_batch_local.server.batch_metrics import BatchMetrics
from bedrock_batch_local.server.event_faults import EventFaults
from bedrock_batch_local.server.events import StateChangeEvents
from bedrock_batch_local.server.http import Application, HttpScope
from bedrock_batch_local.server.service import Host
from bedrock_batch_local.server.simulation import Simulation
from bedrock_batch_local.work.background import BackgroundWorkload
from bedrock_batch_local.work.batch_work import BatchWork
from bedrock_batch_local.work.young_buckets import YoungBuckets

logger = logging.getLogger("bedrock_batch_local")


class BatchInference:
    """The batch operations of the API, and the pages of the bill and the clock."""

    def __init__(self, host: Host) -> None:
        settings, endpoint_url = host.settings, host.started.endpoint_url
        inference = Inference(host.model)
        clock = ManualClock(time.time()) if settings.manual_clock else ScaledClock(settings.speed)
        quirks = Quirks.of(settings.quirks)
        young = YoungBuckets(quirks)
        self._workload = BackgroundWorkload(lambda job: BatchWork(job, endpoint_url, inference, quirks, young))
        moment.follow(clock.now)
        faults = EventFaults.of(quirks)
        deliveries.LINE.is_throttled = faults.is_throttled
        events = StateChangeEvents(faults)
        engine = BatchEngine(clock, self._workload, pacing=Pacing.of(settings.pacing), quirks=quirks)
        batch_metrics = BatchMetrics(engine, self._workload.tokens)
        for listener in (_log, events, batch_metrics, self._workload.forget):
            engine.on_change(listener)
        # At one moment: first what happened to jobs, then schedules, then what comes of both.
        followers = (batch_metrics, events, Schedules(engine.told), deliveries.LINE, invocations.LINE, Alarms())
        self._simulation = Simulation(engine, self._workload, followers, rights.call_over_tls)
        self._api = BatchApi(engine, host.otherwise, quirks)
        self._admin = Admin(engine, clock, self._simulation, faults)

    def application_for(self, scope: HttpScope) -> Application | None:
        return self._admin if scope["path"].startswith(PREFIX) else self._api.application_for(scope)

    async def run(self) -> None:
        await self._simulation.run()

    def close(self) -> None:
        self._workload.close()


def _log(job: Job) -> None:
    logger.info("%s %s %s%s", job.scope.region, job.arn.rsplit("/", 1)[-1], f"{job.name}: {job.status}", _reason(job))


def _reason(job: Job) -> str:
    return f" ({job.message})" if job.message else ""
