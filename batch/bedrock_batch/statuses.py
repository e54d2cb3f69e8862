"""The ten statuses of a model invocation job, in the API's words, and what they, and unknown ones, mean for money."""

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


RUNNING = frozenset({JobStatus.SUBMITTED, JobStatus.VALIDATING, JobStatus.SCHEDULED, JobStatus.IN_PROGRESS})
ENDED = frozenset(
    {
        JobStatus.COMPLETED,
        JobStatus.PARTIALLY_COMPLETED,
        JobStatus.FAILED,
        JobStatus.STOPPED,
        JobStatus.EXPIRED,
    }
)
PAST_VALIDATION = frozenset(
    {JobStatus.SCHEDULED, JobStatus.IN_PROGRESS, JobStatus.COMPLETED, JobStatus.PARTIALLY_COMPLETED}
)
DEAD = frozenset({JobStatus.STOPPING, JobStatus.FAILED, JobStatus.STOPPED, JobStatus.EXPIRED})


def is_live(status: str) -> bool:
    """Whether a job runs or may come to run, so that a Stop is due when it is no longer declared.

    An unknown status, or none, is one of a live job: it may be running.
    """
    return status not in ENDED and status != JobStatus.STOPPING
