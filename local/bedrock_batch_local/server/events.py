"""``Batch Inference Job State Change`` on the default event bus of the job's account and Region."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import eventbridge

from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.scope import Scope

logger = logging.getLogger(__name__)


class StateChangeEvents:
    """Sends one event per change of status, in order, without holding up the engine."""

    def __init__(self) -> None:
        # One thread keeps the order; targets of rules may take their time.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="state-change-events")

    def __call__(self, job: Job) -> None:
        self._pool.submit(_emit, job.scope, _entry(job))

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _entry(job: Job) -> dict[str, Any]:
    detail = {
        "version": "0.0",
        "accountId": job.scope.account,
        "batchJobName": job.name,
        "batchJobArn": job.arn,
        "batchModelId": job.model.arn,
        "status": str(job.status),
        "failureMessage": job.message,
        # The service's own samples write the time for people.
        "creationTime": job.reported(job.submitted_at).strftime("%b %-d, %Y, %-I:%M:%S %p"),
    }
    return {
        "Source": "aws.bedrock",
        "DetailType": "Batch Inference Job State Change",
        "Detail": json.dumps(detail),
        "Resources": [job.arn],
    }


def _emit(scope: Scope, entry: dict[str, Any]) -> None:
    try:
        with request_scope(scope.account, scope.region):
            # PutEvents over HTTP refuses sources of AWS; this is the way of MiniStack's own services.
            eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
    except Exception:
        # Best effort, as on AWS: an event that can not be delivered must not disturb the job.
        logger.exception("state change event was not delivered")
