"""The members of a job in the responses of Get and List."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.normal_form import normal_form
from bedrock_batch_local.engine.quirks import Quirks
from bedrock_batch_local.engine.work_answers import Progress

_RETURNED_AS_GIVEN = ("jobName", "clientRequestToken", "roleArn", "inputDataConfig", "outputDataConfig", "vpcConfig")


def describe(job: Job, progress: Progress, quirks: Quirks) -> dict[str, Any]:
    """The response of GetModelInvocationJob, or an element of ``invocationJobSummaries``: both have the same members.

    Datetimes are ``datetime``. The quirks say which members are left out or shown in other words.
    """
    members = _members(job, progress)
    members["status"] = quirks.shown_as.get(job.status, str(job.status))
    if quirks.normalises:
        members = normal_form(members, job.request["modelId"])
    hidden = quirks.hidden_members | (frozenset() if quirks.shows_token else {"clientRequestToken"})
    return {name: value for name, value in members.items() if name not in hidden}


def _members(job: Job, progress: Progress) -> dict[str, Any]:
    members: dict[str, Any] = {
        "jobArn": job.arn,
        **{name: job.request[name] for name in _RETURNED_AS_GIVEN if job.request.get(name) is not None},
        # The API responds with an ARN, whatever form the request used.
        "modelId": job.model.arn,
        "status": str(job.status),
        "submitTime": job.reported(job.submitted_at),
        "lastModifiedTime": datetime.fromtimestamp(job.entered_wall, UTC),
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
        members["endTime"] = datetime.fromtimestamp(job.entered_wall, UTC)
    return members
