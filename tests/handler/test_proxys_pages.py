"""The page of a proxy, or another answer that says nothing, in place of one of Bedrock's."""

from typing import Any

import pytest
from botocore.parsers import ResponseParserError

from handler.vocabulary import created, left_after_rollback, outcome
from handler.world import World, build_world


@pytest.mark.parametrize("status", [200, 302, 403, 502])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("lag", [0.0, 120.0])
def test_a_proxys_page_in_place_of_the_answer_is_no_second_job(status: int, when: Any, lag: float) -> None:
    world = build_world(list_lag_seconds=lag, token_memory_seconds=0.0)
    world.bedrock.fault("create_model_invocation_job", f"ProxyPage{status}", when=when)

    answer = world.create()

    assert world.started <= 1
    assert answer["Status"] == "SUCCESS" if world.started else left_after_rollback(world, answer) == []


@pytest.mark.parametrize("lag", [0.0, 120.0])
@pytest.mark.parametrize("status", [200, 502])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("operation", ["get_model_invocation_job", "list_model_invocation_jobs"])
def test_a_proxys_page_at_another_call_is_waited_out(operation: str, when: Any, status: int, lag: float) -> None:
    world = build_world(list_lag_seconds=lag)
    world.bedrock.fault(operation, f"ProxyPage{status}", when=when, times=5)

    assert outcome(world.create()) == ("SUCCESS", world.live()[0])
    assert world.started == 1


@pytest.mark.parametrize("operation", ["get_model_invocation_job", "list_model_invocation_jobs"])
def test_an_answer_that_the_sdk_cannot_parse_is_waited_out(world: World, operation: str) -> None:
    world.bedrock.fault(operation, ResponseParserError("<html>"), times=5)

    assert outcome(world.create()) == ("SUCCESS", world.live()[0])


def test_a_page_that_stays_is_told_without_its_words(world: World) -> None:
    world.bedrock.fault("list_model_invocation_jobs", ResponseParserError("<html>Sign in"), times=1000)

    assert world.create()["Reason"] == (
        "AWS could not be reached (UnreadableAnswerError). Deploy again: nothing is started twice."
    )


def test_an_empty_page_of_the_list_is_not_taken_for_nothing(world: World) -> None:
    """Otherwise the next deployment would pay for a job that is there."""
    created(world)
    world.bedrock.fault("list_model_invocation_jobs", "ProxyPage200", times=1000)

    assert world.create()["Status"] == "FAILED"
    assert world.started == 1


def test_a_list_without_the_member_and_with_a_request_id_is_an_empty_one(world: World) -> None:
    world.bedrock.list_model_invocation_jobs = lambda **_: {"ResponseMetadata": {"RequestId": "x"}}  # type: ignore[method-assign]  # an empty list left out

    assert world.create()["Status"] == "SUCCESS"
