"""Which way the stack is going, read from CloudFormation itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.clients import Clients
from model_invocation_job.deadline import Deadline
from model_invocation_job.event import ResourceEvent
from model_invocation_job.log import log
from model_invocation_job.refusal import RefusedError
from model_invocation_job.retries import IAM_PATIENCE_SECONDS, UnreadableAnswerError, is_denied, patiently, short_text
from model_invocation_job.spec import leaves_running

# Signatures are of whole seconds, and one part of CloudFormation signs while another notes when an update began.
_SKEW = timedelta(seconds=2)
# What is asked for only to be exact must not hold an operation up.
SHORT_PATIENCE_SECONDS = 20.0


class StackUnknownError(RefusedError):
    """CloudFormation does not say what the stack is doing, and nothing may be started without knowing it."""


class Direction(Enum):
    """What the stack is doing. Only in a stack that goes forward a job may be started."""

    FORWARD = auto()
    ROLLBACK_OR_DELETE = auto()
    SETTLED = auto()
    FAILED = auto()


@dataclass(frozen=True)
class StackState:
    """What DescribeStacks tells; `updated_at` is when the last update began, `None` before there was one."""

    status: str
    updated_at: datetime | None

    @property
    def is_rolling_back(self) -> bool:
        """Whether a deployment is being rolled back, as opposed to a stack that somebody deletes."""
        return "ROLLBACK" in self.status

    def has_overtaken(self, event: ResourceEvent) -> bool:
        """Whether an update has begun since a request was issued, so CloudFormation no longer waits for its answer."""
        return self.updated_at is not None and event.issued_at is not None and self.updated_at > event.issued_at + _SKEW

    def began_before(self, moment: datetime | None) -> bool:
        """Whether the update that goes on is known to have begun before a moment."""
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


@dataclass(frozen=True)
class StackWatch:
    """Looks at the stack on behalf of one request."""

    clients: Clients
    event: ResourceEvent
    deadline: Deadline

    def state(self, seconds: float | None = None) -> StackState:
        """Ask CloudFormation for the stack, for so many seconds at most (default: the whole time of the event).

        Raises:
            StackUnknownError: it did not say.
        """
        stack_id = self.event.stack_id
        deadline = self.deadline if seconds is None else self.deadline.within(seconds)
        try:
            return patiently(self._describe, deadline=deadline, iam_seconds=IAM_PATIENCE_SECONDS)
        except (ClientError, BotoCoreError, UnreadableAnswerError) as error:
            log("stack state unknown", stack_id=stack_id, error=short_text(error))
            advice = (
                f"The function's role needs cloudformation:DescribeStacks on {stack_id}. " if is_denied(error) else ""
            )
            raise StackUnknownError(
                f"DescribeStacks does not tell whether the stack goes forward or rolls back ({short_text(error)})."
                f" {advice}Deploy again, or continue the rollback"
            ) from error

    def state_if_known(self, seconds: float | None = None) -> StackState | None:
        """As `state`, `None` if CloudFormation did not say."""
        try:
            return self.state(seconds)
        except StackUnknownError:
            return None

    def _describe(self) -> StackState:
        try:
            stack = self.clients.cloudformation.describe_stacks(StackName=self.event.stack_id)["Stacks"][0]
            return StackState(str(stack["StackStatus"]), stack.get("LastUpdatedTime"))
        except LookupError:
            # botocore itself raises KeyError for a page that is XML.
            raise UnreadableAnswerError from None
