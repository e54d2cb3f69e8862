"""What a Create has started, or may have started, is named in its answer, and the Delete that follows stops it."""

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from handler.hooks import LIST, count
from handler.vocabulary import OTHER_RUN, by_hand, created, left_after_rollback, outcome, refusal, started_and_running
from handler.world import World, build_world, properties

LOST = ReadTimeoutError(endpoint_url="x")
MAY_BE = (
    " A job may have been started: a rollback finds it by its name and stops it, and deploying the same again takes it."
)
NAME = "tickets-0a1b2c3dicketsE1-704dce9f-1"
REFUSALS = [
    refusal(code, "x")
    for code in (
        "AccessDeniedException",
        "ConflictException",
        "ResourceNotFoundException",
        "ServiceQuotaExceededException",
        "ValidationException",
    )
]


@pytest.mark.parametrize("lag", [0.0, 5.0, 45.0, 120.0])
def test_a_job_is_named_although_anything_unforeseen_follows_its_start(lag: float) -> None:
    world = build_world(visibility_lag_seconds=lag)
    world.bedrock.fault("get_model_invocation_job", RuntimeError("x"))

    answer = world.create()

    job_arn = answer["PhysicalResourceId"]
    assert job_arn.startswith("arn:aws:bedrock:")
    unexpected = "Unexpected RuntimeError; the log group /aws/lambda/handler has more, under request request-1."
    assert answer["Reason"] == unexpected + started_and_running(job_arn)
    assert left_after_rollback(world, answer) == []


def test_a_job_is_named_when_the_look_at_the_stack_after_its_start_fails(world: World) -> None:
    world.cloudformation.after_looks(2, lambda: setattr(world.cloudformation, "fails_with", RuntimeError("x")))

    answer = world.create()

    assert answer["PhysicalResourceId"] == world.live()[0]
    assert left_after_rollback(world, answer) == []


def test_an_update_names_the_job_that_it_has_started_beside_the_old_id(world: World) -> None:
    before = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.bedrock.fault("get_model_invocation_job", RuntimeError("x"))

    answer = world.update(before, properties(), properties(**OTHER_RUN))

    (started,) = set(world.live()) - {before}
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", before)
    assert f"{started} was started by this request and may be running and billing." in answer["Reason"]


@pytest.mark.parametrize("error", REFUSALS, ids=repr)
@pytest.mark.parametrize("lag", [0.0, 45.0, 120.0])
def test_after_a_lost_answer_a_refusal_proves_nothing_and_the_job_is_looked_for(error: Exception, lag: float) -> None:
    world = build_world(list_lag_seconds=lag)
    world.bedrock.fault("create_model_invocation_job", LOST, when="after")
    world.bedrock.fault("create_model_invocation_job", error, times=1000)

    answer = world.create()

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", world.live()[0])
    assert world.started == 1


@pytest.mark.parametrize("error", REFUSALS, ids=repr)
def test_after_a_lost_answer_and_a_refusal_a_job_that_is_not_found_may_have_been_started(
    world: World, error: Exception
) -> None:
    world.bedrock.fault("create_model_invocation_job", LOST)
    world.bedrock.fault("create_model_invocation_job", error, times=1000)

    answer = world.create()

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", f"maybe-started:{NAME}")
    assert answer["Reason"].startswith("CreateModelInvocationJob: ")
    assert answer["Reason"].endswith(MAY_BE)
    assert 150 < sum(world.clock.slept) < 153


def test_an_update_whose_start_is_uncertain_says_so_beside_the_old_id(world: World) -> None:
    before = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.bedrock.fault("create_model_invocation_job", LOST)
    world.bedrock.fault("create_model_invocation_job", "ServiceQuotaExceededException", times=1000)

    answer = world.update(before, properties(), properties(**OTHER_RUN))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", before)
    assert answer["Reason"].endswith(MAY_BE)


@pytest.mark.parametrize("error", ["InternalServerException", "AccessDeniedException"])
def test_a_job_that_cannot_be_looked_for_may_have_been_started(world: World, error: str) -> None:
    world.bedrock.fault("create_model_invocation_job", "ConflictException", when="after")
    list_jobs = world.bedrock.list_model_invocation_jobs

    def lists_twice(**page: Any) -> dict[str, Any]:
        answer = list_jobs(**page)
        if count(world, LIST) == 2:
            world.bedrock.fault("list_model_invocation_jobs", error, times=1000)
        return answer

    world.bedrock.list_model_invocation_jobs = lists_twice  # type: ignore[method-assign]  # an outage from then on
    answer = world.create()

    assert answer["PhysicalResourceId"] == f"maybe-started:{NAME}"
    assert answer["Reason"].startswith(f"ListModelInvocationJobs: {error}")
    assert answer["Reason"].endswith(MAY_BE)
    world.bedrock.list_model_invocation_jobs = list_jobs  # type: ignore[method-assign]
    assert left_after_rollback(world, answer) == []


