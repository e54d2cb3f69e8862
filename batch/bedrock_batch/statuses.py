"""The ten statuses of a model invocation job, in the API's words, and which of them may cost money."""

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
WITHOUT_OUTPUT = {
    JobStatus.EXPIRED: "expired",
    JobStatus.PARTIALLY_COMPLETED: "expired",
    JobStatus.STOPPED: "cancelled",
    JobStatus.COMPLETED: "missing",
    JobStatus.FAILED: "missing",
}
"""What a record without output is called, by the status in which its job has ended."""
DEAD = frozenset({JobStatus.STOPPING, JobStatus.FAILED, JobStatus.STOPPED, JobStatus.EXPIRED})


def is_live(status: str) -> bool:
    """Whether a job runs or may still run, and must be stopped when it is no longer declared.

    An unknown status, or none, counts as live: the job may be running.
    """
    return status not in ENDED and status != JobStatus.STOPPING
