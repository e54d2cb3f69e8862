"""A start that comes when its operation is over: the job is stopped, whatever the stack does by then."""

import pytest

from handler.scenario import scenario
from lifecycle.plan import Plan
from lifecycle.scenarios.worlds import LAGS, History, declared, history

_CREATE = "CreateModelInvocationJob"


def _next_operation_at_once(told: History, *, rolls_back: bool) -> None:
    """B is cancelled after 1.5 seconds, and C is deployed as soon as CloudFormation takes it."""
    told.deploy("b", Plan(cancelled_after=1.5, rolls_back=rolls_back))
    told.stack.failed.clear()
    told.deploy("c")


@scenario(83)
@pytest.mark.parametrize("rolls_back", [True, False])
@pytest.mark.parametrize("lag", LAGS)
def test_an_update_that_waits_out_a_throttle_does_not_start_beside_the_next(lag: float, rolls_back: bool) -> None:
    """Update A to B throttled 35 s, cancelled after 1.5 s, C deployed at once -> only C is live."""
    with history(list_lag_seconds=lag, seconds_between_operations=3.0) as told:
        told.deploy("a")
        told.pass_time(300.0)
        told.out(_CREATE, "ThrottlingException", 35.0 if rolls_back else 4.0)
        _next_operation_at_once(told, rolls_back=rolls_back)
        assert (told.live(), told.started) == ([2], 2)


@scenario(83)
@pytest.mark.parametrize("rolls_back", [True, False])
@pytest.mark.parametrize("lag", LAGS)
def test_an_update_that_bedrock_accepts_late_is_stopped_beside_the_next(lag: float, rolls_back: bool) -> None:
    """As before, B hangs in its start and is accepted when C is deployed or live already -> only C is live."""
    with history(list_lag_seconds=lag, seconds_between_operations=3.0) as told:
        told.deploy("a")
        told.pass_time(300.0)
        told.hangs(_CREATE, 35.0 if not rolls_back else 200.0)
        _next_operation_at_once(told, rolls_back=rolls_back)
        recorded = told.stack.recorded["Job"]
        assert recorded.properties["RunId"] == "c"
        assert [told.job(number).arn for number in told.live()] == [recorded.physical_id]
        assert told.started == 3


@scenario(84)
@pytest.mark.parametrize("rolls_back", [True, False])
def test_an_update_that_waits_for_a_right_does_not_start_beside_the_next(rolls_back: bool) -> None:
    """As 83 with a wait for iam:PassRole instead of a throttle -> only C is live, B was never started."""
    with history(seconds_between_operations=3.0) as told:
        told.deploy("a")
        told.after(0.0, lambda: told.denied("iam:PassRole", 35.0 if rolls_back else 4.0))
        told.pass_time(1.0)
        _next_operation_at_once(told, rolls_back=rolls_back)
        assert (told.live(), told.started) == ([2], 2)


@scenario(84)
@pytest.mark.parametrize("rolls_back", [True, False])
@pytest.mark.parametrize("lag", LAGS)
def test_a_create_that_bedrock_accepts_late_is_stopped_beside_that_of_another_resource(
    lag: float, rolls_back: bool
) -> None:
    """As 83 with the Create of a second resource, then that of a third -> the first and the third are live."""
    with history(list_lag_seconds=lag, seconds_between_operations=3.0) as told:
        told.deploy("a")
        told.pass_time(300.0)
        told.hangs(_CREATE, 35.0 if not rolls_back else 200.0)
        first = {"Job": declared("a")}
        told.stack.deploy(first | {"Second": declared("b")}, Plan(cancelled_after=1.5, rolls_back=rolls_back))
        told.stack.failed.clear()
        told.stack.deploy(first | {"Third": declared("c")}, Plan())
        on_record = {recorded.physical_id for recorded in told.stack.recorded.values()}
        assert {told.job(number).arn for number in told.live()} == on_record
        assert (len(on_record), told.started) == (2, 3)


@scenario(85)
@pytest.mark.parametrize("error", ["ThrottlingException", "InternalServerException", "ProxyPage502"])
def test_a_late_start_that_cannot_be_stopped_at_first_is_not_forgotten(error: str) -> None:
    """The job of a late start is to be stopped, Stop throttled or 5xx for 75 s -> 0 live."""
    with history() as told:
        told.hangs(_CREATE, 200.0)
        told.after(200.0, lambda: told.out("StopModelInvocationJob", error, 75.0))
        told.deploy("a", Plan(other_fails_after=1.0))
        assert (told.live(), told.started) == ([], 1)


@scenario(85)
def test_a_late_start_that_cannot_be_stopped_is_stopped_by_lambdas_next_delivery() -> None:
    """As before, Stop denied for longer than a right is waited for -> the invocation ends in an error; 0 live."""
    with history() as told:
        told.hangs(_CREATE, 200.0)
        told.after(190.0, lambda: told.denied("bedrock:StopModelInvocationJob", 180.0))
        told.deploy("a", Plan(other_fails_after=1.0))
        assert (told.live(), told.started) == ([], 1)
        create = told.universe.requests[0]
        assert [attempt.number for attempt in told.universe.lambda_service.attempts.values()].count(2) == 1
        assert "is still running and billing" in create.puts[0].text
        assert "what this request had started was stopped" in create.puts[1].text


@scenario(85)
@pytest.mark.parametrize("lag", LAGS)
def test_a_late_start_beside_the_next_operation_is_stopped_by_lambdas_next_delivery(lag: float) -> None:
    """As before, with rollback disabled and C deployed at once -> only C is live."""
    with history(list_lag_seconds=lag, seconds_between_operations=3.0) as told:
        told.deploy("a")
        told.pass_time(300.0)
        told.hangs(_CREATE, 35.0)
        told.after(30.0, lambda: told.denied("bedrock:StopModelInvocationJob", 180.0))
        _next_operation_at_once(told, rolls_back=False)
        assert [told.job(number).arn for number in told.live()] == [told.stack.recorded["Job"].physical_id]
        assert told.started == 3
