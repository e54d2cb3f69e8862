"""What becomes of a job next, and the one place where it is applied to the job."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.statuses import JobStatus
from bedrock_batch_local.engine.work_answers import Progress


@dataclass(frozen=True)
class Change:
    """A transition that is due: the next status, the simulated moment, the failure message.

    ``total`` and ``progress`` are set with it; ``None`` (default) leaves what the job has.
    """

    status: JobStatus
    at: float
    message: str = ""
    total: int | None = None
    progress: Progress | None = None


@dataclass(frozen=True)
class Wait:
    """No transition is due. ``total`` is known already, if it is not ``None``.

    ``late`` tells that the planned moment has passed without an answer of the work: then the transition happens at the
    moment of the answer.
    """

    total: int | None = None
    late: bool = False


def apply(job: Job, found: Change | Wait, wall: float) -> None:
    """Set on ``job`` what was found; ``wall`` is the time that a caller's own watch shows."""
    if found.total is not None:
        job.total = found.total
    if isinstance(found, Wait):
        job.late = job.late or found.late
        return
    if found.progress is not None:
        job.progress = found.progress
    job.status = found.status
    job.entered_at = found.at
    # Not later than a caller's own watch shows, which may be slower than the simulated time.
    job.entered_wall = min(job.submitted_wall + found.at - job.submitted_at, wall)
    job.message = found.message
    job.late = False
    if job.status is JobStatus.IN_PROGRESS:
        job.running_since = found.at
    if not job.live:
        job.ended_at = found.at
