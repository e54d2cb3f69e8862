"""No job is started, stopped or adopted unless it is known what the stack is doing."""

import random
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from bedrock_batch_local.engine.faults import Outage
from handler.vocabulary import OTHER_RUN, created, refusal
from handler.world import STACK_ID, World, build_world, properties

DENIED = refusal("AccessDenied", "x is not authorized to perform: cloudformation:DescribeStacks on y", "DescribeStacks")
_OLD, _NEW = properties(), properties(**OTHER_RUN)


def says_nothing(world: World, error: Exception | str, seconds: float = float("inf")) -> None:
    """DescribeStacks fails from now on, for so many seconds."""
    stack, end = world.cloudformation, world.service_clock.now() + seconds
    describe = stack.describe_stacks

    def outage(**arguments: Any) -> dict[str, Any]:
        stack.fails_with = error if world.service_clock.now() < end else None
        return describe(**arguments)

    stack.describe_stacks = outage  # type: ignore[method-assign]  # an outage that time ends


@pytest.mark.parametrize("error", ["Throttling", ReadTimeoutError(endpoint_url="x"), ResponseParserError("<html>")])
@pytest.mark.parametrize("seconds", [30, 60, 120, 500])
def test_a_create_waits_for_cloudformation_to_tell(world: World, error: Exception | str, seconds: int) -> None:
    says_nothing(world, error, seconds)

    assert world.create()["Status"] == "SUCCESS"
    assert seconds <= sum(world.clock.slept) < seconds + 11


def test_a_create_that_is_never_told_starts_nothing_and_says_so_in_time(world: World) -> None:
    says_nothing(world, "Throttling")

    answer = world.create()

    assert (answer["Status"], world.started, world.bedrock.calls) == ("FAILED", 0, [])
    assert answer["Reason"] == (
        "DescribeStacks does not tell whether the stack goes forward or rolls back (Throttling)."
        " Deploy again, or continue the rollback. Nothing was started."
    )
    assert answer["PhysicalResourceId"].startswith("not-started:")
    assert sum(world.clock.slept) == pytest.approx(575)


