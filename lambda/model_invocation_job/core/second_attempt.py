"""Whether a run gets a second attempt: its job failed the validation of rights that may be too new to be known.

A job that fails its validation has processed no record and costs nothing, so a second attempt pays for nothing twice.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.identity import RunIdentity
from model_invocation_job.core.job import Job
from model_invocation_job.core.limits import NEW_RIGHTS
from model_invocation_job.core.stack_state import Direction, StackState
from model_invocation_job.core.statuses import JobStatus

# Bedrock's words: "Could not validate GetObject permissions to access Amazon S3 bucket: b at key k" (also for PutObject
# and for the rights on a key), "Could not validate ListBucket permissions for S3URI", "Could not assume provided IAM
# role". "Customer doesn't have permissions to invokeModel" is not one of them: it comes when records may be processed.
_LACKS_RIGHTS = re.compile(r"could not (?:validate \S+ permissions?|assume)\b", re.IGNORECASE)


def failed_for_rights(job: Job) -> bool:
    """Whether Bedrock could not assume the job's role, or the role lacked a right, in the job's validation."""
    return job.status == JobStatus.FAILED and _LACKS_RIGHTS.search(job.message) is not None


def attempt_before(run: RunIdentity, job: Job, listed: Sequence[Job]) -> Job | None:
    """The attempt right before that of a job, if it is listed."""
    number = run.attempt_of(job)
    return next((other for other in listed if number is not None and run.attempt_of(other) == number - 1), None)


def is_first(run: RunIdentity, job: Job, listed: Sequence[Job], issued_at: datetime | None) -> bool:
    """Whether a job is known to be the first attempt of a request at its run.

    The attempt before it must be older than the request. If that one is not listed, this may be the second attempt:
    the list lags behind, and a third would be one too many.
    """
    if not job.was_submitted_since(issued_at):
        return False
    if run.attempt_of(job) == 1:
        return True
    before = attempt_before(run, job, listed)
    return before is not None and before.submitted_at is not None and not before.was_submitted_since(issued_at)


def has_new_rights(state: StackState | None, event: ResourceEvent, now: datetime) -> bool:
    """Whether a stack goes forward with a request, and began so lately that its roles and buckets may be new."""
    if state is None or state.began_at is None or state.has_overtaken(event):
        return False
    return state.direction(event) is Direction.FORWARD and now - state.began_at <= NEW_RIGHTS


def is_in_time(job: Job, gate_seconds: int, now: datetime, needed_seconds: float) -> bool:
    """Whether so many seconds are left of the gate's bound, counted from the start of the first job.

    Every delivery of the request counts alike. So none starts a second attempt once another one may have answered, at
    the end of the bound, that the first job is still being validated.
    """
    end = None if job.submitted_at is None else job.submitted_at + timedelta(seconds=gate_seconds - needed_seconds)
    return end is not None and now <= end
