"""A job that has ended, with what it left in S3, as tests need it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bedrock_batch.job import Job
from bedrock_batch.outcome.report import Report

STACK_ID = "arn:aws:cloudformation:us-east-1:111122223333:stack/Support/0a1b2c3d-0000-1111-2222-333344445555"
JOB_ARN = "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/abcdefghijkl"
START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def counts(total: object, success: object, error: object) -> dict[str, Any]:
    return {"totalRecordCount": total, "successRecordCount": success, "errorRecordCount": error}


def job(status: str = "Completed", **shown: Any) -> Job:
    """As Get shows it. It took an hour and a half."""
    members: dict[str, Any] = {
        "jobArn": JOB_ARN,
        "jobName": "tickets-0a1b2c3d1A2B3C4D-704dce9f-1",
        "status": status,
        "modelId": "amazon.nova-lite-v1:0",
        "submitTime": START,
        "endTime": START + timedelta(minutes=90),
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://answers/tickets/"}},
        **shown,
    }
    return Job.of({name: value for name, value in members.items() if value is not None})


def run_file(**members: Any) -> dict[str, Any]:
    return {
        "schemaVersion": 1,
        "jobName": "tickets-0a1b2c3d1A2B3C4D-704dce9f-1",
        "stackId": STACK_ID,
        "logicalResourceId": "TicketTriage1A2B3C4D",
        "runId": "1",
        "tags": {"team": "support"},
        "outcome": {"maxErrorRate": 0.01, "maxMissing": 0, "partial": "degraded", "notify": []},
        **members,
    }


MANIFEST = {**counts(500, 488, 12), "processedRecordCount": 500, "inputTokenCount": 70_000, "outputTokenCount": 9_000}


def report(of: Job | None = None, written: Any = None, manifest: Any = None, **rest: Any) -> Report:
    return Report.of(
        of or job(),
        STACK_ID,
        run_file() if written is None else written,
        MANIFEST if manifest is None else manifest,
        **rest,
    )
