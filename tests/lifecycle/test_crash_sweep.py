"""The function dies at every call that leaves it, before and after the call's effect."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from handler.world import properties
from lifecycle.invariants import check
from lifecycle.lambda_service import Attempt
from lifecycle.plan import Plan
from lifecycle.simulation import KilledError
from lifecycle.stack import Stack
from lifecycle.universe import Universe

Victim = Callable[[Attempt], bool]
_Round = tuple[tuple[int, str], list[Attempt]]


@dataclass(frozen=True)
class Sweep:
    """Which runs of the function die in which history, and what may be left running after it.

    `runs` are declared one after the other; the last of them fails in another resource.
    """

    victim: Victim
    options: dict[str, Any]
    leaves: bool = False
    runs: str = "abc"


def _of(request_type: str, purpose: str) -> Victim:
    return lambda attempt: attempt.request.event["RequestType"] == request_type and attempt.request.purpose == purpose


def _declares_again(attempt: Attempt) -> bool:
    return _of("Update", "forward")(attempt) and attempt.request.properties["RunId"] == "a"


_VICTIMS = {
    "create": _of("Create", "forward"),
    "update": _of("Update", "forward"),
    "rollback": _of("Update", "rollback"),
    "delete": _of("Delete", "delete"),
}
_GATE = {"Gate": "VALIDATED", "GateSeconds": "10"}
_STAYS = {"OnRemoval": "LEAVE_RUNNING"}
_SWEEPS = (
    {name: Sweep(victim, {}) for name, victim in _VICTIMS.items()}
    | {f"{name} behind a gate": Sweep(_VICTIMS[name], _GATE) for name in ("create", "update")}
    | {f"{name} of a job that stays": Sweep(victim, _STAYS, leaves=True) for name, victim in _VICTIMS.items()}
    | {
        "update to what was left running": Sweep(_declares_again, _STAYS, leaves=True, runs="abac"),
        "update to what was left running, taken back": Sweep(_declares_again, _STAYS, leaves=True, runs="aba"),
        "rollback from what was left running": Sweep(_VICTIMS["rollback"], _STAYS, leaves=True, runs="aba"),
    }
)


def _history(universe: Universe, sweep: Sweep) -> list[Stack]:
    """A create, good updates, an update that is rolled back, a delete: every kind of event."""
    stack = Stack(universe, 1)

    def declared(run: str) -> dict[str, Any]:
        return {"Job": properties(RunId=run, ServiceTimeout="960", **sweep.options)}

    stack.deploy(declared(sweep.runs[0]), Plan())
    if stack.status == "CREATE_COMPLETE":
        for run in sweep.runs[1:-1]:
            stack.deploy(declared(run), Plan())
        stack.deploy(declared(sweep.runs[-1]), Plan(other_fails_after=1800.0))
        universe.agenda.run()
        check(universe, [stack])
        stack.delete(Plan())
    universe.agenda.run()
    return [stack]


def _calls(sweep: Sweep) -> int:
    universe = Universe()
    with universe.around_handler():
        check(universe, _history(universe, sweep))
    return max(len(attempt.calls) for attempt in universe.lambda_service.attempts.values() if sweep.victim(attempt))


@pytest.mark.parametrize("name", _SWEEPS)
@pytest.mark.parametrize("deaths", [1, 3])
def test_no_death_of_the_function_leaves_a_second_bill_or_an_orphan(name: str, deaths: int) -> None:
    """One death is cured by Lambda's retry; three are a time-out to CloudFormation, which then cleans up."""
    sweep = _SWEEPS[name]
    points = [(call, when) for call in range(1, _calls(sweep) + 1) for when in ("before", "after")]
    for point in points:
        universe = Universe()
        hit: list[Attempt] = []

        def interfere(attempt: Attempt, call: int, when: str, *, _of: _Round = (point, hit)) -> KilledError | None:
            at, hit = _of
            first = not hit or hit[0].request is attempt.request
            if sweep.victim(attempt) and first and (call, when) == at and len(hit) < deaths:
                hit.append(attempt)
                return KilledError()
            return None

        universe.interfere = interfere
        with universe.around_handler():
            check(universe, _history(universe, sweep))
        assert hit, f"no crash at {point}"
        if not sweep.leaves:
            assert not universe.record.live(), f"{name} {point}"
    print(f"{name}: {len(points)} crash points, {deaths} deaths each")
    assert len(points) >= 4
