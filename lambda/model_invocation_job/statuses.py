"""The ten statuses of a model invocation job, in the API's words, and what they mean for money."""

from enum import StrEnum


class JobStatus(StrEnum):
    """Bedrock API Reference, GetModelInvocationJob."""

    SUBMITTED = "Submitted"
    VALIDATING = "Validating"
    SCHEDULED = "Scheduled"
    IN_PROGRESS = "InProgress"
    STOPPING = "Stopping"
    COMPLETED = "Completed"
    PARTIALLY_COMPLETED = "PartiallyCompleted"
    FAILED = "Failed"
    STOPPED = "Stopped"
    EXPIRED = "Expired"


ENDED = frozenset(
    {
        JobStatus.COMPLETED,
        JobStatus.PARTIALLY_COMPLETED,
        JobStatus.FAILED,
        JobStatus.STOPPED,
        JobStatus.EXPIRED,
    }
)
RUNNING = frozenset({JobStatus.SUBMITTED, JobStatus.VALIDATING, JobStatus.SCHEDULED, JobStatus.IN_PROGRESS})
# Past the checks of rights, files and records.
PAST_VALIDATION = frozenset(
    {JobStatus.SCHEDULED, JobStatus.IN_PROGRESS, JobStatus.COMPLETED, JobStatus.PARTIALLY_COMPLETED}
)
# Ended, or ending, without the answers that were asked for: another attempt is needed to get them.
DEAD = frozenset({JobStatus.STOPPING, JobStatus.FAILED, JobStatus.STOPPED, JobStatus.EXPIRED})


def is_live(status: str | None) -> bool:
    """Whether a job runs or may come to run, so that a Stop is due when it is not wanted any more.

    A status that this version does not know, or none, is one of a live job: unknown means that it may be running.
    """
    return status not in ENDED and status != JobStatus.STOPPING
