"""Which job a request gets: an existing one, a new one, or none. The table is in docs/lifecycle.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.job import Job
from bedrock_batch.run.identity import RunIdentity


@dataclass(frozen=True)
class Adopt:
    """Adopt a job that exists already."""

    job: Job


@dataclass(frozen=True)
class Start:
    """Start a paid job as this attempt at the run."""

    attempt: int


@dataclass(frozen=True)
class Hold:
    """Start nothing, as declared. The resource keeps what it has on record."""


@dataclass(frozen=True)
class Refuse:
    """Start nothing and change nothing."""

    reason: str


Decision = Adopt | Start | Hold | Refuse


def decide(
    run: RunIdentity, jobs: Sequence[Job], direction: Direction, issued_at: datetime | None, *, is_held: bool = False
) -> Decision:
    """Choose the job for a request that wants this run, from all jobs with the run's name.

    A job that runs or has completed is always adopted. A dead job that was submitted or failed after the request was
    issued belongs to this request, which is a repeated delivery. It is adopted too: the response means "accepted".
    Older dead jobs are earlier attempts. A job starts only in a stack that goes forward, and only if it is not held.
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
        return Hold() if is_held else Start(max(attempts, default=0) + 1)
    if attempts:
        return Adopt(attempts[max(attempts)])
    return Refuse("the stack is not going forward any more, so nothing was started")
