"""Whether a run gets a second attempt after its job failed the validation of rights that may be too new.

A job that fails its validation has processed no record and costs nothing, so nothing is paid twice.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.job import Job
from bedrock_batch.limits import CLOCK_SKEW
from bedrock_batch.run.declaration import VALIDATED
from bedrock_batch.run.identity import RunIdentity
from bedrock_batch.statuses import JobStatus
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.limits import NEW_RIGHTS
from model_invocation_job.core.stack_state import StackState

# Bedrock's words: "Could not validate GetObject permissions to access Amazon S3 bucket: b at key k" (also for PutObject
# and for the rights on a key), "Could not validate ListBucket permissions for S3URI", "Could not assume provided IAM
# role". "Customer doesn't have permissions to invokeModel" does not count: records may have been processed by then.
_LACKS_RIGHTS = re.compile(r"could not (?:validate \S+ permissions?|assume)\b", re.IGNORECASE)


def failed_for_rights(job: Job) -> bool:
    """Whether validation failed because Bedrock could not assume the job's role, or the role lacked a right."""
    return job.status == JobStatus.FAILED and _LACKS_RIGHTS.search(job.message) is not None


def attempt_before(run: RunIdentity, job: Job, listed: Sequence[Job]) -> Job | None:
    """The attempt before a job, if it is listed."""
    number = run.attempt_of(job)
    return next((other for other in listed if number is not None and run.attempt_of(other) == number - 1), None)


def first_of(run: RunIdentity, job: Job, listed: Sequence[Job], issued_at: datetime | None) -> Job | None:
    """The failed first attempt of a request, if a job is known to be the second attempt of the same request."""
    before = attempt_before(run, job, listed)
    is_first_of_it = before is not None and failed_for_rights(before) and before.was_submitted_since(issued_at)
    return before if is_first_of_it else None


def is_first(run: RunIdentity, job: Job, listed: Sequence[Job], issued_at: datetime | None) -> bool:
    """Whether a job is known to be the first attempt of a request.

    The attempt before it must be older than the request. If that attempt is not listed, the job may be the second
    attempt: the list lags behind, and there must be no third.
    """
    if not job.was_submitted_since(issued_at):
        return False
    if run.attempt_of(job) == 1:
        return True
    before = attempt_before(run, job, listed)
    return before is not None and before.submitted_at is not None and not before.was_submitted_since(issued_at)


def has_new_rights(state: StackState | None, event: ResourceEvent, now: datetime) -> bool:
    """Whether a stack goes forward and its operation is so young that its roles and buckets may be new."""
    if state is None or state.began_at is None or state.has_overtaken(event):
        return False
    return state.direction(event) is Direction.FORWARD and now - state.began_at <= NEW_RIGHTS


def is_in_time(job: Job, gate_seconds: int, now: datetime, needed_seconds: float) -> bool:
    """Whether this many seconds are left of the gate's limit, counted from the start of the first job.

    All deliveries of the request count from the same moment. So none starts a second attempt when another may have
    responded, at the end of the limit, that the first job is still being validated.
    """
    end = None if job.submitted_at is None else job.submitted_at + timedelta(seconds=gate_seconds - needed_seconds)
    return end is not None and now <= end


def may_have_followed(job: Job, gate_seconds: int, state: StackState | None, needed_seconds: float) -> bool:
    """Whether any delivery of the request may have started a second attempt since a job failed.

    None may have, if the gate's limit was nearly over or the stack's rights were not new when the job failed.
    """
    if job.ended_at is None:
        return True
    soonest, began_at = job.ended_at - CLOCK_SKEW, None if state is None else state.began_at
    is_old = began_at is not None and soonest - began_at > NEW_RIGHTS
    return is_in_time(job, gate_seconds, soonest, needed_seconds) and not is_old


def may_be_unlisted(run: RunIdentity, gate: str, failed: Job, listed: Sequence[Job], now: datetime) -> bool:
    """Whether a second attempt may have followed a job that failed for rights, too recently for the list.

    It starts within the gate's limit. That limit and the lag of the list are over within `NEW_RIGHTS` of the failure.
    `listed` are the attempts at the run that the list shows.
    """
    is_over = failed.ended_at is not None and now - failed.ended_at > NEW_RIGHTS
    return gate == VALIDATED and not is_over and not _is_second(run, failed, listed)


def _is_second(run: RunIdentity, job: Job, listed: Sequence[Job]) -> bool:
    """Whether a job looks like a second attempt of an unknown request. Then no other attempt follows it."""
    before = attempt_before(run, job, listed)
    if before is None or not failed_for_rights(before) or before.ended_at is None or job.submitted_at is None:
        return False
    # The attempt after a second attempt is the first one of the next request.
    return job.submitted_at - before.ended_at <= NEW_RIGHTS and not _is_second(run, before, listed)
