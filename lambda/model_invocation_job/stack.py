"""Which way the stack is going, read from CloudFormation itself."""

from enum import Enum, auto
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.log import log


class Direction(Enum):
    """What the stack is doing. In a stack that unwinds nothing may be started."""

    FORWARD = auto()
    UNWINDING = auto()
    SETTLED = auto()
    UNKNOWN = auto()


def direction_of(status: str) -> Direction:
    """Read a StackStatus: rolling back, deleting and given up are one thing to us, no new money."""
    if "ROLLBACK" in status or status.startswith("DELETE_") or status.endswith("_FAILED"):
        return Direction.UNWINDING
    return Direction.FORWARD if status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"} else Direction.SETTLED


def read_direction(cloudformation: Any, stack_id: str) -> Direction:
    """Ask CloudFormation; `UNKNOWN` when it does not say, in which case content addressing alone decides."""
    try:
        stacks = cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
        return direction_of(str(stacks[0]["StackStatus"]))
    except (ClientError, BotoCoreError, LookupError) as error:
        log("stack state unknown", error=type(error).__name__)
        return Direction.UNKNOWN
