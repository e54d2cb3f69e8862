"""Behind a gate: a role or a bucket that is so new that a job's validation fails though the policies are right."""

from typing import Any

import pytest

from handler.scenario import scenario
from lifecycle.lambda_service import Attempt
from lifecycle.plan import Plan
from lifecycle.scenarios.worlds import LAGS, History, declared, history
from lifecycle.simulation import KilledError

# What Bedrock could forget of a job while the list does not show it.
FORGETFUL: dict[str, Any] = {"token_memory_seconds": 60.0, "frees_ended_names": True}
GATED: dict[str, Any] = {"Gate": "VALIDATED", "GateSeconds": "700"}


def first_request(told: History) -> tuple[str | None, str, str]:
    """The outcome of the first request: status, id and reason."""
    told.universe.agenda.run()
    request = told.universe.requests[0]
    return request.status, request.physical_id, request.reason


def dies_at_start(number: int) -> Any:
    """The function dies once, right after the n-th start."""
    starts: list[int] = []

    def interfere(attempt: Attempt, _call: int, when: str) -> KilledError | None:
        if attempt.calls[-1] == "create_model_invocation_job" and when == "after":
            starts.append(attempt.number)
            if len(starts) == number:
                attempt.request.disturbed = True
                return KilledError()
        return None

    return interfere


@scenario(99)
@pytest.mark.parametrize("lag", LAGS)
def test_a_second_attempt_passes_and_is_the_resource(lag: float) -> None:
    """A validation fails for rights, the policies are right -> tried again, SUCCESS, it is said; one job live."""
    with history(unknown_rights=1, list_lag_seconds=lag) as told:
        told.deploy("a", **GATED)

        status, physical_id, reason = first_request(told)

        assert (status, told.started) == ("SUCCESS", 2)
        assert physical_id == told.job(2).arn
        assert f"{told.job(1).arn} failed validation: " in reason
        assert f"so the run was tried again as {told.job(2).arn}." in reason
        assert told.stack.recorded["Job"].physical_id == told.job(2).arn
        assert told.job(1).progress.processed == 0


@scenario(99)
def test_a_second_attempt_in_an_update_replaces_the_old_job() -> None:
    """As 99 in an Update to another run, with a new role -> tried again, SUCCESS; the old job is stopped."""
    with history(role_checked_late=True) as told:
        told.deploy("a")
        told.pass_time(3600.0)
        told.denied("sts:AssumeRole", 100.0)
        told.deploy("b", **GATED)

        assert told.live() == [3]
        assert told.stack.status == "UPDATE_COMPLETE"


@scenario(100)
@pytest.mark.parametrize("lag", LAGS)
def test_after_a_second_failure_the_deployment_fails(lag: float) -> None:
    """Both validations fail for rights -> FAILED with both jobs and Bedrock's own words; two jobs, 0 live."""
    with history(unknown_rights=3, list_lag_seconds=lag) as told:
        told.deploy("a", **GATED)

        status, physical_id, reason = first_request(told)

        assert (status, physical_id, told.started) == ("FAILED", told.job(2).arn, 2)
        assert f"tried again: {told.job(2).arn} failed: Could not validate ListBucket permissions" in reason
        assert told.job(1).arn in reason
        assert (told.stack.status, told.live()) == ("ROLLBACK_COMPLETE", [])


@scenario(101)
@pytest.mark.parametrize("start", [1, 2])
@pytest.mark.parametrize("failures", [1, 2, 3])
@pytest.mark.parametrize("lag", LAGS)
def test_a_delivery_after_the_death_of_another_makes_no_third_attempt(lag: float, failures: int, start: int) -> None:
    """As 99, 100; the function dies after either start, Lambda retries the event -> two jobs, no third, one meaning."""
    with history(unknown_rights=failures, list_lag_seconds=lag, **FORGETFUL) as told:
        told.universe.interfere = dies_at_start(start)
        told.deploy("a", **GATED)

        status, physical_id, _ = first_request(told)

        assert (status, physical_id) == ("SUCCESS" if failures == 1 else "FAILED", told.job(2).arn)
        assert told.started == 2


