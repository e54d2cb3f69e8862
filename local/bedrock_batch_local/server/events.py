"""``Batch Inference Job State Change`` on the default event bus of the job's account and Region."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bedrock_batch_local.emulator import event_bus
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.scope import Scope

logger = logging.getLogger(__name__)


class StateChangeEvents:
    """Sends one event for each change of status, in order. The engine does not wait for it."""

    def __init__(self) -> None:
        # One thread keeps the order. Targets of rules may be slow.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="state-change-events")

    def __call__(self, job: Job) -> None:
        self._pool.submit(_emit, job.scope, job.arn, _detail(job))

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


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


def _emit(scope: Scope, job_arn: str, detail: dict[str, Any]) -> None:
    try:
        event_bus.put(
            scope.account,
            scope.region,
            source="aws.bedrock",
            detail_type="Batch Inference Job State Change",
            detail=detail,
            resources=[job_arn],
        )
    except Exception:
        # Best effort, as on AWS: an event that cannot be delivered must not disturb the job.
        logger.exception("state change event was not delivered")
