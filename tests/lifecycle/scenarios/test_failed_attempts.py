"""Rollback disabled: CloudFormation deletes the id of a failed attempt when a later one is on record already."""

import pytest

from bedrock_batch.statuses import JobStatus
from handler.scenario import scenario
from lifecycle.lambda_service import Attempt
from lifecycle.plan import Plan
from lifecycle.scenarios.worlds import LAGS, History, declared, history
from lifecycle.simulation import KilledError

_STAYS_FAILED = Plan(rolls_back=False)


def _first_attempt(told: History, fate: str) -> None:
    """A Create that fails: its job lives (the function died after the start), is dead, or was never made."""
    if fate == "never made":
        told.universe.faults.clear()
        told.misfortunes.service_fails("CreateModelInvocationJob", "ServiceQuotaExceededException", 1)
        told.deploy("a", _STAYS_FAILED)
        return

    def die(attempt: Attempt, _call: int, when: str) -> KilledError | None:
        return KilledError() if attempt.calls[-1] == "Put" and when == "before" else None

    told.universe.interfere = die
    told.deploy("a", _STAYS_FAILED)
    told.universe.interfere = lambda _attempt, _call, _when: None
    if fate == "dead":
        told.universe.engine.end(told.job(1), JobStatus.FAILED)


@scenario(88)
@pytest.mark.parametrize("fate", ["live", "dead", "never made"])
@pytest.mark.parametrize("lag", LAGS)
def test_the_id_of_a_failed_attempt_does_not_stop_the_job_of_the_retry(fate: str, lag: float) -> None:
    """Create FAILED, retry SUCCESS, then Delete of the first attempt's id -> the good job keeps running."""
    with history(list_lag_seconds=lag, deletes_failed_attempts=True) as told:
        _first_attempt(told, fate)
        told.stack.retry()
        assert told.stack.status == "UPDATE_COMPLETE"
        assert [told.job(number).arn for number in told.live()] == [told.stack.recorded["Job"].physical_id]


@scenario(88)
@pytest.mark.parametrize("fate", ["live", "dead", "never made"])
@pytest.mark.parametrize("lag", LAGS)
def test_the_id_of_a_failed_attempt_stops_its_own_job_and_not_that_of_another_declaration(
    fate: str, lag: float
) -> None:
    """The same with changed properties -> the first attempt's job is stopped, the good one keeps running."""
    with history(list_lag_seconds=lag, deletes_failed_attempts=True) as told:
        _first_attempt(told, fate)
        told.stack.deploy({"Job": declared("b")}, Plan())
        assert told.stack.status == "UPDATE_COMPLETE"
        assert [told.job(number).arn for number in told.live()] == [told.stack.recorded["Job"].physical_id]


@scenario(88)
@pytest.mark.parametrize(("run", "kept"), [("a", 1), ("b", 2)])
def test_a_stop_that_is_refused_for_the_moment_is_not_repeated_for_what_the_next_update_wants(
    run: str, kept: int
) -> None:
    """Create fails, its job cannot be stopped yet, next update at once -> the job that it wants keeps running."""
    with history(running_stop_conflicts=6, seconds_between_operations=3.0) as told:
        told.deploy("a", Plan(other_fails_after=0.8, rolls_back=False))
        assert told.stack.status == "CREATE_FAILED"
        told.deploy(run)

        assert told.live() == [kept]
        assert told.stack.recorded["Job"].physical_id == told.job(kept).arn