@scenario(101)
@pytest.mark.parametrize("delays", [[0.1, 0.1], [0.1, 15.0], [0.1, 70.0, 120.0], [0.1, 160.0], [0.1, 300.0]])
@pytest.mark.parametrize("failures", [1, 3])
@pytest.mark.parametrize("lag", LAGS)
def test_several_deliveries_make_one_second_attempt(lag: float, failures: int, delays: list[float]) -> None:
    """As 99, 100; the event is delivered two or three times, at once or later -> two jobs, one meaning."""
    with history(unknown_rights=failures, list_lag_seconds=lag, **FORGETFUL) as told:
        told.universe.deliveries["forward"] = delays
        told.deploy("a", **GATED)

        assert first_request(told)[:2] == ("SUCCESS" if failures == 1 else "FAILED", told.job(2).arn)
        assert told.started == 2


@scenario(104)
@pytest.mark.parametrize("gate_seconds", ["200", "300"])
@pytest.mark.parametrize("lag", [70.0, 120.0])
def test_a_second_attempt_that_is_not_listed_yet_is_taken_by_the_next_delivery(lag: float, gate_seconds: str) -> None:
    """As 101, little of the bound is left after the second start, List behind -> SUCCESS; two jobs, one live."""
    with history(unknown_rights=1, list_lag_seconds=lag, **FORGETFUL) as told:
        told.universe.interfere = dies_at_start(2)
        told.deploy("a", Gate="VALIDATED", GateSeconds=gate_seconds)

        status, physical_id, reason = first_request(told)

        assert (status, physical_id, told.started) == ("SUCCESS", told.job(2).arn, 2)
        assert f"{told.job(1).arn} failed validation: " in reason
        assert told.live() == [2]


@scenario(104)
@pytest.mark.parametrize("gate_seconds", ["200", "300"])
@pytest.mark.parametrize("lag", [70.0, 120.0])
def test_a_second_attempt_of_an_update_is_taken_by_the_next_delivery(lag: float, gate_seconds: str) -> None:
    """As 101 in an Update, little of the bound is left, List behind -> SUCCESS; the old job is stopped, one live."""
    with history(role_checked_late=True, list_lag_seconds=lag, **FORGETFUL) as told:
        told.deploy("a")
        told.pass_time(3600.0)
        told.denied("sts:AssumeRole", 100.0)
        told.universe.interfere = dies_at_start(2)
        told.deploy("b", Gate="VALIDATED", GateSeconds=gate_seconds)

        assert (told.live(), told.started) == ([3], 3)
        assert told.stack.status == "UPDATE_COMPLETE"


@scenario(102)
def test_a_stack_that_is_fifteen_minutes_old_gets_no_second_attempt() -> None:
    """As 99, 15 minutes after the operation of the stack began -> FAILED with Bedrock's own words; one job, 0 live."""
    with history(unknown_rights=1) as told:
        told.universe.deliveries["forward"] = [620.0]
        told.deploy("a", **GATED)

        status, physical_id, reason = first_request(told)

        assert (status, physical_id, told.started) == ("FAILED", told.job(1).arn, 1)
        assert "tried again" not in reason
        assert told.live() == []


@scenario(102)
def test_a_gate_whose_bound_is_over_gets_no_second_attempt() -> None:
    """As 99, the bound passes before or with the failure -> no second attempt, however often it is delivered."""
    with history(unknown_rights=1) as told:
        told.universe.deliveries["forward"] = [0.1, 160.0]
        first, other = declared("a", Gate="VALIDATED", GateSeconds="100"), declared("b", **GATED)
        told.stack.deploy({"Job": first, "Other": other}, Plan())
        told.universe.agenda.run()

        request = told.universe.requests[0]
        assert (request.status, len(request.started), len(request.puts)) == ("SUCCESS", 1, 2)


@scenario(103)
@pytest.mark.parametrize("after", [151.0, 155.0, 160.0, 170.0, 250.0])
@pytest.mark.parametrize("rolls_back", [True, False])
def test_a_stack_that_turns_around_keeps_no_second_attempt(after: float, rolls_back: bool) -> None:
    """As 99, the stack rolls back at any moment of the second attempt -> 0 live, at most two jobs."""
    with history(unknown_rights=1) as told:
        told.deploy("a", Plan(other_fails_after=after, rolls_back=rolls_back), **GATED)
        told.universe.agenda.run()
        if not rolls_back:
            told.delete()

        assert told.live() == []
        assert told.started <= 2
