"""Which way the stack is going, read from CloudFormation itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.clients import Clients
from model_invocation_job.deadline import Deadline
from model_invocation_job.event import ResourceEvent
from model_invocation_job.log import log
from model_invocation_job.retries import patiently
from model_invocation_job.spec import leaves_running

_IAM_PATIENCE_SECONDS = 20.0
# Signatures are of whole seconds, and one part of CloudFormation signs while another notes when an update began.
_SKEW = timedelta(seconds=5)


class Direction(Enum):
    """What the stack is doing. In a stack that unwinds nothing may be started."""

    FORWARD = auto()
    UNWINDING = auto()
    SETTLED = auto()
    GIVEN_UP = auto()
    UNKNOWN = auto()

    @property
    def allows_start(self) -> bool:
        """Whether money may be spent, as far as is known."""
        return self in (Direction.FORWARD, Direction.UNKNOWN)


def direction_of(status: str) -> Direction:
    """Read a StackStatus: rolling back and deleting are one thing to us, no new money.

    A stack that failed with rollback disabled has given up: what it has on record stays, what it did not hear of does
    not count.
    """
    if "ROLLBACK" in status or status.startswith("DELETE_"):
        return Direction.UNWINDING
    if status.endswith("_FAILED"):
        return Direction.GIVEN_UP
    return Direction.FORWARD if status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"} else Direction.SETTLED


@dataclass(frozen=True)
class StackState:
    """What DescribeStacks tells; `updated_at` is when the last update began, `None` before there was one."""

    status: str
    updated_at: datetime | None

    @property
    def is_rolling_back(self) -> bool:
        """Whether a deployment is being taken back, as opposed to a stack that somebody wants to be gone."""
        return "ROLLBACK" in self.status

    def has_overtaken(self, event: ResourceEvent) -> bool:
        """Whether an update has begun since a request was issued, so that nobody waits for its answer any more."""
        return self.updated_at is not None and event.issued_at is not None and self.updated_at > event.issued_at + _SKEW

    def began_before(self, moment: datetime) -> bool:
        """Whether the update that goes on is known to have begun before a moment."""
        return self.updated_at is not None and self.updated_at <= moment


@dataclass(frozen=True)
class StackWatch:
    """Looks at the stack on behalf of one request."""

    clients: Clients
    event: ResourceEvent
    deadline: Deadline

    def state(self) -> StackState | None:
        """Ask CloudFormation for the stack, `None` when it does not say.

        The right to ask is as new as the function itself in a first deployment, so it is waited for.
        """
        try:
            stacks = patiently(
                lambda: self.clients.cloudformation.describe_stacks(StackName=self.event.stack_id)["Stacks"],
                deadline=self.deadline,
                iam_seconds=_IAM_PATIENCE_SECONDS,
            )
            return StackState(str(stacks[0]["StackStatus"]), stacks[0].get("LastUpdatedTime"))
        except (ClientError, BotoCoreError, LookupError) as error:
            log("stack state unknown", error=type(error).__name__)
            return None

    def direction(self) -> Direction:
        """What the stack is doing, as far as it concerns this request."""
        return self.direction_in(self.state())

    def direction_in(self, state: StackState | None) -> Direction:
        """As `direction`, of a state that was read already."""
        if state is None:
            return Direction.UNKNOWN
        return Direction.SETTLED if state.has_overtaken(self.event) else self.direction_of_start(state)

    def direction_of_start(self, state: StackState) -> Direction:
        """As `direction_in`, for a job that this very invocation has started: nobody else would stop it.

        Whether a rollback counts as an update of the stack, so that it overtakes what it takes back, is not documented.
        """
        # What outlives the Delete of its stack is not to be stopped by a request that comes late.
        outlives = state.status.startswith("DELETE_") and leaves_running(self.event.properties)
        return Direction.SETTLED if outlives else direction_of(state.status)

    def is_rolling_back(self) -> bool:
        """Whether a deployment is being taken back; `False` when CloudFormation does not say."""
        state = self.state()
        return state is not None and state.is_rolling_back
