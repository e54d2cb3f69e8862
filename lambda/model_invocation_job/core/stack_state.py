"""What a stack is doing, from DescribeStacks, and what that means for one request."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.run.declaration import leaves_running
from model_invocation_job.core.event import ResourceEvent

# Signatures have whole seconds, and different clocks of CloudFormation sign a request and record an update.
_SKEW = timedelta(seconds=2)


@dataclass(frozen=True)
class StackState:
    """The result of DescribeStacks.

    `updated_at` is when the last update began, `None` if there was none. `created_at` is `None` if it is not known.
    """

    status: str
    updated_at: datetime | None
    created_at: datetime | None = None

    @property
    def began_at(self) -> datetime | None:
        """When the present or last operation began. A change set makes a stack before it creates it."""
        return max(filter(None, (self.created_at, self.updated_at)), default=None)

    @property
    def is_rolling_back(self) -> bool:
        """Whether a deployment is being rolled back. The deletion of a stack is not a rollback."""
        return "ROLLBACK" in self.status

    def has_overtaken(self, event: ResourceEvent) -> bool:
        """Whether an update has begun since a request was issued: CloudFormation no longer waits for the response."""
        return self.updated_at is not None and event.issued_at is not None and self.updated_at > event.issued_at + _SKEW

    def began_before(self, moment: datetime | None) -> bool:
        """Whether the stack's last update is known to have begun before a moment."""
        return self.updated_at is not None and moment is not None and self.updated_at <= moment

    def direction(self, event: ResourceEvent) -> Direction:
        """What the stack is doing, from the view of a request.

        `FAILED` means with rollback disabled: the stack keeps what it has on record and ignores what it did not hear
        of.
        """
        if self.status.startswith("DELETE_"):
            # A late request must not stop a job that outlives the deletion of its stack.
            return Direction.SETTLED if leaves_running(event.properties) else Direction.ROLLBACK_OR_DELETE
        if self.is_rolling_back:
            return Direction.ROLLBACK_OR_DELETE
        if self.status.endswith("_FAILED"):
            return Direction.FAILED
        return Direction.FORWARD if self.status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"} else Direction.SETTLED

    def may_undo(self, event: ResourceEvent) -> bool:
        """Whether a Delete may come from a rollback, or (not with `LEAVE_RUNNING`) from the deletion of the stack.

        CREATE_IN_PROGRESS counts as a rollback: DescribeStacks may lag, and a stack that is being created has no other
        reason to delete a resource.
        """
        if self.has_overtaken(event):
            return False
        return self.direction(event) is Direction.ROLLBACK_OR_DELETE or self.status == "CREATE_IN_PROGRESS"
