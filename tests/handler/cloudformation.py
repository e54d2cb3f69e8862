"""The one call of CloudFormation that the handler makes, answered as boto3 answers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bedrock_batch_local.engine.availability import Availability
from bedrock_batch_local.engine.client import answered
from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.errors import BatchApiError
from bedrock_batch_local.engine.faults import Fault, Faults, When


@dataclass
class StackView:
    """A stack as DescribeStacks shows it; `updated_at` is when its last update began, 0 before there was any."""

    status: str = ""
    updated_at: float = 0.0
    created_at: float = 0.0

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
        created_at = datetime.fromtimestamp(view.created_at, UTC)
        stack: dict[str, Any] = {"StackId": stack_id, "StackStatus": view.status, "CreationTime": created_at}
        if view.updated_at:
            stack["LastUpdatedTime"] = datetime.fromtimestamp(view.updated_at, UTC)
        return {"Stacks": [stack]}


class OneStack:
    """A stack whose state a test sets, or scripts by the handler's looks.

    `fails_with` is an error that every look meets (default: none), `calls` are the looks so far.
    """

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._view = StackView("CREATE_IN_PROGRESS", created_at=clock.now())
        self.fails_with: Exception | str | None = None
        self.calls: list[str] = []
        self._before_calls: dict[int, Callable[[], object]] = {}

    @property
    def status(self) -> str:
        """StackStatus."""
        return self._view.status

    @status.setter
    def status(self, status: str) -> None:
        self._view.status = status

    @property
    def updated_at(self) -> datetime | None:
        """LastUpdatedTime, `None` before the first update."""
        return datetime.fromtimestamp(self._view.updated_at, UTC) if self._view.updated_at else None

    @updated_at.setter
    def updated_at(self, moment: datetime | None) -> None:
        self._view.updated_at = moment.timestamp() if moment else 0.0

    def update(self, status: str = "UPDATE_IN_PROGRESS") -> None:
        """Begin an update, a minute after what was before."""
        self._clock.advance(60)
        self._view.status, self._view.updated_at = status, self._clock.now()
        self._clock.advance(1)

    def after_looks(self, looks: int, happens: Callable[[], object]) -> None:
        """Let something happen once the handler has looked so many times more, right before it looks again."""
        self._before_calls[len(self.calls) + looks + 1] = happens

    def turn(self, status: str, *, after_looks: int) -> None:
        """Show another status once the handler has looked so many times more."""
        self.after_looks(after_looks, lambda: setattr(self, "status", status))

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's own spelling
        self.calls.append(StackName)
        self._before_calls.pop(len(self.calls), lambda: None)()
        faults = Faults(self._clock)
        if self.fails_with is not None:
            faults.add("DescribeStacks", Fault(self.fails_with))
        return StackStates({StackName: self._view}, faults, self._clock.advance).describe_stacks(StackName=StackName)
