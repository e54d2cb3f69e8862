"""A run that is asked for again: the same event, a lost reply or a retry is not a second paid job."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from bedrock_batch.statuses import JobStatus
from handler.hooks import CREATE, LIST, Killed, count, killed_at
from handler.scenario import scenario
from handler.vocabulary import outcome
from handler.world import World, build_world


@scenario(2)
def test_the_same_event_again_starts_nothing_and_says_the_same(world: World) -> None:
    """Create delivered twice in sequence -> 1 job, equal answers."""
    event = world.event("Create")
    first = world.deliver(event)
    world.clock.sleep(70)

    assert world.deliver(event) == first
    assert world.started == 1


def test_an_event_delivered_again_after_its_job_failed_says_the_same(world: World) -> None:
    event = world.event("Create")
    first = world.deliver(event)
    world.bedrock.stop_model_invocation_job(jobIdentifier=first["PhysicalResourceId"])
    world.clock.sleep(120)

    assert world.deliver(event) == first
    assert world.started == 1


@scenario(4)
@pytest.mark.parametrize("error", [ReadTimeoutError(endpoint_url="x"), "InternalServerException"])
def test_a_reply_lost_after_the_effect_is_one_job(world: World, error: Exception | str) -> None:
    """Create; API effect happens, connection drops before the reply -> the look finds it -> 1 job, ARN right."""
    world.bedrock.fault(CREATE, error, when="after")

    answer = world.create()

    tokens = {arguments["clientRequestToken"] for method, arguments in world.bedrock.calls if method == CREATE}
    # A look comes before each request, and the second one finds the job.
    assert (count(world, CREATE), count(world, LIST), len(tokens)) == (1, 3, 1)
    assert (answer["Status"], [answer["PhysicalResourceId"]]) == ("SUCCESS", world.live())
    assert world.started == 1


@scenario(6)
@pytest.mark.parametrize("shows_token", [True, False])
def test_without_token_memory_the_job_is_found_before_another_is_started(shows_token: bool) -> None:
    """As 4, token memory already expired -> look-before-start finds it -> 1 job."""
    world = build_world(token_memory_seconds=0.0, shows_token=shows_token)
    event = world.event("Create")
    with pytest.raises(Killed):
        world.deliver(event, hook=killed_at(CREATE))
    world.clock.sleep(70)

    answer = world.deliver(event)

    assert (answer["Status"], [answer["PhysicalResourceId"]]) == ("SUCCESS", world.live())
    assert (world.started, count(world, CREATE)) == (1, 1)


def test_a_name_that_the_twin_of_this_event_has_just_taken_leads_to_its_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = build_world(token_memory_seconds=0.0)
    event = world.event("Create")
    first = world.deliver(event)
    listed: Iterator[dict[str, object]] = iter([{"invocationJobSummaries": []}])
    list_jobs = world.bedrock.list_model_invocation_jobs
    monkeypatch.setattr(
        world.bedrock, "list_model_invocation_jobs", lambda **page: next(listed, None) or list_jobs(**page)
    )

    assert world.deliver(event) == first
    assert world.started == 1


def test_a_token_that_brings_back_a_dead_job_which_the_list_does_not_show_leads_to_the_next_attempt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = world.create()["PhysicalResourceId"]
    world.bedrock.stop_model_invocation_job(jobIdentifier=dead)
    world.clock.sleep(3600)
    monkeypatch.setattr(world.bedrock, "list_model_invocation_jobs", lambda **_: {"invocationJobSummaries": []})

    answer = world.create()

    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] != dead
    assert world.started == 2


def test_a_retry_after_a_dead_job_is_a_new_attempt(world: World) -> None:
    dead = world.create()["PhysicalResourceId"]
    world.bedrock.stop_model_invocation_job(jobIdentifier=dead)
    world.clock.sleep(3600)

    retried = world.create()

    assert retried["PhysicalResourceId"] != dead
    assert retried["Data"]["JobName"].endswith("-2")
    assert world.live() == [retried["PhysicalResourceId"]]


def test_a_job_that_delivered_is_adopted_by_the_same_run(world: World) -> None:
    done = world.create()["PhysicalResourceId"]
    world.service_clock.advance(24 * 3600)
    assert world.status(done) == "Completed"

    assert world.create()["PhysicalResourceId"] == done
    assert world.started == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"Job": {"inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://prompts/other/renamed.jsonl"}}}},
        {"InputFiles": [{"Source": "s3://other-assets/4567.jsonl", "Name": "renamed.jsonl"}]},
    ],
)
def test_the_same_records_in_a_renamed_file_or_uploaded_elsewhere_are_the_same_run(
    world: World, changes: dict[str, Any]
) -> None:
    arn = world.create()["PhysicalResourceId"]

    assert world.create(**changes)["PhysicalResourceId"] == arn
    assert world.started == 1


def ended_after_its_start(lag: float) -> tuple[World, dict[str, Any]]:
    """A Create whose first delivery Lambda ended right after it had started a job, a minute ago."""
    world = build_world(list_lag_seconds=lag, token_memory_seconds=50.0, frees_ended_names=True)
    event = world.event("Create")
    world.bedrock.fault("get_model_invocation_job", Killed())
    with pytest.raises(Killed):
        world.deliver(event)
    world.clock.sleep(60)
    return world, event


@pytest.mark.parametrize(
    "code",
    ["AccessDeniedException", "ResourceNotFoundException", "ServiceQuotaExceededException", "ValidationException"],
)
@pytest.mark.parametrize("lag", [0.0, 45.0, 120.0])
def test_a_refusal_of_a_later_delivery_proves_nothing_of_the_first(code: str, lag: float) -> None:
    """The first one may have been ended right after its start, and the list does not show its job yet."""
    world, event = ended_after_its_start(lag)
    world.bedrock.fault("create_model_invocation_job", code)

    answer = world.deliver(event)
    if answer["Status"] == "FAILED":
        world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
        world.delete(answer["PhysicalResourceId"])

    assert len(world.live()) == (1 if answer["Status"] == "SUCCESS" else 0)
    assert world.started == 1


@pytest.mark.parametrize("lag", [0.0, 45.0, 120.0])
def test_an_unforeseen_failure_of_a_later_delivery_proves_nothing_of_the_first(lag: float) -> None:
    world, event = ended_after_its_start(lag)
    world.bedrock.fault("list_model_invocation_jobs", RuntimeError("x"))

    answer = world.deliver(event)
    assert outcome(answer) == ("FAILED", "maybe-started:")
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.delete(answer["PhysicalResourceId"])

    assert (world.started, world.live()) == (1, [])


@pytest.mark.parametrize(("seconds", "may_be_started"), [(20.0, False), (20.5, True)])
def test_a_request_may_have_been_delivered_before_once_it_is_twenty_seconds_old(
    seconds: float, *, may_be_started: bool
) -> None:
    """Lambda retries it a minute after a failure."""
    world = build_world()
    world.bedrock.fault("list_model_invocation_jobs", RuntimeError("x"))
    event = world.event("Create", issued_ago=0)
    world.service_clock.advance(seconds)

    physical_id = world.deliver(event)["PhysicalResourceId"]

    assert physical_id == ("maybe-started:" if may_be_started else "not-started:3b67207372e8589b")


def test_a_later_delivery_waits_for_what_the_first_may_have_started() -> None:
    """The list lags behind, the token may be forgotten, and an operator has stopped the job, so its name is free."""
    world, event = ended_after_its_start(120.0)
    world.engine.end(next(iter(world.engine._jobs.live())), JobStatus.STOPPED)
    assert world.deliver(event)["Status"] == "SUCCESS"
    assert world.started == 1
