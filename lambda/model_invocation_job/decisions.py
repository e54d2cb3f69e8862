"""What to do, decided from what is known. Nothing here calls anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from model_invocation_job.identity import RunIdentity
from model_invocation_job.stack import Direction
from model_invocation_job.statuses import DEAD, ENDED, JobStatus

# CloudFormation and Bedrock keep time apart from each other.
_CLOCK_SKEW = timedelta(seconds=5)

Job = Mapping[str, Any]


@dataclass(frozen=True)
class Adopt:
    """Take a job that is there already."""

    job: Job


@dataclass(frozen=True)
class Start:
    """Start a paid job, as this attempt at the run."""

    attempt: int


@dataclass(frozen=True)
class Refuse:
    """Neither start nor touch anything."""

    reason: str


Decision = Adopt | Start | Refuse


def decide(run: RunIdentity, jobs: Sequence[Job], direction: Direction, issued_at: datetime | None) -> Decision:
    """Choose for a request that wants this run, given all jobs that carry its name.

    A job that is running or has delivered is always adopted. A dead one that was submitted after the request was
    issued, or that failed since, belongs to this very request, delivered again, and is adopted too: the answer means
    "accepted". Older dead ones are earlier attempts. Only a stack that goes forward starts a job.
    """
    attempts: dict[int, Job] = {}
    for job in jobs:
        attempt = run.attempt_of(job)
        if attempt is None:
            continue
        if job.get("clientRequestToken") not in (None, "", run.token(attempt)):
            return Refuse(
                f"job {job['jobArn']} has the name of this run but was not started by this stack;"
                " it was left alone and nothing was started"
            )
        attempts[attempt] = job

    for attempt in sorted(attempts, reverse=True):
        job = attempts[attempt]
        if job.get("status") not in DEAD or submitted_since(job, issued_at) or _failed_since(job, issued_at):
            return Adopt(job)
    if direction is Direction.FORWARD:
        return Start(max(attempts, default=0) + 1)
    if attempts:
        return Adopt(attempts[max(attempts)])
    return Refuse("the stack is not going forward any more, so nothing was started")


def submitted_since(job: Job, issued_at: datetime | None) -> bool:
    """Whether a job was submitted after a request was issued, and so for it; `False` when either is not known."""
    return _is_since(job.get("submitTime"), issued_at)


def was_running_before(job: Job, issued_at: datetime | None) -> bool:
    """Whether a job ran already when a request was issued, by more than the clocks may differ; whatever it does now."""
    submitted = job.get("submitTime")
    if issued_at is None or submitted is None or _is_since(submitted, issued_at):
        return False
    return job.get("status") not in ENDED or _is_since(job.get("endTime"), issued_at)


def tag_changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The tags to set and the keys to take away."""
    to_set = {key: value for key, value in new.items() if old.get(key) != value}
    return to_set, sorted(old.keys() - new.keys())


def _failed_since(job: Job, issued_at: datetime | None) -> bool:
    # Not Stopped: a Stop that was asked for before the request may end after it.
    return job.get("status") in (JobStatus.FAILED, JobStatus.EXPIRED) and _is_since(job.get("endTime"), issued_at)


def _is_since(moment: datetime | None, issued_at: datetime | None) -> bool:
    return issued_at is not None and moment is not None and moment >= issued_at - _CLOCK_SKEW
