"""A job that is to be stopped is stopped, also when Bedrock refuses, ignores or hides it at first."""

import pytest

from handler.scenario import scenario
from lifecycle.plan import Plan
from lifecycle.scenarios.worlds import LAGS, history

_LIST = "ListModelInvocationJobs"


@scenario(86)
@pytest.mark.parametrize("conflicts", [1, 5, 20])
def test_a_conflict_of_a_job_that_runs_is_asked_again(conflicts: int) -> None:
    """Stop answers ConflictException while the job runs -> repeated within the time left, Delete SUCCESS."""
    with history(running_stop_conflicts=conflicts) as told:
        told.deploy("a")
        told.delete()
        assert (told.live(), told.stack.status) == ([], "DELETE_COMPLETE")
        assert told.calls("stop_model_invocation_job") == conflicts + 1


@scenario(86)
def test_a_conflict_that_lasts_fails_the_delete_with_the_command() -> None:
    """Stop answers ConflictException for ever -> Delete FAILED after its whole time, with the command."""
    with history() as told:
        told.deploy("a")
        told.out("StopModelInvocationJob", "ConflictException", 4000.0)
        told.delete()
        delete = next(request for request in told.universe.requests if request.purpose == "delete")
        assert delete.status == "FAILED"
        assert delete.puts[0].at - delete.issued_at > 600.0
        assert f"stop-model-invocation-job --job-identifier {told.job(1).arn}" in delete.reason
        told.misfortunes.end()
        told.delete()
        assert told.live() == []


@scenario(86)
@pytest.mark.parametrize("lag", LAGS)
def test_a_stop_without_effect_is_asked_again(lag: float) -> None:
    """The first Stop is accepted and changes nothing -> a second one stops the job, in Delete and in a rollback."""
    with history(ineffective_stops=1, list_lag_seconds=lag) as told:
        told.deploy("a")
        told.pass_time(300.0)
        told.deploy("b", Plan(other_fails_after=0.8))
        assert told.live() == [1]
        told.delete()
        assert told.live() == []


@scenario(87)
@pytest.mark.parametrize("seconds", [100.0, 200.0, 1500.0])
@pytest.mark.parametrize("error", ["InternalServerException", "ProxyPage200"])
def test_a_rollback_that_cannot_list_jobs_is_not_green_over_a_job_that_runs(error: str, seconds: float) -> None:
    """Rollback while List is out for 100, 200, 1500 s -> the cancelled update's job does not run behind SUCCESS."""
    with history() as told:
        told.deploy("a")
        told.pass_time(300.0)
        told.after(1.11, lambda: told.out(_LIST, error, seconds))
        told.deploy("b", Plan(cancelled_after=1.1))
        green = [request for request in told.universe.requests if request.purpose == "rollback"][-1]
        assert (green.status, told.live(), told.started) == ("SUCCESS", [1], 2)


@scenario(87)
def test_a_rollback_that_may_not_list_jobs_says_what_may_run_and_how_to_go_on() -> None:
    """As before, denied -> FAILED; the text names what may run and continue-update-rollback, which ends it."""
    with history() as told:
        told.deploy("a")
        told.pass_time(300.0)
        told.after(1.11, lambda: told.denied("bedrock:ListModelInvocationJobs", 150.0))
        told.deploy("b", Plan(cancelled_after=1.1))
        rollbacks = [request for request in told.universe.requests if request.purpose == "rollback"]
        first, last = rollbacks[0], rollbacks[-1]
        assert first.status == "FAILED"
        assert f"a job whose name holds {told.job(2).name[8:-2]} may be running and billing" in first.reason
        assert f"continue-update-rollback --stack-name {told.stack.stack_id}" in first.reason
        assert (last.status, told.live()) == ("SUCCESS", [1])


@scenario(89)
@pytest.mark.parametrize("moment", [0.12, 0.3, 0.8, 1.1, 1.2])
@pytest.mark.parametrize("lag", [*LAGS, 60.0])
def test_a_cancelled_create_behind_a_list_that_lags_leaves_nothing(lag: float, moment: float) -> None:
    """Cancelled Create, made-up id, List behind by 0 to 120 s -> 0 live."""
    with history(list_lag_seconds=lag, page_size=1, empty_pages=True) as told:
        told.deploy("a", Plan(other_fails_after=moment))
        assert told.live() == []
        assert told.started <= 1
