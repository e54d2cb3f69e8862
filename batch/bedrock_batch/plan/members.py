"""A plan as a JSON object, as `schemas/plan.schema.json` says."""

from decimal import Decimal
from typing import Any, TypeVar

from bedrock_batch.plan.planned import Amounts, Cause, Plan, PlannedJob, Total

_T = TypeVar("_T")


def as_members(plan: Plan) -> dict[str, Any]:
    """The members of the JSON object, all but `schemaVersion`.

    What is not known is None. USD are a decimal in a text.
    """
    return {
        "isPaid": plan.is_paid,
        "isAboveCeiling": plan.is_above,
        "base": plan.base,
        "jobs": [_job(each) for each in plan.jobs],
        "total": _total(plan.total),
        "ceilings": list(plan.above),
        "notes": list(plan.notes),
    }


def _job(job: PlannedJob) -> dict[str, Any]:
    return {
        "stack": job.stack,
        "logicalResourceId": job.logical_id,
        "name": job.name,
        "action": str(job.action),
        "isPaid": job.is_paid,
        "causes": [_cause(each) for each in job.causes],
        "amounts": _amounts(job.amounts),
        "jobArn": job.job_arn,
        "status": job.status,
        "ceilings": list(job.above),
        "notes": list(job.notes),
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {"what": cause.what, "place": cause.place, "before": cause.before, "after": cause.after}


def _amounts(amounts: Amounts) -> dict[str, Any]:
    return {
        "records": amounts.records,
        "inputTokens": amounts.input_tokens,
        "mostOutputTokens": amounts.most_output_tokens,
        "mostTokens": amounts.most_tokens,
        "usd": None if amounts.usd is None else _usd(amounts.usd),
    }


def _total(total: Total) -> dict[str, Any]:
    return {
        "jobs": total.jobs,
        "records": _sum(total.records, total.without_records, total.jobs),
        "jobsWithoutRecords": total.without_records,
        "mostTokens": _sum(total.most_tokens, total.without_tokens, total.jobs),
        "jobsWithoutTokens": total.without_tokens,
        "usd": _sum(_usd(total.usd), total.without_usd, total.jobs),
        "jobsWithoutUsd": total.without_usd,
    }


def _sum(known: _T, without: int, jobs: int) -> _T | None:
    """A sum, None if it has nothing of any job."""
    return None if jobs and without == jobs else known


def _usd(value: Decimal) -> str:
    return f"{value:f}"
