"""Decides how a run went: by its status, the counts of its records, and the rule that was declared for it."""

from typing import Final

from bedrock_batch.outcome.names import RunOutcome
from bedrock_batch.outcome.records import Records
from bedrock_batch.outcome.rule import OutcomeRule, Partial
from bedrock_batch.statuses import ENDED, JobStatus

_WITHOUT_RESULT: Final = {
    JobStatus.FAILED: RunOutcome.FAILED,
    JobStatus.STOPPED: RunOutcome.STOPPED,
    JobStatus.EXPIRED: RunOutcome.EXPIRED,
}


def judge(status: str, records: Records | None, rule: OutcomeRule) -> RunOutcome:
    """How a run went as a whole.

    :param status: of a job that has ended.
    :param records: `None` if nothing counted them. Then a run is never good, and it has not failed for that.
    :raises ValueError: the job has not ended.
    """
    if status not in ENDED:
        raise ValueError(f"the job has not ended: its status is {status}")
    if (found := _WITHOUT_RESULT.get(JobStatus(status))) is not None:
        return found
    is_partial = status == JobStatus.PARTIALLY_COMPLETED
    if is_partial and rule.partial is Partial.FAILED:
        return RunOutcome.FAILED
    if records is None:
        return RunOutcome.DEGRADED
    if not records.success:
        return RunOutcome.FAILED
    if is_partial and rule.partial is Partial.DEGRADED:
        return RunOutcome.DEGRADED
    return RunOutcome.GOOD if _is_within(records, rule) else RunOutcome.DEGRADED


def is_by_limits(status: str) -> bool:
    """Whether the limits of a rule have a say in the outcome of a job with this status."""
    return status in ENDED and status not in _WITHOUT_RESULT


def compared(records: Records, rule: OutcomeRule) -> str:
    """The counts beside what the rule allows: `2.4 % errors, at most 1 % allowed`."""
    told = f"{percent(records.error_rate)} errors, at most {percent(rule.max_error_rate)} allowed"
    if records.missing or rule.max_missing:
        told += f"; {records.missing:,} missing, at most {rule.max_missing:,} allowed"
    return told


def allowed(rule: OutcomeRule) -> str:
    """A rule for people: `at most 1 % errors, 0 missing, partial degraded`."""
    return f"at most {percent(rule.max_error_rate)} errors, {rule.max_missing:,} missing, partial {rule.partial}"


def percent(part: float) -> str:
    """`2.4 %` of 0.024."""
    return f"{100 * part:.6g} %"


def _is_within(records: Records, rule: OutcomeRule) -> bool:
    return records.error_rate <= rule.max_error_rate and records.missing <= rule.max_missing
