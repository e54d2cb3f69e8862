"""A model of CloudFormation: what it sends for a stack, when, and what it makes of the answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handler.world import ACCOUNT, REGION
from lifecycle.request import Request
from lifecycle.simulation import Task
from lifecycle.universe import Universe

Properties = Mapping[str, Any]
_CLEANUP_TRIES = 3
_Leftover = tuple[str, str, Request | None]


def _all_closed(requests: list[Request]) -> Callable[[], bool]:
    return lambda: all(request.closed for request in requests)


@dataclass(frozen=True)
class Plan:
    """What happens to one deployment besides our resource.

    Another resource fails, or a user cancels, so many seconds after the beginning (default: neither); Deletes and
    rollback Updates follow `reaction_seconds` later. `skips_ours` is ContinueUpdateRollback with our resource skipped.
    """

    other_fails_after: float | None = None
    cancelled_after: float | None = None
    reaction_seconds: float = 2.0
    rolls_back: bool = True
    skips_ours: bool = False
    retains: bool = False


@dataclass
class Recorded:
    """A resource as CloudFormation has it on record."""

    physical_id: str
    properties: Properties


@dataclass
class Stack:
    """One stack; its operations are tasks for the agenda."""

    universe: Universe
    number: int
    recorded: dict[str, Recorded] = field(default_factory=dict)
    retained: set[str] = field(default_factory=set)
    failed: dict[str, Request] = field(default_factory=dict)
    superseded: list[_Leftover] = field(default_factory=list)
    busy: bool = False
    _foreign_ids: int = 0

    @property
    def stack_id(self) -> str:
        """The ARN; a stack that is created again has another one."""
        guid = f"0a1b2c3d-0000-1111-2222-{self.number:012d}"
        return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Reports/{guid}"

    @property
    def status(self) -> str:
        """StackStatus, empty before the stack is created."""
        return self.universe.statuses.get(self.stack_id, "")

    @status.setter
    def status(self, status: str) -> None:
        self.universe.statuses[self.stack_id] = status

    def deploy(self, declared: Mapping[str, Properties], plan: Plan) -> list[Request]:
        """Create or update; returns the requests that it will have sent. Nothing changed means nothing sent."""
        return self._operate(lambda: self._deploy(declared, plan))

    def retry(self) -> list[Request]:
        """After a failure with rollback disabled: the same RequestId again for what failed."""
        return self._operate(self._retry)

    def delete(self, plan: Plan) -> list[Request]:
        """Delete the stack."""
        return self._operate(lambda: self._delete(plan))

    def _operate(self, task: Callable[[], Task]) -> list[Request]:
        first = len(self.universe.requests)
        self.busy = True

        def whole() -> Task:
            yield from task()
            self.busy = False

        self.universe.agenda.begin(whole())
        self.universe.agenda.run(until=lambda: not self.busy)
        return self.universe.requests[first:]

    def _deploy(self, declared: Mapping[str, Properties], plan: Plan) -> Task:
        verb = "UPDATE" if self.status else "CREATE"
        self.status = f"{verb}_IN_PROGRESS"
        requests = {
            logical_id: self._forward(logical_id, properties)
            for logical_id, properties in declared.items()
            if logical_id not in self.recorded or self.recorded[logical_id].properties != properties
        }
        happened: list[str] = []
        for what, seconds in (("failed", plan.other_fails_after), ("cancelled", plan.cancelled_after)):
            if seconds is not None:
                self.universe.agenda.after(seconds, lambda what=what: happened.append(what))  # type: ignore[misc] # bound
        wanted = plan.other_fails_after is not None or plan.cancelled_after is not None
        yield lambda: bool(
            happened
            or any(request.failed for request in requests.values())
            or (not wanted and all(request.closed for request in requests.values()))
        )
        if not happened and all(request.status == "SUCCESS" for request in requests.values()):
            yield from self._complete(verb, declared, requests, plan)
            return
        for request in requests.values():
            request.give_up("CANCELLED")
        if not plan.rolls_back:
            # What was replaced stays until an update succeeds; CloudFormation cleans up then.
            self.superseded += self._replaced(requests)
            self._keep(requests)
            self.status = f"{verb}_FAILED"
        elif verb == "CREATE":
            self.status = "DELETE_IN_PROGRESS" if "cancelled" in happened else "ROLLBACK_IN_PROGRESS"
            yield from self._pause(plan.reaction_seconds)
            yield from self._remove([(name, self._id_of(request), request) for name, request in requests.items()])
            self.status = "DELETE_COMPLETE" if "cancelled" in happened else "ROLLBACK_COMPLETE"
        else:
            yield from self._roll_back(requests, plan)

    def _forward(self, logical_id: str, properties: Properties) -> Request:
        old = self.recorded.get(logical_id)
        if old is None:
            return self._send("Create", logical_id, properties, "forward")
        return self._send(
            "Update", logical_id, properties, "forward", physical_id=old.physical_id, old_properties=old.properties
        )

    def _complete(
        self, verb: str, declared: Mapping[str, Properties], requests: Mapping[str, Request], plan: Plan
    ) -> Task:
        old = dict(self.recorded)
        replaced = [*self.superseded, *self._replaced(requests)]
        self.superseded = []
        self._keep(requests)
        # An update back to what an earlier one had replaced puts that on record again.
        on_record = {recorded.physical_id for recorded in self.recorded.values()}
        replaced = [item for item in replaced if item[1] not in on_record]
        removed = [(name, old[name].physical_id, None) for name in old if name not in declared]
        for name, _, _ in removed:
            del self.recorded[name]
        if plan.retains:
            self.retained |= {physical_id for _, physical_id, _ in [*replaced, *removed]}
        elif replaced or removed:
            self.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
            yield from self._remove([*replaced, *removed], old)
        self.status = f"{verb}_COMPLETE"

    def _replaced(self, requests: Mapping[str, Request]) -> list[_Leftover]:
        return [
            (name, self.recorded[name].physical_id, request)
            for name, request in requests.items()
            if request.status == "SUCCESS"
            and name in self.recorded
            and self.recorded[name].physical_id != request.physical_id
        ]

    def _roll_back(self, requests: Mapping[str, Request], plan: Plan) -> Task:
        self.status = "UPDATE_ROLLBACK_IN_PROGRESS"
        yield from self._pause(plan.reaction_seconds)
        current = {
            name: request.physical_id if request.status == "SUCCESS" else self.recorded[name].physical_id
            for name, request in requests.items()
            if name in self.recorded
        }
        back = {name: self._back(name, current[name], requests[name]) for name in current}
        yield lambda: all(request.closed for request in back.values())
        while any(request.failed for request in back.values()):
            self.status = "UPDATE_ROLLBACK_FAILED"
            yield from self._pause(60.0)
            self.status = "UPDATE_ROLLBACK_IN_PROGRESS"
            if plan.skips_ours:
                break
            failed = [name for name, request in back.items() if request.failed]
            back.update({name: self._back(name, current[name], requests[name]) for name in failed})
            yield _all_closed(list(back.values()))
        leftovers: list[_Leftover] = [
            (name, self._id_of(request), request) for name, request in requests.items() if name not in back
        ]
        for name, request in back.items():
            if request.status == "SUCCESS" and request.physical_id != current[name]:
                leftovers.append((name, current[name], requests[name]))
            if request.status == "SUCCESS":
                self.recorded[name] = Recorded(request.physical_id, self.recorded[name].properties)
            else:
                self.recorded[name] = Recorded(current[name], self.recorded[name].properties)
        self.status = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
        yield from self._remove(leftovers)
        self.status = "UPDATE_ROLLBACK_COMPLETE"

    def _back(self, name: str, physical_id: str, forward: Request) -> Request:
        attempted = forward.event["ResourceProperties"]
        return self._send(
            "Update",
            name,
            self.recorded[name].properties,
            "rollback",
            physical_id=physical_id,
            old_properties=attempted,
        )

    def _retry(self) -> Task:
        verb = self.status.partition("_")[0]
        self.status = f"{verb}_IN_PROGRESS"
        requests = {}
        for name, failed in self.failed.items():
            url = "" if self.universe.quirks.retry_signs_anew else failed.event["ResponseURL"]
            again = {key: value for key, value in failed.event.items() if key != "ResponseURL"}
            requests[name] = self.universe.send(dict(again), "forward", failed.event["RequestId"], url)
            requests[name].same_url = bool(url)
        self.failed = {}
        yield lambda: all(request.closed for request in requests.values())
        self.superseded += self._replaced(requests)
        self._keep(requests)
        if self.failed:
            self.status = f"{verb}_FAILED"
            return
        leftovers, self.superseded = self.superseded, []
        self.status = f"{verb}_COMPLETE_CLEANUP_IN_PROGRESS"
        yield from self._remove(leftovers)
        self.status = f"{verb}_COMPLETE"

    def _delete(self, plan: Plan) -> Task:
        self.status = "DELETE_IN_PROGRESS"
        resources = [(name, recorded.physical_id, None) for name, recorded in self.recorded.items()]
        resources += [(name, self._id_of(request), request) for name, request in self.failed.items()]  # type: ignore[misc] # a union
        resources += self.superseded  # type: ignore[arg-type]  # the same pairs, with the request that replaced them
        if plan.retains:
            self.retained |= {physical_id for _, physical_id, _ in resources}
        else:
            yield from self._remove(list(resources), dict(self.recorded))
        self.recorded, self.failed, self.superseded = {}, {}, []
        self.status = "DELETE_COMPLETE"

    def _remove(self, resources: list[_Leftover], old: Mapping[str, Recorded] | None = None) -> Task:
        left = list(resources)
        for _ in range(_CLEANUP_TRIES):
            requests = [
                (
                    item,
                    self._send("Delete", item[0], self._properties_of(item, old or {}), "delete", physical_id=item[1]),
                )
                for item in left
            ]
            yield _all_closed([request for _, request in requests])
            left = [item for item, request in requests if request.failed]
            if not left:
                return
            yield from self._pause(30.0)

    def _properties_of(self, item: tuple[str, str, Request | None], old: Mapping[str, Recorded]) -> Properties:
        name, _, request = item
        if name in old and (request is None or self.universe.quirks.cleanup_has_old_properties):
            return old[name].properties
        return request.event["ResourceProperties"] if request is not None else self.recorded[name].properties

    def _keep(self, requests: Mapping[str, Request]) -> None:
        for name, request in requests.items():
            if request.status == "SUCCESS":
                self.recorded[name] = Recorded(request.physical_id, request.event["ResourceProperties"])
            else:
                self.failed[name] = request

    def _id_of(self, request: Request) -> str:
        if request.physical_id:
            return request.physical_id
        self._foreign_ids += 1
        return f"Reports-{request.event['LogicalResourceId']}-1A2B3C4D{self._foreign_ids:04d}"

    def _pause(self, seconds: float) -> Task:
        over: list[bool] = []
        self.universe.agenda.after(seconds, lambda: over.append(True))
        yield lambda: bool(over)

    def _send(
        self,
        request_type: str,
        logical_id: str,
        properties: Properties,
        purpose: str,
        *,
        physical_id: str = "",
        old_properties: Properties | None = None,
    ) -> Request:
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
        return self.universe.send(event, purpose)