def test_somebody_elses_job_of_the_name_that_shows_late_is_refused_and_left_alone() -> None:
    world = build_world(list_lag_seconds=45.0)
    theirs = by_hand(world, jobName=NAME)

    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == (
        f"job {theirs} has the name of this run but was not started by this stack; it was left alone and nothing was"
        " started."
    )
    assert world.live() == [theirs]


def test_a_job_with_the_name_and_token_that_shows_late_and_differs_is_refused_and_left_alone() -> None:
    """The token is forgotten, so Bedrock says that the name is in use."""
    probe = build_world()
    probe.create()
    request = next(kwargs for name, kwargs in probe.bedrock.calls if name == "create_model_invocation_job")
    world = build_world(list_lag_seconds=45.0, token_memory_seconds=0.0)
    names = {name: request[name] for name in ("jobName", "clientRequestToken")}
    theirs = by_hand(world, modelId="amazon.nova-lite-v1:0", **names)
    world.service_clock.advance(1)

    answer = world.create()

    assert answer["Reason"].startswith(f"{theirs} carries this run's name or token but differs in modelId;")
    assert world.live() == [theirs]


@pytest.mark.parametrize("lag", [160.0, 200.0, 290.0])
def test_a_job_that_shows_after_the_answer_is_stopped_by_the_delete(lag: float) -> None:
    """The Create has looked for two and a half minutes, and so does the Delete."""
    world = build_world(list_lag_seconds=lag)
    world.bedrock.fault("create_model_invocation_job", LOST, when="after")
    world.bedrock.fault("create_model_invocation_job", "AccessDeniedException", times=1000)

    answer = world.create()

    assert (world.started, answer["PhysicalResourceId"]) == (1, f"maybe-started:{NAME}")
    assert left_after_rollback(world, answer) == []


@pytest.mark.parametrize(
    "code",
    ["AccessDeniedException", "ResourceNotFoundException", "ServiceQuotaExceededException", "ValidationException"],
)
def test_a_refusal_of_the_only_request_proves_that_nothing_was_started(world: World, code: str) -> None:
    world.bedrock.fault("create_model_invocation_job", code)

    answer = world.create()

    assert answer["PhysicalResourceId"].startswith("not-started:")
    assert "may have been started" not in answer["Reason"]
    assert (world.started, world.clock.slept) == (0, [])


@pytest.mark.parametrize("code", ["ConflictException", "SomethingNew"])
def test_any_other_error_proves_nothing(world: World, code: str) -> None:
    world.bedrock.fault("create_model_invocation_job", code, times=1000)

    answer = world.create()

    assert answer["PhysicalResourceId"] == f"maybe-started:{NAME}"
    assert answer["Reason"].startswith(f"CreateModelInvocationJob: {code}")
    assert answer["Reason"].endswith(MAY_BE)


@pytest.mark.parametrize(
    "error",
    [*(refusal(code, "x") for code in ("ThrottlingException", "InternalServerException")), LOST],
    ids=repr,
)
def test_a_fault_that_never_passes_leaves_the_start_uncertain(world: World, error: Exception) -> None:
    world.bedrock.fault("create_model_invocation_job", error, times=1000)

    answer = world.create()

    assert answer["PhysicalResourceId"] == f"maybe-started:{NAME}"
    assert answer["Reason"].endswith(MAY_BE)
    assert 544.9 < sum(world.clock.slept) < 575.1, "there is still time to look for the job"


def test_the_fault_that_never_passed_is_told(world: World) -> None:
    """Whoever reads that the time is over must see what it was spent on."""
    world.bedrock.fault("create_model_invocation_job", "ThrottlingException", times=1000)

    assert "ThrottlingException" in world.create()["Reason"]


@pytest.mark.parametrize(
    "error", [EndpointConnectionError(endpoint_url="x"), ConnectTimeoutError(endpoint_url="x")], ids=repr
)
def test_a_connection_that_failed_proves_nothing(world: World, error: Exception) -> None:
    """The SDK says the same of a connection that broke while the request was on its way."""
    world.bedrock.fault("create_model_invocation_job", error, times=1000)

    assert world.create()["PhysicalResourceId"] == f"maybe-started:{NAME}"


@pytest.mark.parametrize("error", [ParamValidationError(report="x"), NoCredentialsError()], ids=repr)
def test_a_request_that_never_left_started_nothing(world: World, error: Exception) -> None:
    world.bedrock.fault("create_model_invocation_job", error)

    answer = world.create()

    assert answer["PhysicalResourceId"].startswith("not-started:")
    assert "may have been started" not in answer["Reason"]


def test_a_refusal_of_a_repetition_that_the_sdk_made_by_itself_proves_nothing(world: World) -> None:
    """The client has that turned off; should it not be, the request before may have had its effect."""
    answer = {"Error": {"Code": "AccessDeniedException", "Message": "x"}, "ResponseMetadata": {"RetryAttempts": 1}}
    error = ClientError(answer, "CreateModelInvocationJob")
    world.bedrock.fault("create_model_invocation_job", error, when="after")

    assert outcome(world.create()) == ("SUCCESS", world.live()[0])
