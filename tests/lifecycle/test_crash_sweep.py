"""The function dies at every call that leaves it, before and after the call's effect."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bedrock_batch.statuses import JobStatus
from handler.world import properties
from lifecycle.invariants import check
from lifecycle.lambda_service import Attempt
from lifecycle.plan import Plan
from lifecycle.quirks import Quirks
from lifecycle.simulation import KilledError
from lifecycle.stack import Stack
from lifecycle.universe import Universe

Victim = Callable[[Attempt], bool]
_Round = tuple[tuple[int, str], list[Attempt]]


@dataclass(frozen=True)
class Sweep:
    """Which runs of the function die in which history, and what may be left running after it.

    `runs` are declared one after the other; the last of them fails in another resource. Those in `held` are declared
    held before. The first `unknown_rights` jobs fail their validation.
    """

    victim: Victim
    options: dict[str, Any]
    leaves: bool = False
    runs: str = "abc"
    unknown_rights: int = 0
    held: str = ""


def _of(request_type: str, purpose: str) -> Victim:
    return lambda attempt: attempt.request.event["RequestType"] == request_type and attempt.request.purpose == purpose


def _releases(attempt: Attempt) -> bool:
    return _of("Update", "forward")(attempt) and "Hold" not in attempt.request.properties


def _holds(attempt: Attempt) -> bool:
    return "Hold" in attempt.request.properties


def _declares_again(attempt: Attempt) -> bool:
    return _of("Update", "forward")(attempt) and attempt.request.properties["RunId"] == "a"


_VICTIMS = {
    "create": _of("Create", "forward"),
    "update": _of("Update", "forward"),
    "rollback": _of("Update", "rollback"),
    "delete": _of("Delete", "delete"),
}
_GATE = {"Gate": "VALIDATED", "GateSeconds": "10"}
# With the shorter bounds, a delivery after the death of another has no time to start a second attempt.
_LONG_GATES = {
    seconds: {"Gate": "VALIDATED", "GateSeconds": seconds} for seconds in ("200", "250", "300", "390", "700")
}
_STAYS = {"OnRemoval": "LEAVE_RUNNING"}
_SWEEPS = (
    {name: Sweep(victim, {}) for name, victim in _VICTIMS.items()}
    | {f"{name} behind a gate": Sweep(_VICTIMS[name], _GATE) for name in ("create", "update")}
    | {
        f"create with new rights, bound of {seconds} s": Sweep(_VICTIMS["create"], gate, runs="aa", unknown_rights=1)
        for seconds, gate in _LONG_GATES.items()
    }
    | {
        "release": Sweep(_releases, {}, held="abc"),
        "rollback of a release": Sweep(_VICTIMS["rollback"], {}, held="abc"),
        "hold": Sweep(_holds, {}, held="abc"),
        "delete of what was held": Sweep(_VICTIMS["delete"], {}, held="abc"),
    }
    | {f"{name} of a job that stays": Sweep(victim, _STAYS, leaves=True) for name, victim in _VICTIMS.items()}
    | {
        "update to what was left running": Sweep(_declares_again, _STAYS, leaves=True, runs="abac"),
        "update to what was left running, taken back": Sweep(_declares_again, _STAYS, leaves=True, runs="aba"),
        "rollback from what was left running": Sweep(_VICTIMS["rollback"], _STAYS, leaves=True, runs="aba"),
    }
)


# Worlds that Bedrock may be: as documented, slow to show what is new, with other words and answers, and under load.
_WORLDS = {
    "plain": Quirks(),
    "late": Quirks(get_lag_seconds=20.0, list_lag_seconds=120.0, token_memory_seconds=60.0, replays_arn=False),
    "odd": Quirks(
        list_lag_seconds=5.0,
        normalises=True,
        shows_token=False,
        shown_as={JobStatus.SUBMITTED: "Queued", JobStatus.IN_PROGRESS: "Processing"},
        hidden_members=frozenset({"modelInvocationType", "endTime"}),
        page_size=1,
        empty_pages=True,
        ineffective_stops=1,
        rollback_shows_attempt=False,
    ),
    "busy": Quirks(calls_per_second=1.0, running_stop_conflicts=3, stopping_seconds=600.0, rollback_is_an_update=True),
}


def _history(universe: Universe, sweep: Sweep) -> list[Stack]:
    """A create, good updates, an update that is rolled back, a delete: every kind of event."""
    stack = Stack(universe, 1)

    def deploy(run: str, plan: Plan) -> None:
        declared = properties(RunId=run, ServiceTimeout="960", **sweep.options)
        if run in sweep.held:
            stack.deploy({"Job": declared | {"Hold": "true"}}, Plan())
        if run not in sweep.held or stack.recorded:
            stack.deploy({"Job": declared}, plan)

    deploy(sweep.runs[0], Plan())
    if stack.recorded:
        for run in sweep.runs[1:-1]:
            deploy(run, Plan())
        deploy(sweep.runs[-1], Plan(other_fails_after=1800.0))
        universe.agenda.run()
        check(universe, [stack])
        stack.delete(Plan())
    universe.agenda.run()
    return [stack]


def _calls(sweep: Sweep, world: Quirks) -> int:
    universe = Universe(world)
    with universe.around_handler():
        check(universe, _history(universe, sweep))
    return max(len(attempt.calls) for attempt in universe.lambda_service.attempts.values() if sweep.victim(attempt))


# A whole gate is some two hundred points.
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.soak) if sweep.unknown_rights else name for name, sweep in _SWEEPS.items()],
)
@pytest.mark.parametrize("deaths", [1, 3])
@pytest.mark.parametrize(
    "world", ["plain", *(pytest.param(name, marks=pytest.mark.soak) for name in ("late", "odd", "busy"))]
)
def test_no_death_of_the_function_leaves_a_second_bill_or_an_orphan(name: str, deaths: int, world: str) -> None:
    """One death is cured by Lambda's retry; three are a time-out to CloudFormation, which then cleans up."""
    sweep = _SWEEPS[name]
    quirks = replace(_WORLDS[world], unknown_rights=sweep.unknown_rights)
    points = [(call, when) for call in range(1, _calls(sweep, quirks) + 1) for when in ("before", "after")]
    for point in points:
        universe = Universe(quirks)
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
        # A call that is refused ends before its effect.
        assert hit or point[1] == "after", f"no crash at {point}"
        if not sweep.leaves:
            assert not universe.record.live(), f"{name} {point}"
    print(f"{name}: {len(points)} crash points, {deaths} deaths each")
    assert len(points) >= 4
