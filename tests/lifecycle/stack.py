"""One stack of a model of CloudFormation: what is on record, and what is sent for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handler.cloudformation import StackView
from handler.world import ACCOUNT, REGION
from lifecycle import deployment, removal
from lifecycle.plan import Leftover, Plan, Properties, Recorded
from lifecycle.request import Request
from lifecycle.simulation import Task
from lifecycle.universe import Universe


@dataclass
class Stack:
    """One stack; its operations are tasks for the agenda.

    `recorded` is by logical id, so is `failed`, what a deployment without rollback could not make. `superseded` waits
    for the next good update to be cleaned up, `undeleted` for the next Delete. `retained` are ids that nothing was
    sent for.
    `unheard` are Updates that could not say what they had started, where rollback is disabled: CloudFormation knows
    the old id only.
    """

    universe: Universe
    number: int
    recorded: dict[str, Recorded] = field(default_factory=dict)
    retained: dict[str, float] = field(default_factory=dict)
    failed: dict[str, Request] = field(default_factory=dict)
    superseded: list[Leftover] = field(default_factory=list)
    undeleted: list[tuple[Leftover, Request]] = field(default_factory=list)
    abandoned: list[tuple[Leftover, Request]] = field(default_factory=list)
    unheard: list[Request] = field(default_factory=list)
    busy: bool = False
    _foreign_ids: int = 0
    _free_at: float = 0.0

    @property
    def stack_id(self) -> str:
        """The ARN; a stack that is created again has another one."""
        guid = f"{self.number:08d}-0000-1111-2222-333344445555"
        return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Reports/{guid}"

    @property
    def status(self) -> str:
        """StackStatus, empty before the stack is created."""
        return self._view.status

    @status.setter
    def status(self, status: str) -> None:
        self._view.status = status

    @property
    def _view(self) -> StackView:
        return self.universe.stacks.setdefault(self.stack_id, StackView())

    # Operations --------------------------------------------------------------------------------------------------

    def deploy(self, declared: Mapping[str, Properties], plan: Plan) -> list[Request]:
        """Create or update; returns the requests that it will have sent. Nothing changed means nothing sent."""
        return self._operate(lambda: deployment.deploy(self, declared, plan))

    def retry(self) -> list[Request]:
        """After a failure with rollback disabled: the same RequestId again for what failed."""
        return self._operate(lambda: deployment.retry(self))

    def delete(self, plan: Plan) -> list[Request]:
        """Delete the stack."""
        return self._operate(lambda: removal.delete(self, plan))

    def _operate(self, task: Callable[[], Task]) -> list[Request]:
        first = len(self.universe.requests)
        self.busy = True

        def whole() -> Task:
            wait = self._free_at - self.universe.clock.now()
            if self._free_at and wait > 0:
                yield from self.pause(wait)
            yield from task()
            self._free_at = self.universe.clock.now() + self.universe.quirks.seconds_between_operations
            self.busy = False

        self.universe.agenda.begin(whole())
        self.universe.agenda.run(until=lambda: not self.busy)
        return self.universe.requests[first:]

    # For the rooms of the operations -----------------------------------------------------------------------------

    def begin(self, verb: str) -> None:
        """Enter an operation."""
        self.status = f"{verb}_IN_PROGRESS"
        self._view.created_at = self._view.created_at or self.universe.clock.now()
        moves = verb == "UPDATE" or ("ROLLBACK" in verb and self.universe.quirks.rollback_is_an_update)
        if moves:
            self._view.updated_at = self.universe.clock.now()

    def keep(self, requests: Mapping[str, Request]) -> None:
        """Put the outcome of requests on record."""
        for name, request in requests.items():
            if request.status == "SUCCESS":
                self.put_on_record(name, request.physical_id, request.properties)
                self.unheard = [other for other in self.unheard if other.resource != request.resource]
            else:
                self.failed[name] = request
                if name in self.recorded and (request.disturbed or not request.puts):
                    self.unheard.append(request)

    def put_on_record(self, name: str, physical_id: str, properties: Properties) -> None:
        """Put one resource on record."""
        self.recorded[name] = Recorded(physical_id, properties)

    def retain(self, leftovers: Iterable[Leftover]) -> None:
        """Forget resources without a Delete, as their policy says."""
        self.retained |= {leftover.physical_id: self.universe.clock.now() for leftover in leftovers}

    def id_of(self, request: Request) -> str:
        """The physical id of what a request made, one that CloudFormation makes up when it was not told."""
        if request.physical_id:
            return request.physical_id
        self._foreign_ids += 1
        return f"Reports-{request.event['LogicalResourceId']}-1A2B3C4D{self._foreign_ids:04d}"

    def pause(self, seconds: float) -> Task:
        """Let time pass in a task."""
        over: list[bool] = []
        self.universe.agenda.after(seconds, lambda: over.append(True))
        yield lambda: bool(over)

    def send(
        self,
        request_type: str,
        logical_id: str,
        properties: Properties,
        purpose: str,
        *,
        physical_id: str = "",
        old_properties: Properties | None = None,
    ) -> Request:
        """Send a request for a resource."""
        event: dict[str, Any] = {
            "RequestType": request_type,
            "ResourceType": "Custom::BedrockModelInvocationJob",
            "StackId": self.stack_id,
            "LogicalResourceId": logical_id,
            "ResourceProperties": properties,
        }
        if physical_id:
            event["PhysicalResourceId"] = physical_id
        if old_properties is not None:
            event["OldResourceProperties"] = old_properties
        request = self.universe.send(event, purpose)
        request.in_rollback = "ROLLBACK" in self.status
        return request
