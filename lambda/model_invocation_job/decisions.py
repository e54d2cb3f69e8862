"""What to do, decided from what is known. Nothing here calls anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from model_invocation_job.identity import RunIdentity
from model_invocation_job.stack import Direction
from model_invocation_job.statuses import DEAD

# A request younger than this came on the direct way, so the stack cannot have turned around since.
FRESH = timedelta(seconds=20)
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
    issued belongs to this very request, delivered again, and is adopted too: the answer means "accepted". Older dead
    ones are earlier attempts. A stack that unwinds, or has settled without us, never starts a job.
    """
    attempts: dict[int, Job] = {}
    for job in jobs:
        attempt = run.attempt_of(job["jobName"])
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
        if job["status"] not in DEAD or submitted_since(job, issued_at):
            return Adopt(job)
    if direction.allows_start:
        return Start(max(attempts, default=0) + 1)
    if attempts:
        return Adopt(attempts[max(attempts)])
    return Refuse("the stack is not going forward any more, so nothing was started")


def submitted_since(job: Job, issued_at: datetime | None) -> bool:
    """Whether a job was submitted after a request was issued, and so for it; `False` when either is not known."""
    submitted = job.get("submitTime")
    return issued_at is not None and submitted is not None and submitted >= issued_at - _CLOCK_SKEW


def is_fresh(age: timedelta | None) -> bool:
    """Whether the stack's direction need not be asked for before a start; it is always asked for after."""
    return age is None or age < FRESH


def tag_changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The tags to set and the keys to take away."""
    to_set = {key: value for key, value in new.items() if old.get(key) != value}
    return to_set, sorted(old.keys() - new.keys())
