"""The `detail` of the event that tells an outcome, as `schemas/outcome.schema.json` says."""

from datetime import UTC, datetime
from typing import Any, Final

from bedrock_batch.outcome.report import Report
from bedrock_batch.outcome.text import plain, text_of

SCHEMA_VERSION: Final = 1
# Those of a job that is gone come from an event.
_LONGEST_TEXT: Final = 2_048
_LONGEST_NAME: Final = 500


def detail_of(report: Report) -> dict[str, Any]:
    """The members, which fit into one event. What is not known is None."""
    job, records = report.job, report.records
    return {
        "schemaVersion": SCHEMA_VERSION,
        "eventId": job.id,
        "outcome": str(report.outcome),
        "status": job.status,
        "jobArn": job.arn,
        "jobName": job.name[:_LONGEST_NAME],
        "logicalResourceId": report.logical_id,
        "stackId": report.stack_id,
        "stackName": report.stack_name,
        "runId": report.run_id,
        "modelId": job.model_id[:_LONGEST_TEXT] or None,
        "message": job.message[:_LONGEST_TEXT],
        "outputUri": report.output_uri,
        "records": None if records is None else records.members(),
        "errorRate": None if records is None else records.error_rate,
        "tokens": None if report.tokens is None else dict(zip(("input", "output"), report.tokens, strict=True)),
        "durationSeconds": report.seconds,
        "submitTime": _time(job.submitted_at),
        "endTime": _time(job.ended_at),
        "tags": dict(report.tags),
        "rule": report.rule.limits(),
        "notify": list(report.rule.notify),
        "notes": [plain(each) for each in report.notes],
        "text": text_of(report),
    }


def _time(moment: datetime | None) -> str | None:
    """`2026-01-31T12:00:00Z`."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
