"""How a deployment is rolled back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lifecycle import removal
from lifecycle.plan import Leftover, Plan
from lifecycle.request import Request
from lifecycle.simulation import Task

if TYPE_CHECKING:
    from lifecycle.stack import Stack


def of_create(stack: "Stack", requests: Mapping[str, Request], plan: Plan, *, cancelled: bool) -> Task:
    """A stack that could not be created, or that a user deletes while it is."""
    verb = "DELETE" if cancelled else "ROLLBACK"
    stack.begin(verb)
    yield from stack.pause(plan.reaction_seconds)
    leftovers = [Leftover(name, stack.id_of(request), request) for name, request in requests.items()]
    yield from removal.remove(stack, leftovers)
    stack.status = f"{verb}_FAILED" if stack.undeleted else f"{verb}_COMPLETE"


def of_update(stack: "Stack", requests: Mapping[str, Request], plan: Plan) -> Task:
    """An Update back for each that was there before, then a Delete for each that was not."""
    stack.begin("UPDATE_ROLLBACK")
    yield from stack.pause(plan.reaction_seconds)
    current = {name: _current_id(stack, name, request) for name, request in requests.items() if name in stack.recorded}
    back = {name: _send_back(stack, name, current[name], requests[name]) for name in current}
    while True:
        waiting = list(back.values())
        yield lambda waiting=waiting: all(request.closed for request in waiting)  # type: ignore[misc] # bound
        failed = [name for name, request in back.items() if request.failed]
        if not failed:
            break
        stack.status = "UPDATE_ROLLBACK_FAILED"
        yield from stack.pause(60.0)
        stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
        if plan.skips_ours:
            break
        back.update({name: _send_back(stack, name, current[name], requests[name]) for name in failed})
    added = {name: request for name, request in requests.items() if name not in back}
    leftovers = [Leftover(name, stack.id_of(request), request) for name, request in added.items()]
    for name, request in back.items():
        at_last = request.physical_id if request.status == "SUCCESS" else current[name]
        if at_last != current[name]:
            leftovers.append(Leftover(name, current[name], requests[name]))
        stack.put_on_record(name, at_last, stack.recorded[name].properties)
    stack.status = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
    yield from removal.clean_up(stack, leftovers)
    stack.status = "UPDATE_ROLLBACK_COMPLETE"


def _current_id(stack: "Stack", name: str, request: Request) -> str:
    if request.status == "SUCCESS":
        return request.physical_id
    if stack.universe.quirks.rollback_hears_late_answer and request.status == "CANCELLED":
        late = [put.physical_id for put in request.puts if put.status == "SUCCESS"]
        return late[0] if late else stack.recorded[name].physical_id
    return stack.recorded[name].physical_id


def _send_back(stack: "Stack", name: str, physical_id: str, forward: Request) -> Request:
    recorded = stack.recorded[name].properties
    # An attempt whose late answer was heard is on record, and so is shown.
    heard = physical_id != stack.recorded[name].physical_id
    hides_attempt = forward.status == "CANCELLED" and not heard and not stack.universe.quirks.rollback_shows_attempt
    return stack.send(
        "Update",
        name,
        recorded,
        "rollback",
        physical_id=physical_id,
        old_properties=recorded if hides_attempt else forward.properties,
    )