def test_a_denial_is_waited_for_two_minutes_and_names_action_and_resource(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    says_nothing(world, DENIED)

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert answer["Reason"] == (
        "DescribeStacks does not tell whether the stack goes forward or rolls back (AccessDenied)."
        f" The function's role needs cloudformation:DescribeStacks on {STACK_ID}."
        " Deploy again, or continue the rollback. Nothing was started."
    )
    assert sum(world.clock.slept) == 120


def test_a_right_that_is_new_is_waited_for(world: World) -> None:
    says_nothing(world, DENIED, 100)

    assert world.create()["Status"] == "SUCCESS"


@pytest.mark.parametrize("answer", [{}, {"Stacks": []}, {"Stacks": [{"StackId": STACK_ID}]}])
def test_an_answer_without_a_status_tells_nothing(world: World, answer: dict[str, Any]) -> None:
    """A proxy's page, as the SDK may read it."""
    world.cloudformation.describe_stacks = lambda **_: answer  # type: ignore[method-assign]  # members left out

    assert "rolls back (UnreadableAnswerError)" in world.create()["Reason"]
    assert world.started == 0


@pytest.mark.parametrize("error", [ResponseParserError("<html>Sign in"), KeyError("Sign in")], ids=repr)
def test_a_page_that_the_sdk_cannot_parse_tells_nothing(world: World, error: Exception) -> None:
    """A page that is well-formed XML makes a KeyError in botocore."""
    world.cloudformation.fails_with = error

    answer = world.create()

    assert "rolls back (UnreadableAnswerError)" in answer["Reason"]
    assert "Sign in" not in answer["Reason"]


@pytest.mark.parametrize("error", ["Throttling", DENIED], ids=["throttled", "denied"])
def test_an_update_to_another_run_starts_nothing_without_being_told(world: World, error: ClientError | str) -> None:
    before = created(world)
    says_nothing(world, error)

    answer = world.update(before, _OLD, _NEW)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", before)
    assert "Nothing was started" in answer["Reason"]
    assert (world.started, world.live()) == (1, [before])


@pytest.mark.parametrize("error", ["Throttling", DENIED], ids=["throttled", "denied"])
def test_a_rollback_to_a_dead_job_pays_nothing_while_the_direction_is_unknown(
    world: World, error: ClientError | str
) -> None:
    before = created(world)
    world.bedrock.stop_model_invocation_job(jobIdentifier=before)
    world.service_clock.advance(3600)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    after = str(world.update(before, _OLD, _NEW)["PhysicalResourceId"])
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    says_nothing(world, error)

    answer = world.update(after, _NEW, _OLD)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", after)
    assert "continue the rollback" in answer["Reason"]
    assert world.started == 2


def test_an_update_of_the_same_run_asks_for_twenty_seconds_and_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    job_arn = created(world)
    says_nothing(world, "Throttling")

    answer = world.update(job_arn, _OLD, properties(Job={"tags": ""}))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", job_arn)
    assert sum(world.clock.slept) == 20


def test_an_update_that_shows_no_change_is_done_only_if_the_direction_is_known(world: World) -> None:
    """It may be the rollback of an update that is not shown, with a job to stop."""
    job_arn = created(world)
    says_nothing(world, "Throttling")

    assert world.update(job_arn, _OLD, _OLD)["Status"] == "FAILED"


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_FAILED"])
def test_an_update_that_shows_no_change_in_a_stack_that_does_not_roll_back_changes_nothing(
    world: World, status: str
) -> None:
    job_arn = created(world)
    world.cloudformation.status = status

    assert world.update(job_arn, _OLD, _OLD)["PhysicalResourceId"] == job_arn
    assert (world.started, world.live()) == (1, [job_arn])


@pytest.mark.parametrize("status", ["UPDATE_COMPLETE", "UPDATE_FAILED", "CREATE_COMPLETE"])
def test_an_update_of_a_stack_that_is_done_without_it_starts_nothing(world: World, status: str) -> None:
    before = created(world)
    world.cloudformation.status = status

    answer = world.update(before, _OLD, _NEW)

    assert (answer["Status"], answer["PhysicalResourceId"], world.started) == ("FAILED", before, 1)


@pytest.mark.parametrize("outage", [300.0, 11.0])
def test_a_list_that_is_waited_for_is_followed_by_another_look_at_the_stack(outage: float) -> None:
    """The stack may have begun a rollback while List was throttled."""
    throttled = Outage("ListModelInvocationJobs", 0, outage, "ThrottlingException")
    world = build_world(outages=(throttled,))
    world.cloudformation.turn("ROLLBACK_IN_PROGRESS", after_looks=1)

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert answer["Reason"].startswith("the stack does not go forward with this request any more")


def test_a_list_that_is_waited_for_is_not_followed_by_a_start_that_nobody_can_look_after() -> None:
    throttled = Outage("ListModelInvocationJobs", 0, 300.0, "ThrottlingException")
    world = build_world(outages=(throttled,))
    world.cloudformation.after_looks(1, lambda: setattr(world.cloudformation, "fails_with", "Throttling"))

    assert (world.create()["Status"], world.started) == ("FAILED", 0)


def test_a_later_delivery_that_is_not_told_the_direction_cannot_say_that_nothing_was_started(world: World) -> None:
    world.cloudformation.fails_with = "Throttling"

    answer = world.deliver(world.event("Create", issued_ago=60))

    assert answer["PhysicalResourceId"].startswith("maybe-started:")
    assert answer["Reason"].endswith(
        "Deploy again, or continue the rollback. A job may have been started: a rollback finds it by its name and stops"
        " it, and deploying the same again takes it."
    )
