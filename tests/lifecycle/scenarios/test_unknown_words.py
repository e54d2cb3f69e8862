"""Bedrock says what nobody has heard so far, or says it in other words."""

from typing import Any

import pytest

from bedrock_batch.statuses import JobStatus
from handler.scenario import scenario
from handler.world import build_world
from lifecycle.plan import Plan
from lifecycle.scenarios.worlds import LAGS, history

_LIVE = (JobStatus.SUBMITTED, JobStatus.VALIDATING, JobStatus.SCHEDULED, JobStatus.IN_PROGRESS)
_QUEUED = dict.fromkeys(_LIVE, "Queued")


@scenario(75)
@pytest.mark.parametrize("lag", LAGS)
def test_a_job_in_an_unknown_status_is_stopped_once_and_waited_for(lag: float) -> None:
    """Bedrock shows `Queued` -> Delete stops the job once and is answered when it has ended."""
    with history(shown_as=_QUEUED, list_lag_seconds=lag) as told:
        told.deploy("a")
        told.delete()
        assert told.live() == []
        assert (told.calls("stop_model_invocation_job"), told.stack.status) == (1, "DELETE_COMPLETE")
        delete = told.universe.requests[-1]
        assert told.job(1).ended_at is not None
        assert delete.puts[0].at >= (told.job(1).ended_at or 0.0)


@scenario(75)
@pytest.mark.parametrize("lag", LAGS)
def test_an_unknown_status_is_stopped_by_a_rollback(lag: float) -> None:
    """Bedrock shows `Queued`; an update is rolled back, answered or not -> its job is stopped, the other runs."""
    for fails_after in (0.3, 1800.0):
        with history(shown_as=_QUEUED, list_lag_seconds=lag) as told:
            told.deploy("a")
            told.pass_time(300.0)
            told.deploy("b", Plan(other_fails_after=fails_after))
            assert told.live() == [1]


@scenario(75)
def test_no_gate_opens_for_a_status_that_nobody_knows() -> None:
    """Bedrock shows `Queued` -> the gate waits for its whole time and says in which status the job is."""
    with history(shown_as=_QUEUED) as told:
        told.deploy("a", Gate="VALIDATED", GateSeconds="100")
        create = told.universe.requests[0]
        assert create.puts[0].at >= create.issued_at + 100.0
        assert "is still Queued after 100 seconds" in create.reason


@scenario(75)
def test_success_is_not_said_of_an_unknown_status_without_an_accepted_stop() -> None:
    """Bedrock shows `Queued` and refuses each Stop -> Delete FAILED with the command; it works once Stop does."""
    with history(shown_as=_QUEUED) as told:
        told.deploy("a")
        told.denied("bedrock:StopModelInvocationJob", 3000.0)
        told.delete()
        assert told.stack.status == "DELETE_FAILED"
        assert "aws bedrock stop-model-invocation-job" in told.universe.requests[-1].reason
        told.misfortunes.end()
        told.delete()
        assert (told.live(), told.stack.status) == ([], "DELETE_COMPLETE")


@scenario(76)
@pytest.mark.parametrize(
    "quirks",
    [
        {"normalises": True},
        {"hidden_members": frozenset({"modelInvocationType", "status", "lastModifiedTime", "endTime"})},
        {"hidden_members": frozenset({"outputDataConfig", "inputDataConfig", "modelId"})},
        {"normalises": True, "shows_token": False, "page_size": 1, "empty_pages": True},
    ],
    ids=["normalised", "no status", "no request", "normalised, no token, short pages"],
)
@pytest.mark.parametrize("lag", LAGS)
def test_the_same_job_in_other_words_is_the_same_job(quirks: dict[str, Any], lag: float) -> None:
    """Get and List show the job in other words, or less of it -> Create SUCCESS, a retry answers the same."""
    with history(list_lag_seconds=lag, **quirks) as told:
        told.universe.deliveries["forward"] = [0.1, 0.2, 200.0]
        told.deploy("a")
        assert told.universe.requests[0].status == "SUCCESS"
        told.deploy("b")
        assert told.started == 2


@scenario(76)
def test_a_job_whose_name_get_leaves_out_is_named_as_it_was_started() -> None:
    """GetModelInvocationJob leaves jobName out -> the attribute JobName is that of the request."""
    world = build_world()
    get = world.bedrock.get_model_invocation_job
    world.bedrock.get_model_invocation_job = lambda **arguments: {  # type: ignore[method-assign] # a member left out
        name: value for name, value in get(**arguments).items() if name != "jobName"
    }
    answer = world.create()
    name = next(sent["jobName"] for method, sent in world.bedrock.calls if method.startswith("create"))
    assert (answer["Status"], answer["Data"]["JobName"]) == ("SUCCESS", name)
