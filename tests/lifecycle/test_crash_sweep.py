"""The function dies at every call that leaves it, before and after the call's effect."""

from collections.abc import Callable

import pytest

from handler.world import properties
from lifecycle.cloudformation import Plan, Stack
from lifecycle.invariants import check
from lifecycle.simulation import KilledError
from lifecycle.universe import Attempt, Universe

_A, _B = properties(RunId="a"), properties(RunId="b")
Victim = Callable[[Attempt], bool]
_Round = tuple[tuple[int, str], list[Attempt]]


def _history(universe: Universe) -> list[Stack]:
    """A create, a good update, an update that is rolled back, a delete: every kind of event."""
    stack = Stack(universe, 1)
    stack.deploy({"Job": _A}, Plan())
    if stack.status == "CREATE_COMPLETE":
        stack.deploy({"Job": _B}, Plan())
        stack.deploy({"Job": properties(RunId="c")}, Plan(other_fails_after=1800.0))
        universe.agenda.run()
        check(universe, [stack])
        stack.delete(Plan())
    universe.agenda.run()
    return [stack]


def _is(request_type: str, purpose: str) -> Victim:
    return lambda attempt: attempt.request.event["RequestType"] == request_type and attempt.request.purpose == purpose


_KINDS = {
    "create": _is("Create", "forward"),
    "update": _is("Update", "forward"),
    "rollback": _is("Update", "rollback"),
    "delete": _is("Delete", "delete"),
}


def _calls(victim: Victim) -> int:
    universe = Universe()
    with universe.around_handler():
        check(universe, _history(universe))
    return max(len(attempt.calls) for attempt in universe.attempts.values() if victim(attempt))


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("deaths", [1, 3])
def test_no_death_of_the_function_leaves_a_second_bill_or_an_orphan(kind: str, deaths: int) -> None:
    """One death is cured by Lambda's retry; three are a time-out to CloudFormation, which then cleans up."""
    calls = _calls(_KINDS[kind])
    points = [(call, when) for call in range(1, calls + 1) for when in ("before", "after")]
    for point in points:
        universe = Universe()
        hit: list[Attempt] = []

        def interfere(attempt: Attempt, call: int, when: str, *, _of: _Round = (point, hit)) -> KilledError | None:
            at, hit = _of
            first = not hit or hit[0].request is attempt.request
            if _KINDS[kind](attempt) and first and (call, when) == at and len(hit) < deaths:
                hit.append(attempt)
                return KilledError()
            return None

        universe.interfere = interfere
        with universe.around_handler():
            stacks = _history(universe)
            check(universe, stacks)
        assert hit, f"no crash at {point}"
        assert not universe.live(), f"{kind} {point}"
    print(f"{kind}: {len(points)} crash points, {deaths} deaths each")
    assert len(points) > 4
