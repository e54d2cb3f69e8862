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


# Running, or about to: a Stop is due when nobody wants the job any more.
LIVE = frozenset({JobStatus.SUBMITTED, JobStatus.VALIDATING, JobStatus.SCHEDULED, JobStatus.IN_PROGRESS})
ENDED = frozenset(
    {
        JobStatus.COMPLETED,
        JobStatus.PARTIALLY_COMPLETED,
        JobStatus.FAILED,
        JobStatus.STOPPED,
        JobStatus.EXPIRED,
    }
)
# Not yet past the checks of rights, files and records.
NOT_VALIDATED = frozenset({JobStatus.SUBMITTED, JobStatus.VALIDATING})
# Ended, or ending, without the answers that were asked for: another attempt is needed to get them.
DEAD = frozenset({JobStatus.STOPPING, JobStatus.FAILED, JobStatus.STOPPED, JobStatus.EXPIRED})
