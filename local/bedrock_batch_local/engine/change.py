"""The next change of a job, and the one function that applies it."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.work_answers import Progress


@dataclass(frozen=True)
class Change:
    """A transition that is due: the next status, the simulated time, the failure message.

    ``total`` and ``progress`` are set with it. ``None`` (default) keeps the job's values.
    """

    status: JobStatus
    at: float
    message: str = ""
    total: int | None = None
    progress: Progress | None = None


@dataclass(frozen=True)
class Wait:
    """No transition is due. ``total`` is set if it is known already.

    ``late``: the planned time has passed and the work is not finished. The transition then happens when the work
    finishes.
    """

    total: int | None = None
    late: bool = False


def apply(job: Job, found: Change | Wait, wall: float) -> None:
    """Apply a change to ``job``. ``wall`` is the time on a caller's clock."""
    if found.total is not None:
        job.total = found.total
    if isinstance(found, Wait):
        job.late = job.late or found.late
        return
    if found.progress is not None:
        job.progress = found.progress
    job.status = found.status
    job.entered_at = found.at
    # Not later than a caller's clock, which may be slower than the simulated time.
    job.entered_wall = min(job.submitted_wall + found.at - job.submitted_at, wall)
    job.message = found.message
    job.late = False
    if job.status is JobStatus.IN_PROGRESS:
        job.running_since = found.at
    if not job.live:
        job.ended_at = found.at
