"""Stop: seen to have had its effect, asked for again where it had none, and never said of a job that nobody stopped."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from bedrock_batch.job import Job
from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.faults import Fault
from bedrock_batch_local.engine.pacing import Pacing
from handler.hooks import STOP, At
from handler.scenario import scenario
from handler.vocabulary import CFN_MADE_ID, created, refusal
from handler.world import REGION, World, build_world, session_of
from model_invocation_job.core.errors import StillRunningError
from model_invocation_job.io.deadline import Deadline
from model_invocation_job.operations.stopping import stop

pytestmark = pytest.mark.usefixtures("whole_waits")
NOT_NOW = ["ConflictException", "ResourceNotFoundException", "ValidationException"]


def stops(world: World) -> int:
    return [method for method, _ in world.bedrock.calls].count("stop_model_invocation_job")


def last_words(answer: dict[str, Any], job_arn: str, cause: str) -> None:
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == (
        f"{job_arn} is still running and billing, it could not be stopped ({cause}). Stop it with:"
        f" aws bedrock stop-model-invocation-job --job-identifier {job_arn} --region {REGION}."
    )


@pytest.mark.parametrize("code", ["ConflictException", "ValidationException"])
def test_a_stop_that_takes_effect_and_is_refused_all_the_same_is_fine(world: World, code: str) -> None:
    arn = created(world)
    world.bedrock.fault("stop_model_invocation_job", code, when="after")

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert stops(world) == 1


@scenario(38)
@pytest.mark.parametrize("code", ["ValidationException", "ConflictException"])
def test_a_job_that_ends_between_the_look_and_the_stop_is_fine(code: str) -> None:
    """Delete; job finishes between Get and Stop: ValidationException, and again ConflictException -> SUCCESS."""
    world = build_world(ended_stop_error=code)
    arn = created(world)

    hook = At(STOP, "before", lambda: world.service_clock.advance(24 * 3600))
    answer = world.deliver(world.event("Delete", PhysicalResourceId=arn), hook=hook)

    assert hook.done
    assert (answer["Status"], world.status(arn), world.engine.bill().stopped) == ("SUCCESS", "Completed", 0)


@pytest.mark.parametrize("code", NOT_NOW)
def test_a_refusal_for_a_job_that_runs_is_waited_out(world: World, code: str) -> None:
    arn = created(world)
    world.bedrock.fault("stop_model_invocation_job", code, times=20)

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert (world.live(), stops(world)) == ([], 21)


@pytest.mark.parametrize("code", NOT_NOW)
def test_a_refusal_for_a_job_that_runs_on_is_told_after_the_events_whole_time_and_the_next_delete_works(
    world: World, code: str
) -> None:
    arn = created(world)
    world.bedrock.fault("stop_model_invocation_job", code, times=1000)

    last_words(world.delete(arn), arn, code)
    assert sum(world.clock.slept) == 575

    world.bedrock.faults.clear()
    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.live() == []


@scenario(40)
@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerException"])
def test_a_fault_is_waited_out_for_the_events_whole_time_and_told_then(world: World, code: str) -> None:
    """Delete; Stop throttled/5xx throughout -> FAILED with ARN, "still running and billing", command; 2nd works."""
    arn = created(world)
    world.bedrock.fault("stop_model_invocation_job", code, times=1000)

    last_words(world.delete(arn), arn, code)
    assert sum(world.clock.slept) == 575

    world.bedrock.faults.clear()
    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.live() == []


def test_a_network_that_is_out_is_told_by_its_exception(world: World) -> None:
    arn = created(world)
    world.bedrock.fault("stop_model_invocation_job", ReadTimeoutError(endpoint_url="x"), times=1000)

    last_words(world.delete(arn), arn, "ReadTimeoutError")


def test_any_other_refusal_is_told_at_once(world: World) -> None:
    arn = created(world)
    world.bedrock.fault("stop_model_invocation_job", "AccessDeniedException")

    last_words(world.delete(arn), arn, "AccessDeniedException")
    assert world.clock.slept == []


def test_a_right_that_is_missing_in_a_clean_up_is_waited_for_twenty_seconds(world: World) -> None:
    arn = created(world)
    denied = refusal("AccessDeniedException", "not authorized to perform: bedrock:StopModelInvocationJob")
    world.bedrock.fault("stop_model_invocation_job", denied, times=1000)

    last_words(world.delete(arn), arn, "AccessDeniedException")
    assert world.clock.slept == [5.0] * 4


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_stop_that_was_accepted_without_effect_is_asked_for_again(times: int) -> None:
    world = build_world(ineffective_stops=times)
    arn = created(world)

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert (world.status(arn), stops(world)) == ("Stopped", times + 1)


def test_a_stop_whose_job_shows_a_word_that_nobody_knows_is_asked_for_again_for_a_minute(
    capsys: pytest.CaptureFixture[str],
) -> None:
    quirks = {"shown_as": {JobStatus.SUBMITTED: "Queued"}}
    world = build_world(ineffective_stops=1000, pacing=Pacing(submitted=36_000.0), **quirks)
    arn = created(world)
    capsys.readouterr()
    deadline = Deadline(world.clock, 600)

    stop(session_of(world, deadline), Job(arn))

    assert world.clock.slept == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0, 10.0, 5.0]
    assert stops(world) == 10
    printed = capsys.readouterr().out
    assert "stop accepted, but the job does not show it" in printed
    assert "job stopped" not in printed


def test_a_stop_without_effect_fails_at_the_end_of_the_event() -> None:
    world = build_world(ineffective_stops=1000)
    arn = created(world)
    deadline = Deadline(world.clock, 5.5)

    with pytest.raises(StillRunningError, match=r"could not be stopped \(a Stop has no effect\)"):
        stop(session_of(world, deadline), Job(arn))

    assert world.clock.slept == [1.0, 2.0, 2.5]


@pytest.mark.parametrize("error", ["ResourceNotFoundException", "AccessDeniedException"])
def test_a_stop_without_effect_is_seen_also_when_the_job_cannot_be_read_at_first(error: str) -> None:
    world = build_world(ineffective_stops=1)
    arn = created(world)
    unreadable = Fault(meanwhile=lambda: world.bedrock.fault("get_model_invocation_job", error, times=2))
    world.bedrock.faults.add("StopModelInvocationJob", unreadable)

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.live() == []


def test_an_error_after_an_accepted_stop_is_no_failure() -> None:
    world = build_world(ineffective_stops=1)
    arn = created(world)
    world.bedrock.faults.add("StopModelInvocationJob", Fault())
    world.bedrock.fault("stop_model_invocation_job", "AccessDeniedException")

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert (world.live(), stops(world)) == ([], 3)


def test_a_stop_that_was_accepted_counts_although_the_job_cannot_be_read(world: World) -> None:
    arn = created(world)
    world.bedrock.faults.add(
        "StopModelInvocationJob",
        Fault(meanwhile=lambda: world.bedrock.fault("get_model_invocation_job", "AccessDeniedException", times=1)),
    )

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert (world.status(arn), stops(world)) == ("Stopped", 2)


def test_a_stop_that_was_refused_counts_for_nothing_while_the_job_cannot_be_read(world: World) -> None:
    arn = created(world)
    deadline = Deadline(world.clock, 600)
    world.bedrock.fault("stop_model_invocation_job", "ConflictException", times=3)
    world.bedrock.fault("get_model_invocation_job", "AccessDeniedException", times=1000)

    stop(session_of(world, deadline), Job(arn, status="InProgress"))

    # Nine within the minute after the one that was accepted: what cannot be read may run.
    assert (world.live(), stops(world)) == ([], 11)


@pytest.mark.parametrize("status", [200, 302, 502])
@pytest.mark.parametrize("lag", [0.0, 45.0])
def test_a_proxys_page_in_place_of_the_answer_is_no_stop(status: int, lag: float) -> None:
    """While Get does not show the job yet, nothing else tells that it keeps running."""
    world = build_world(get_lag_seconds=lag)
    world.bedrock.fault("get_model_invocation_job", RuntimeError("x"))
    world.create()
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.bedrock.fault("stop_model_invocation_job", f"ProxyPage{status}")

    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert world.live() == []
