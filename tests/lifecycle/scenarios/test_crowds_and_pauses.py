"""Many resources at once, functions that stand still, and events that come again on another day."""

import random
from itertools import count

import pytest

from handler.scenario import scenario
from lifecycle.lambda_service import Attempt
from lifecycle.plan import Plan
from lifecycle.scenarios.worlds import LAGS, declared, history

_STANDS_STILL_SECONDS = 40.0
_NAMES = [f"Job{number:02}" for number in range(24)]


@scenario(94)
@pytest.mark.parametrize("seed", range(6))
def test_every_event_of_a_long_life_comes_again_and_changes_nothing(seed: int) -> None:
    """Repeated deliveries of every event of a long life, late, in any order -> no bill, no stop, no other job."""
    chance = random.Random(seed)  # noqa: S311 - a history must be the same again for the same seed
    with history(max_event_age_seconds=None) as told:
        told.deploy("a")
        told.pass_time(600.0)
        told.deploy("b", Plan(other_fails_after=0.8))
        told.deploy("b", Plan(other_fails_after=1800.0))
        told.deploy("c", OnRemoval="LEAVE_RUNNING")
        told.deploy("d")
        told.universe.agenda.run()
        before = (told.live(), told.started, len(told.universe.record.stops))
        again = list(told.universe.requests)
        for request in chance.sample(again, len(again)):
            told.universe.lambda_service.take(request, chance.uniform(0.1, 5 * 3600.0))
        told.universe.agenda.run()
        live = told.live()
        assert live == [number for number in before[0] if told.job(number).ended_at is None]
        assert (told.started, len(told.universe.record.stops)) == before[1:]


@scenario(96)
@pytest.mark.parametrize("lag", LAGS)
def test_twenty_four_creates_and_deletes_share_one_call_a_second(lag: float) -> None:
    """24 Creates and 24 Deletes at one call a second of each API -> all answered in time, one job each, 0 live."""
    with history(calls_per_second=1.0, list_lag_seconds=lag) as told:
        told.stack.deploy(dict.fromkeys(_NAMES, declared("a")), Plan())
        assert (told.stack.status, told.started) == ("CREATE_COMPLETE", 24)
        told.delete()
        assert (told.stack.status, told.live()) == ("DELETE_COMPLETE", [])
        slowest = max(request.puts[0].at - request.issued_at for request in told.universe.requests)
        assert slowest < 900.0


@scenario(97)
@pytest.mark.parametrize("cancelled_after", [0.35, *(pytest.param(at, marks=pytest.mark.soak) for at in (0.1, 1.0))])
@pytest.mark.parametrize("lag", [0.0, 120.0, *(pytest.param(lag, marks=pytest.mark.soak) for lag in (5.0, 45.0))])
@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_function_that_stands_still_at_any_call_costs_nothing(kind: str, lag: float, cancelled_after: float) -> None:
    """SIGSTOP of the function for 40 s at any call, a Delete or rollback meanwhile -> 0 live of it, 0 paid twice."""
    for point in count(1):
        stood = False

        def stand_still(attempt: Attempt, call: int, when: str, *, at: int = point) -> None:
            nonlocal stood
            forward = attempt.request.purpose == "forward" and attempt.request.event["RequestType"] == kind
            if forward and (2 * call - (when == "before")) == at and not stood:
                stood = attempt.request.disturbed = True
                told.universe.sleep(_STANDS_STILL_SECONDS)

        with history(list_lag_seconds=lag) as told:
            if kind == "Update":
                told.deploy("a")
                told.pass_time(300.0)
            told.universe.interfere = stand_still
            told.deploy("b", Plan(other_fails_after=cancelled_after))
            assert told.live() == ([1] if kind == "Update" else [])
            assert told.started <= 2
        if not stood:
            break
    assert point > 4
