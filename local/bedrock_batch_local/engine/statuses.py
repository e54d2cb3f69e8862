"""The statuses of a model invocation job, in the API's words."""

from __future__ import annotations

from enum import StrEnum


class JobStatus(StrEnum):
    """The ten statuses (API_GetModelInvocationJob)."""

    SUBMITTED = "Submitted"
    VALIDATING = "Validating"
    SCHEDULED = "Scheduled"
    IN_PROGRESS = "InProgress"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    COMPLETED = "Completed"
    PARTIALLY_COMPLETED = "PartiallyCompleted"
    FAILED = "Failed"
    EXPIRED = "Expired"


TERMINAL_STATUSES = frozenset(
    {
        JobStatus.STOPPED,
        JobStatus.COMPLETED,
        JobStatus.PARTIALLY_COMPLETED,
        JobStatus.FAILED,
        JobStatus.EXPIRED,
    }
)
