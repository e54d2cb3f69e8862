"""Jobs that Get or List do not show yet, or not whole: each is stopped, or left alone, all the same."""

from typing import Any

import pytest

from handler.vocabulary import CFN_MADE_ID, by_hand, created
from handler.world import world_and_stack


def test_a_job_that_only_the_list_shows_yet_is_stopped_all_the_same() -> None:
    world, stack = world_and_stack(get_lag_seconds=20.0, list_lag_seconds=0.0)
    world.bedrock.fault("GetModelInvocationJob", "AccessDeniedException")
    world.create()
    stack.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert world.live() == []


def test_a_job_on_record_that_cannot_be_read_yet_is_waited_for() -> None:
    world, stack = world_and_stack(get_lag_seconds=20.0)
    world.bedrock.fault("GetModelInvocationJob", "AccessDeniedException")
    job_arn = world.create()["PhysicalResourceId"]
    stack.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(job_arn)["Status"] == "SUCCESS"
    assert world.live() == []


def test_an_own_job_is_stopped_although_the_service_keeps_its_token_to_itself() -> None:
    world, _ = world_and_stack(shows_token=False)
    job_arn = created(world)

    world.delete(job_arn)

    assert world.live() == []


@pytest.mark.parametrize("shows_token", [True, False])
def test_a_job_of_another_stack_with_the_same_declaration_is_left_alone(shows_token: bool) -> None:
    """Without tokens the name tells: it holds the beginning of its own stack's GUID."""
    world, stack = world_and_stack(shows_token=shows_token)
    elsewhere = world.event("Create", StackId=world.event("Create")["StackId"].replace("0a1b", "ffff"))
    job_arn = world.deliver(elsewhere)["PhysicalResourceId"]
    stack.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(job_arn)["Status"] == "SUCCESS"
    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert world.live() == [job_arn]


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "CREATE_FAILED"])
@pytest.mark.parametrize("looks", [2, 3], ids=["since the start", "since the look after it"])
def test_a_new_job_that_cannot_be_read_is_stopped_when_the_stack_does_not_wait_for_it(status: str, looks: int) -> None:
    world, stack = world_and_stack()
    world.bedrock.fault("GetModelInvocationJob", "AccessDeniedException")
    stack.turn(status, after_looks=looks)

    answer = world.create()

    assert (answer["Status"], world.started, world.live()) == ("FAILED", 1, [])
    assert "was stopped again" in answer["Reason"]


@pytest.mark.parametrize("lag", [0.0, 5.0, 45.0, 120.0])
@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
def test_the_job_of_a_cancelled_create_is_stopped_however_late_the_list_shows_it(status: str, lag: float) -> None:
    world, stack = world_and_stack(list_lag_seconds=lag)
    created(world)
    stack.status = status

    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert world.live() == []


@pytest.mark.parametrize("lag", [0.0, 45.0, 120.0])
def test_a_job_on_record_is_stopped_however_late_get_shows_it(lag: float) -> None:
    world, _ = world_and_stack(visibility_lag_seconds=lag)
    world.bedrock.fault("GetModelInvocationJob", RuntimeError("x"))
    job_arn = world.create()["PhysicalResourceId"]

    assert world.delete(job_arn)["Status"] == "SUCCESS"
    assert world.live() == []


@pytest.mark.parametrize(
    "quirks", [{"page_size": 1}, {"empty_pages": True}, {"page_size": 1, "empty_pages": True}], ids=str
)
def test_a_job_is_found_behind_short_and_empty_pages(quirks: dict[str, Any]) -> None:
    world, stack = world_and_stack(**quirks)
    job_arn = created(world)
    for number in range(3):
        by_hand(world, jobName=f"x-0a1b2c3dicketsE1-0000000{number}-1", clientRequestToken=f"x{number}")

    assert created(world) == job_arn
    stack.status = "ROLLBACK_IN_PROGRESS"
    world.delete(CFN_MADE_ID)
    assert job_arn not in world.live()
    assert len(world.live()) == 3


def test_a_job_without_a_status_is_stopped_and_counts_as_running() -> None:
    world, _ = world_and_stack(hidden_members=frozenset({"status"}))
    job_arn = created(world)

    assert created(world) == job_arn
    world.delete(job_arn)
    assert (world.started, world.live()) == (1, [])
