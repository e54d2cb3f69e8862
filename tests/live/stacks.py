"""Stacks by CloudFormation's API: how they are, and how they go."""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import ClientError

_POLL_SECONDS = 2.0
_DELETIONS = 2
LONGEST_SECONDS = 3600.0


class Stacks:
    """The stacks of an account, by name."""

    def __init__(self, cloudformation: Any, poll: float = _POLL_SECONDS) -> None:
        """`poll` is the time between two looks, in seconds."""
        self.api = cloudformation
        self._poll = poll

    def describe(self, name: str) -> dict[str, Any] | None:
        """The stack, `None` if there is none of that name."""
        try:
            (found,) = self.api.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return None if found["StackStatus"] == "DELETE_COMPLETE" else dict(found)

    def settled(self, name: str) -> str:
        """The status once nothing is in progress, empty if the stack is gone.

        :raises TimeoutError: it is in progress for more than an hour.

        """
        end = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < end:
            stack = self.describe(name)
            if stack is None or _is_settled(stack["StackStatus"]):
                return str(stack["StackStatus"]) if stack else ""
            time.sleep(self._poll)
        raise TimeoutError(f"the stack {name} is still in progress after {LONGEST_SECONDS:.0f} seconds")

    def delete(self, name: str) -> None:
        """Delete a stack that may be there, and wait for it; once more, if something in it was not ready yet.

        :raises RuntimeError: it is still there.

        """
        status = self.settled(name)
        for _ in range(_DELETIONS):
            if not status:
                return
            self.api.delete_stack(StackName=name)
            status = self.settled(name)
        if status:
            raise RuntimeError(f"the stack {name} is {status}")


def _is_settled(status: str) -> bool:
    # A change set that nobody has executed leaves its stack in review for ever.
    return status == "REVIEW_IN_PROGRESS" or not status.endswith("_IN_PROGRESS")
