"""Which job a request gets: an existing one, a new one, or none. The table is in docs/lifecycle.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.job import Job
from bedrock_batch.run.identity import RunIdentity


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
        if job.token not in ("", run.token(attempt)):
            return Refuse(
                f"job {job.arn} has the name of this run but was not started by this stack;"
                " it was left alone and nothing was started"
            )
        attempts[attempt] = job

    for attempt in sorted(attempts, reverse=True):
        job = attempts[attempt]
        if not job.is_dead or job.was_submitted_since(issued_at) or job.failed_since(issued_at):
            return Adopt(job)
    if direction is Direction.FORWARD:
        return Start(max(attempts, default=0) + 1)
    if attempts:
        return Adopt(attempts[max(attempts)])
    return Refuse("the stack is not going forward any more, so nothing was started")
