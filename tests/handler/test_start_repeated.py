"""A start that is asked for again: a look at the stack and the list comes before each repetition."""

import random
from typing import Any

import pytest
from botocore.exceptions import (
    ReadTimeoutError,
)

from handler.vocabulary import NOT_ASSUMABLE, left_after_rollback, outcome
from handler.world import World, build_world

LOST = ReadTimeoutError(endpoint_url="x")

MAY_BE = (
    " A job may have been started: a rollback finds it by its name and stops it, and deploying the same again takes it."
)

NAME = "tickets-0a1b2c3dicketsE1-704dce9f-1"


def test_every_repetition_of_a_start_looks_at_the_stack_and_the_list_first(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", "ThrottlingException", times=3)
    asked: list[str] = []
    describe = world.cloudformation.describe_stacks

    def noted(**arguments: Any) -> dict[str, Any]:
        asked.append("describe_stacks")
        world.bedrock.calls.append(("describe_stacks", {}))
        return describe(**arguments)

    world.cloudformation.describe_stacks = noted  # type: ignore[method-assign]  # its calls among the others
    world.create()

    look = ["describe_stacks", "list_model_invocation_jobs", "create_model_invocation_job"]
    expected = look[:2] + look * 4 + ["describe_stacks", "get_model_invocation_job"]
    assert [method for method, _ in world.bedrock.calls] == expected


def test_a_job_that_shows_between_two_requests_is_taken_without_another(world: World) -> None:
    """A token that Bedrock has forgotten would start a second one."""
    world = build_world(token_memory_seconds=0.0, frees_ended_names=True)
    world.bedrock.fault("create_model_invocation_job", LOST, when="after")

    assert outcome(world.create()) == ("SUCCESS", world.live()[0])
    assert world.calls().count("create_model_invocation_job") == world.started == 1


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "CREATE_FAILED", "CREATE_COMPLETE"])
def test_a_start_that_waits_for_a_right_is_given_up_when_the_stack_does_not_go_forward(
    world: World, status: str
) -> None:
    world.bedrock.fault("create_model_invocation_job", NOT_ASSUMABLE, times=1000)
    world.cloudformation.turn(status, after_looks=3)

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert answer["Reason"] == ("the stack does not go forward with this request any more, so nothing was started.")
    assert answer["PhysicalResourceId"].startswith("not-started:")
    assert sum(world.clock.slept) <= 10


@pytest.mark.parametrize("lag", [0.0, 45.0, 120.0])
def test_a_start_of_unknown_effect_is_stopped_when_the_stack_turns_around(lag: float) -> None:
    world = build_world(list_lag_seconds=lag)
    world.bedrock.fault("create_model_invocation_job", LOST, when="after")
    world.cloudformation.turn("ROLLBACK_IN_PROGRESS", after_looks=2)

    answer = world.create()

    job_arn = answer["PhysicalResourceId"]
    assert answer["Reason"] == f"the stack does not go forward with this request, so {job_arn} was stopped again."
    assert (world.started, world.live()) == (1, [])


def test_a_start_of_unknown_effect_that_is_not_found_may_have_been(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", LOST)
    world.cloudformation.turn("ROLLBACK_IN_PROGRESS", after_looks=2)

    answer = world.create()

    assert answer["PhysicalResourceId"] == f"maybe-started:{NAME}"
    assert answer["Reason"] == f"the request ended while a start was under way.{MAY_BE}"


def test_a_start_of_unknown_effect_is_not_told_as_nothing_when_the_stack_cannot_be_asked(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", LOST, when="after")
    world.cloudformation.after_looks(2, lambda: setattr(world.cloudformation, "fails_with", "AccessDenied"))

    answer = world.create()

    assert answer["PhysicalResourceId"] == f"maybe-started:{NAME}"
    assert answer["Reason"].endswith(MAY_BE)
    assert "Nothing was started" not in answer["Reason"]
    assert left_after_rollback(world, answer) == []


def test_the_waits_between_two_requests_double(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    world.bedrock.fault("create_model_invocation_job", "ThrottlingException", times=5)
    world.create()

    assert world.clock.slept == [1.0, 2.0, 4.0, 8.0, 10.0]


@pytest.mark.parametrize(
    "quirks",
    [
        {"normalises": True},
        {"hidden_members": frozenset({"modelId", "inputDataConfig"})},
        {"hidden_members": frozenset({"jobName"})},
        {"shows_token": False},
    ],
    ids=["other words", "members left out", "no name", "no token"],
)
@pytest.mark.parametrize("times", [0, 1])
def test_a_job_that_this_very_call_made_is_taken_in_whatever_words_it_is_shown(
    quirks: dict[str, Any], times: int
) -> None:
    world = build_world(**quirks)
    world.bedrock.fault("create_model_invocation_job", LOST, when="after", times=times) if times else None

    answer = world.create()

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", world.live()[0])
    assert answer["Data"]["JobName"] == NAME
    assert world.started == 1


def test_a_job_that_this_very_call_made_is_not_compared_with_the_request(world: World) -> None:
    get = world.bedrock.get_model_invocation_job
    world.bedrock.get_model_invocation_job = lambda **job: get(**job) | {"modelId": "other"}  # type: ignore[method-assign]  # other words than the request's

    assert outcome(world.create()) == ("SUCCESS", world.live()[0])


def test_a_start_that_waits_in_a_stack_that_is_deleted_is_given_up(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", "ThrottlingException", times=1)
    world.cloudformation.turn("DELETE_IN_PROGRESS", after_looks=2)

    assert world.create()["Reason"].startswith("the request ended while a start was under way.")
    assert world.started == 0
