"""``Batch Inference Job State Change`` on the default event bus of the job's account and Region."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from bedrock_batch_local.emulator import event_bus
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.scope import Scope
from bedrock_batch_local.server.event_faults import EventFaults

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Event:
    """An event that waits. ``due`` and ``time``, that of the change, are simulated seconds since the epoch."""

    due: float
    time: float
    times: int
    scope: Scope
    job_arn: str
    detail: dict[str, Any]


class StateChangeEvents:
    """Sends one event for each change of status, in order, unless ``faults`` change that. No job waits for it."""

    def __init__(self, faults: EventFaults) -> None:
        self._faults = faults
        self._waiting: list[_Event] = []

    def __call__(self, job: Job) -> None:
        if times := self._faults.times():
            at = job.entered_at
            event = _Event(at + self._faults.lag_seconds, at, times, job.scope, job.arn, _detail(job))
            self._waiting.append(event)

    def next_due(self, _now: float) -> float | None:
        return min((event.due for event in self._waiting), default=None)

    def tick(self, now: float) -> None:
        due = sorted((event for event in self._waiting if event.due <= now), key=lambda event: event.due)
        self._waiting = [event for event in self._waiting if event.due > now]
        for event in due:
            _emit(event)

    def busy(self) -> bool:
        return False


def _detail(job: Job) -> dict[str, Any]:
    return {
        "version": "0.0",
        "accountId": job.scope.account,
        "batchJobName": job.name,
        "batchJobArn": job.arn,
        "batchModelId": job.model.arn,
        "status": str(job.status),
        "failureMessage": job.message,
        # The service's own examples have the time in this form.
        "creationTime": job.reported(job.submitted_at).strftime("%b %-d, %Y, %-I:%M:%S %p"),
    }


def _emit(event: _Event) -> None:
    try:
        event_bus.put(
            event.scope.account,
            event.scope.region,
            source="aws.bedrock",
            detail_type="Batch Inference Job State Change",
            detail=event.detail,
            resources=[event.job_arn],
            time=event.time,
            times=event.times,
        )
    except Exception:
        # Best effort, as on AWS: an event that cannot be delivered must not disturb the job.
        logger.exception("state change event was not delivered")
