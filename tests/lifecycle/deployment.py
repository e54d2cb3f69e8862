"""Create and update of a stack, as far as they go forward, and their repetition where rollback is disabled."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lifecycle import removal, rollback
from lifecycle.plan import Leftover, Plan, Properties
from lifecycle.request import Request
from lifecycle.simulation import Task

if TYPE_CHECKING:
    from lifecycle.stack import Stack


def deploy(stack: "Stack", declared: Mapping[str, Properties], plan: Plan) -> Task:
    """One deployment with whatever the plan has in store for it."""
    verb = "UPDATE" if stack.status else "CREATE"
    stack.begin(verb)
    requests = {
        logical_id: _forward(stack, logical_id, properties)
        for logical_id, properties in declared.items()
        if logical_id not in stack.recorded or stack.recorded[logical_id].properties != properties
    }
    happened: list[str] = []
    for what, seconds in (("failed", plan.other_fails_after), ("cancelled", plan.cancelled_after)):
        if seconds is not None:
            stack.universe.agenda.after(seconds, lambda what=what: happened.append(what))  # type: ignore[misc] # bound
    wanted = plan.other_fails_after is not None or plan.cancelled_after is not None
    yield lambda: bool(
        happened
        or any(request.failed for request in requests.values())
        or (not wanted and all(request.closed for request in requests.values()))
    )
    if not happened and all(request.status == "SUCCESS" for request in requests.values()):
        yield from _complete(stack, verb, declared, requests, plan)
        return
    for request in requests.values():
        request.give_up("CANCELLED")
    if not plan.rolls_back:
        # What was replaced stays until an update succeeds; CloudFormation cleans up then.
        stack.superseded += _replaced(stack, requests)
        stack.keep(requests)
        stack.status = f"{verb}_FAILED"
    elif verb == "CREATE":
        yield from rollback.of_create(stack, requests, plan, cancelled="cancelled" in happened)
    else:
        yield from rollback.of_update(stack, requests, plan)


def retry(stack: "Stack") -> Task:
    """The same requests again for what failed."""
    stack.begin("UPDATE")
    requests = {}
    for name, failed in stack.failed.items():
        url = "" if stack.universe.quirks.retry_signs_anew else failed.event["ResponseURL"]
        again = {key: value for key, value in failed.event.items() if key != "ResponseURL"}
        requests[name] = stack.universe.send(dict(again), "forward", failed.event["RequestId"], url)
        requests[name].same_url = bool(url)
    attempts = _failed_attempts(stack)
    stack.failed = {}
    yield lambda: all(request.closed for request in requests.values())
    stack.superseded += [*_replaced(stack, requests), *attempts]
    stack.keep(requests)
    if stack.failed:
        stack.status = "UPDATE_FAILED"
        return
    leftovers, stack.superseded = stack.superseded, []
    stack.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    yield from removal.clean_up(stack, _off_record(stack, leftovers))
    stack.status = "UPDATE_COMPLETE"


def _failed_attempts(stack: "Stack") -> list[Leftover]:
    """The ids of Creates that failed, which CloudFormation may delete once a later one has succeeded."""
    if not stack.universe.quirks.deletes_failed_attempts:
        return []
    failed = {name: request for name, request in stack.failed.items() if request.event["RequestType"] == "Create"}
    return [Leftover(name, stack.id_of(request), request) for name, request in failed.items()]


def _forward(stack: "Stack", logical_id: str, properties: Properties) -> Request:
    old = stack.recorded.get(logical_id)
    if old is None:
        return stack.send("Create", logical_id, properties, "forward")
    return stack.send(
        "Update", logical_id, properties, "forward", physical_id=old.physical_id, old_properties=old.properties
    )


def _complete(
    stack: "Stack", verb: str, declared: Mapping[str, Properties], requests: Mapping[str, Request], plan: Plan
) -> Task:
    replaced = [*stack.superseded, *_replaced(stack, requests), *_failed_attempts(stack)]
    stack.superseded, stack.failed = [], {}
    stack.keep(requests)
    leftovers = _off_record(stack, replaced)
    for name in [name for name in stack.recorded if name not in declared]:
        recorded = stack.recorded.pop(name)
        leftovers.append(Leftover(name, recorded.physical_id, None, recorded))
    if plan.retains:
        stack.retain(leftovers)
    elif leftovers:
        stack.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
        yield from removal.clean_up(stack, leftovers)
    stack.status = f"{verb}_COMPLETE"


def _off_record(stack: "Stack", leftovers: list[Leftover]) -> list[Leftover]:
    """Those that are not on record again, as after an update back to what an earlier one had replaced."""
    on_record = {(name, recorded.physical_id) for name, recorded in stack.recorded.items()}
    return [leftover for leftover in leftovers if (leftover.logical_id, leftover.physical_id) not in on_record]


def _replaced(stack: "Stack", requests: Mapping[str, Request]) -> list[Leftover]:
    return [
        Leftover(name, stack.recorded[name].physical_id, request, stack.recorded[name])
        for name, request in requests.items()
        if request.status == "SUCCESS"
        and name in stack.recorded
        and stack.recorded[name].physical_id != request.physical_id
    ]
