"""The metric data of an end and of live jobs, in the form of PutMetricData.

They have no time stamp, so the moment of their arrival counts: an alarm would not look at data of an end that was told
much later.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bedrock_batch.job import Job
from bedrock_batch.limits import DEFAULT_TIMEOUT_HOURS
from bedrock_batch.outcome.names import LOGICAL_ID, PERCENT_DIGITS, STACK_NAME, OutcomeMetric, RunOutcome
from bedrock_batch.outcome.report import Report

_COUNT, _PERCENT, _SECONDS = "Count", "Percent", "Seconds"
# A count in a manifest may be anything. A double has no more whole numbers than this.
_LARGEST: Final = 2**53

Datum = dict[str, Any]


def of_end(report: Report) -> list[Datum]:
    """The data of one end, of its job and of the stack. Without a logical id, of the stack alone."""
    is_failed = report.outcome in (RunOutcome.FAILED, RunOutcome.EXPIRED)
    of_both: list[tuple[OutcomeMetric, float, str]] = [
        (OutcomeMetric.FAILED_JOBS, float(is_failed), _COUNT),
        (OutcomeMetric.DEGRADED_JOBS, float(report.outcome is RunOutcome.DEGRADED), _COUNT),
    ]
    of_job: list[tuple[OutcomeMetric, float, str]] = []
    if report.records is not None:
        # The threshold of an alarm has as many digits: a rate at the limit must not be above it.
        of_both.append((OutcomeMetric.ERROR_RATE, round(100 * report.records.error_rate, PERCENT_DIGITS), _PERCENT))
        of_job.append((OutcomeMetric.MISSING_RECORDS, report.records.missing, _COUNT))
    if report.tokens is not None:
        of_job.append((OutcomeMetric.INPUT_TOKENS, report.tokens[0], _COUNT))
        of_job.append((OutcomeMetric.OUTPUT_TOKENS, report.tokens[1], _COUNT))
    if report.seconds is not None:
        of_job.append((OutcomeMetric.DURATION, report.seconds, _SECONDS))
    data = [_datum(*each, report.stack_name) for each in of_both]
    if report.logical_id is not None:
        data += [_datum(*each, report.stack_name, report.logical_id) for each in (*of_both, *of_job)]
    return data


@dataclass(frozen=True)
class Age:
    """How old a live job is."""

    hours: float
    timeout_used: float
    """Percent of its timeout."""

    @classmethod
    def of(cls, job: Job, at: datetime) -> "Age | None":
        """The age at a moment. `None` if Bedrock does not show when the job was submitted."""
        if job.submitted_at is None:
            return None
        hours = max(0.0, (at - job.submitted_at) / timedelta(hours=1))
        return cls(hours, 100 * hours / (job.timeout_hours or DEFAULT_TIMEOUT_HOURS))


def of_live(stack_name: str, ages: Iterable[tuple[str, Age]]) -> list[Datum]:
    """The data of live jobs. `ages` are those of each logical id, of which the oldest job counts."""
    oldest: dict[str, Age] = {}
    for logical_id, age in ages:
        oldest[logical_id] = max(age, oldest.get(logical_id, age), key=lambda each: each.timeout_used)
    return list(_of_ages(stack_name, oldest))


def _of_ages(stack_name: str, oldest: dict[str, Age]) -> Iterator[Datum]:
    for logical_id, age in sorted(oldest.items()):
        yield _datum(OutcomeMetric.HOURS_SINCE_SUBMISSION, age.hours, "None", stack_name, logical_id)
        yield _datum(OutcomeMetric.TIMEOUT_USED, age.timeout_used, _PERCENT, stack_name, logical_id)
    if oldest:
        most = max(age.timeout_used for age in oldest.values())
        yield _datum(OutcomeMetric.TIMEOUT_USED, most, _PERCENT, stack_name)


def _datum(metric: OutcomeMetric, value: float, unit: str, stack_name: str, logical_id: str | None = None) -> Datum:
    dimensions = {STACK_NAME: stack_name} | ({LOGICAL_ID: logical_id} if logical_id else {})
    return {
        "MetricName": str(metric),
        "Dimensions": [{"Name": name, "Value": text} for name, text in dimensions.items()],
        "Value": float(min(value, _LARGEST)),
        "Unit": unit,
    }
