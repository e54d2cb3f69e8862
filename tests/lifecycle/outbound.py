"""The clients that the handler gets: every call leaves the function through the universe."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bedrock_batch_local.engine.availability import Availability
from bedrock_batch_local.engine.client import answered
from bedrock_batch_local.engine.errors import BatchApiError
from bedrock_batch_local.engine.faults import Faults, When

Leave = Callable[[str, Callable[[], Any]], Any]


class Outbound:
    """A client whose every call goes through `leave`."""

    def __init__(self, leave: Leave, client: Any) -> None:
        self._leave = leave
        self._client = client

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method = getattr(self._client, operation)
        return lambda **arguments: self._leave(operation, lambda: method(**arguments))


@dataclass
class StackView:
    """A stack as DescribeStacks shows it; `updated_at` is when its last update began, 0 before there was any."""

    status: str = ""
    updated_at: float = 0.0

    @property
    def state(self) -> tuple[str, float]:
        """What tells one phase of one operation from another."""
        return self.status, self.updated_at


class StackStates:
    """DescribeStacks of CloudFormation; a deleted stack is still found by its ARN.

    `availability` is that of an engine, whose outages and rate limit strike here as well (default: none do).
    """

    def __init__(
        self,
        stacks: Mapping[str, StackView],
        faults: Faults,
        wait: Callable[[float], None],
        availability: Availability | None = None,
    ) -> None:
        self._stacks = stacks
        self._faults = faults
        self._wait = wait
        self._availability = availability

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's own spelling
        def call() -> dict[str, Any]:
            self._strike("before")
            answer = self._described(StackName)
            self._strike("after")
            return answer

        return answered("DescribeStacks", call)

    def _strike(self, when: When) -> None:
        self._faults.strike("DescribeStacks", when, self._wait)
        if self._availability is not None:
            self._availability.check("DescribeStacks", when)

    def _described(self, stack_id: str) -> dict[str, Any]:
        if stack_id not in self._stacks:
            raise BatchApiError("ValidationError", "does not exist")
        view = self._stacks[stack_id]
        stack: dict[str, Any] = {"StackId": stack_id, "StackStatus": view.status}
        if view.updated_at:
            stack["LastUpdatedTime"] = datetime.fromtimestamp(view.updated_at, UTC)
        return {"Stacks": [stack]}
