"""Which way the stack is going, read from CloudFormation itself."""

from enum import Enum, auto
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.deadline import Deadline
from model_invocation_job.log import log
from model_invocation_job.retries import patiently

_IAM_PATIENCE_SECONDS = 20.0


class Direction(Enum):
    """What the stack is doing. In a stack that unwinds nothing may be started."""

    FORWARD = auto()
    UNWINDING = auto()
    SETTLED = auto()
    GIVEN_UP = auto()
    UNKNOWN = auto()


def direction_of(status: str | None) -> Direction:
    """Read a StackStatus: rolling back and deleting are one thing to us, no new money.

    A stack that failed with rollback disabled has given up: what it has on record stays, what it did not hear of does
    not count. A status that is not known leaves the decision to what Bedrock lists.
    """
    if status is None:
        return Direction.UNKNOWN
    if "ROLLBACK" in status or status.startswith("DELETE_"):
        return Direction.UNWINDING
    if status.endswith("_FAILED"):
        return Direction.GIVEN_UP
    return Direction.FORWARD if status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"} else Direction.SETTLED


def is_rolling_back(status: str | None) -> bool:
    """Whether a deployment is being taken back, as opposed to a stack that somebody wants to be gone."""
    return status is not None and "ROLLBACK" in status


def read_status(cloudformation: Any, stack_id: str, deadline: Deadline) -> str | None:
    """Ask CloudFormation for the StackStatus, `None` when it does not say.

    The right to ask is as new as the function itself in a first deployment, so it is waited for.
    """
    try:
        stacks = patiently(
            lambda: cloudformation.describe_stacks(StackName=stack_id)["Stacks"],
            deadline=deadline,
            iam_seconds=_IAM_PATIENCE_SECONDS,
        )
        return str(stacks[0]["StackStatus"])
    except (ClientError, BotoCoreError, LookupError) as error:
        log("stack state unknown", error=type(error).__name__)
        return None
