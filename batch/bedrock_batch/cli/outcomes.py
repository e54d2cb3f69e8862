"""How a job went: the outcomes of its records by counts, and the outcome of the whole."""

from collections import Counter
from collections.abc import Mapping

from bedrock_batch.cli.found_job import is_count
from bedrock_batch.results import WITHOUT_OUTPUT, Outcome
from bedrock_batch.statuses import JobStatus

_ENDS = {
    JobStatus.STOPPED: "stopped",
    JobStatus.EXPIRED: "expired",
    JobStatus.FAILED: "failed",
}
GOOD = "good"


def by_counts(status: str, counts: Mapping[str, object]) -> Counter[Outcome] | None:
    """The outcomes by the counts of Bedrock or of a manifest; None if they are not there, or do not add up.

    :param status: of a job that has ended.
    :param counts: `totalRecordCount`, `successRecordCount`, `errorRecordCount`, and perhaps `processedRecordCount`,
        which is the sum of both.
    """
    total, success, error = (counts.get(f"{name}RecordCount") for name in ("total", "success", "error"))
    if not (is_count(total) and is_count(success) and is_count(error)):
        return None
    rest = total - success - error
    processed = counts.get("processedRecordCount", success + error)
    if not total or rest < 0 or not is_count(processed) or processed != success + error:
        return None
    found = Counter({Outcome.SUCCESS: success, Outcome.ERROR: error})
    found[WITHOUT_OUTPUT[JobStatus(status)]] += rest
    return +found


def of_run(status: str, outcomes: Mapping[Outcome, int]) -> str:
    """`good` if each record has a result, `degraded` if some have, else `failed`, `stopped` or `expired`."""
    successes = outcomes.get(Outcome.SUCCESS, 0)
    if successes and successes == sum(outcomes.values()) and status == JobStatus.COMPLETED:
        return GOOD
    if status in _ENDS:
        return _ENDS[JobStatus(status)]
    return "degraded" if successes else "failed"


def told(outcomes: Mapping[Outcome, int]) -> str:
    """`120 records: 118 success, 2 error`."""
    parts = [f"{outcomes[each]:,} {each}" for each in Outcome if outcomes.get(each)]
    return of_records(sum(outcomes.values())) + (f": {', '.join(parts)}" if parts else "")


def of_records(count: int) -> str:
    """`1 record`, `1,200 records`."""
    return f"{count:,} record{'' if count == 1 else 's'}"
