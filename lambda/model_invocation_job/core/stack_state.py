"""What a stack is doing, as DescribeStacks tells it, and what that means for one request."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.run.declaration import leaves_running
from model_invocation_job.core.event import ResourceEvent

# Signatures are of whole seconds, and one part of CloudFormation signs while another notes when an update began.
_SKEW = timedelta(seconds=2)


@dataclass(frozen=True)
class StackState:
    """What DescribeStacks tells.

    `updated_at` is when the last update began, `None` before there was one; `created_at` is `None` if it is not told.
    """

    status: str
    updated_at: datetime | None
    created_at: datetime | None = None

    @property
    def began_at(self) -> datetime | None:
        """When its present operation began, or the last one; a change set makes a stack before it creates it."""
        return max(filter(None, (self.created_at, self.updated_at)), default=None)

    @property
    def is_rolling_back(self) -> bool:
        """Whether a deployment is being rolled back, as opposed to a stack that somebody deletes."""
        return "ROLLBACK" in self.status

    def has_overtaken(self, event: ResourceEvent) -> bool:
        """Whether an update has begun since a request was issued, so CloudFormation no longer waits for its answer."""
        return self.updated_at is not None and event.issued_at is not None and self.updated_at > event.issued_at + _SKEW

    def began_before(self, moment: datetime | None) -> bool:
        """Whether the stack's last update is known to have begun before a moment."""
        return self.updated_at is not None and moment is not None and self.updated_at <= moment

    def direction(self, event: ResourceEvent) -> Direction:
        """What the stack is doing, as far as it concerns a request.

        `FAILED` means with rollback disabled: what the stack has on record stays, what it did not hear of does not
        count.
        """
        if self.status.startswith("DELETE_"):
            # What outlives the deletion of its stack is not to be stopped by a request that comes late.
            return Direction.SETTLED if leaves_running(event.properties) else Direction.ROLLBACK_OR_DELETE
        if self.is_rolling_back:
            return Direction.ROLLBACK_OR_DELETE
        if self.status.endswith("_FAILED"):
            return Direction.FAILED
        return Direction.FORWARD if self.status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"} else Direction.SETTLED

    def may_undo(self, event: ResourceEvent) -> bool:
        """Whether a Delete may come from a rollback, or from the deletion of the stack (not with `LEAVE_RUNNING`).

        CREATE_IN_PROGRESS counts as a rollback: DescribeStacks may lag, and a stack that is being created deletes for
        no other reason.
        """
        if self.has_overtaken(event):
            return False
        return self.direction(event) is Direction.ROLLBACK_OR_DELETE or self.status == "CREATE_IN_PROGRESS"
