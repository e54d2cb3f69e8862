"""The clients that the handler gets: every call leaves the function through the universe."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from bedrock_batch_local.engine.client import client_error
from bedrock_batch_local.engine.errors import BatchApiError
from bedrock_batch_local.engine.faults import Faults

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
    """DescribeStacks of CloudFormation; a deleted stack is still found by its ARN."""

    def __init__(self, stacks: Mapping[str, StackView], faults: Faults, wait: Callable[[float], None]) -> None:
        self._stacks = stacks
        self._faults = faults
        self._wait = wait

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's own spelling
        try:
            self._faults.strike("DescribeStacks", "before", self._wait)
        except BatchApiError as error:
            raise client_error("DescribeStacks", error) from None
        if StackName not in self._stacks:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")
        view = self._stacks[StackName]
        stack: dict[str, Any] = {"StackId": StackName, "StackStatus": view.status}
        if view.updated_at:
            stack["LastUpdatedTime"] = datetime.fromtimestamp(view.updated_at, UTC)
        return {"Stacks": [stack]}
