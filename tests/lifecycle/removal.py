"""Deletes: of a stack, of what an operation has left over, each tried three times."""

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from lifecycle.plan import Leftover, Plan
from lifecycle.request import Request
from lifecycle.simulation import Task

if TYPE_CHECKING:
    from lifecycle.stack import Stack

_TRIES = 3
_Tries = Generator[Callable[[], bool], None, list[tuple[Leftover, Request]]]


def delete(stack: "Stack", plan: Plan) -> Task:
    """Delete a stack; what can not be deleted waits for the next try."""
    stack.status = "DELETE_IN_PROGRESS"
    leftovers = [Leftover(name, recorded.physical_id, None, recorded) for name, recorded in stack.recorded.items()]
    for name, request in stack.failed.items():
        if name not in stack.recorded:
            leftovers.append(Leftover(name, stack.id_of(request), request))
    leftovers += [*stack.superseded, *(leftover for leftover, _ in stack.undeleted)]
    stack.recorded, stack.failed, stack.superseded, stack.undeleted = {}, {}, [], []
    if plan.retains:
        stack.retain(leftovers)
    else:
        yield from remove(stack, leftovers)
    stack.status = "DELETE_FAILED" if stack.undeleted else "DELETE_COMPLETE"


def remove(stack: "Stack", leftovers: list[Leftover]) -> Task:
    """Send the Deletes; what three tries could not delete waits for the stack's own end."""
    stack.undeleted += yield from _try(stack, leftovers)


def clean_up(stack: "Stack", leftovers: list[Leftover]) -> Task:
    """Send the Deletes after an update; CloudFormation forgets what three tries could not delete."""
    stack.abandoned += yield from _try(stack, leftovers)


def _try(stack: "Stack", leftovers: list[Leftover]) -> _Tries:
    left: list[tuple[Leftover, Request]] = []
    for number in range(_TRIES):
        if number:
            yield from stack.pause(30.0)
        requests = [(leftover, _send(stack, leftover)) for leftover in leftovers]
        yield lambda requests=requests: all(request.closed for _, request in requests)  # type: ignore[misc] # bound
        left = [(leftover, request) for leftover, request in requests if request.failed]
        leftovers = [leftover for leftover, _ in left]
        if not leftovers:
            break
    return left


def _send(stack: "Stack", leftover: Leftover) -> Request:
    properties = leftover.properties(old_ones=stack.universe.quirks.cleanup_has_old_properties)
    return stack.send("Delete", leftover.logical_id, properties, "delete", physical_id=leftover.physical_id)
