"""What Get and List say about a job: the members of their responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bedrock_batch_local.engine.job import Job, JobStatus
from bedrock_batch_local.engine.workload import Progress

_RETURNED_AS_GIVEN = ("jobName", "clientRequestToken", "roleArn", "inputDataConfig", "outputDataConfig", "vpcConfig")


def describe(job: Job, progress: Progress, shown_as: Mapping[JobStatus, str]) -> dict[str, Any]:
    """The response of GetModelInvocationJob and an element of ``invocationJobSummaries``: both have the same members.

    Datetimes are ``datetime``. ``shown_as`` are words for statuses that are shown by another than the API's.
    """
    members: dict[str, Any] = {
        "jobArn": job.arn,
        **{name: job.request[name] for name in _RETURNED_AS_GIVEN if job.request.get(name) is not None},
        # The API answers with an ARN whatever form the request used.
        "modelId": job.model.arn,
        "status": shown_as.get(job.status, str(job.status)),
        "submitTime": job.reported(job.submitted_at),
        "lastModifiedTime": job.reported(job.entered_at),
        "timeoutDurationInHours": job.timeout_hours,
        "jobExpirationTime": job.reported(job.deadline),
        "modelInvocationType": job.request.get("modelInvocationType") or "InvokeModel",
        "totalRecordCount": 0 if job.running_since is None else job.total,
        "processedRecordCount": progress.processed,
        "successRecordCount": progress.success,
        "errorRecordCount": progress.errors,
    }
    if job.message:
        members["message"] = job.message
    if job.ended_at is not None:
        members["endTime"] = job.reported(job.ended_at)
    return members
