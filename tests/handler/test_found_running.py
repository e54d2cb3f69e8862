"""The id of a job that ran before its request, by which a rollback knows what it must leave."""

from typing import Any

import pytest

from handler.update_stories import left_running
from handler.vocabulary import FOUND, LEAVES, OTHER_RUN, created
from handler.world import World, build_world, properties


@pytest.mark.parametrize(
    ("seconds", "marker"), [(5.0, ""), (6.0, FOUND), (300.0, FOUND)], ids=["within the skew", "older", "minutes"]
)
def test_the_id_says_that_a_job_ran_before_the_request_by_more_than_the_clocks_may_differ(
    world: World, seconds: float, marker: str
) -> None:
    arn = created(world, **LEAVES)
    world.service_clock.advance(seconds)

    event = world.event("Create", issued_ago=0, ResourceProperties=properties(**LEAVES))
    answer = world.deliver(event)

    assert answer["PhysicalResourceId"] == arn + marker
    assert answer["Data"]["JobArn"] == arn
    assert answer["Data"]["JobId"] == arn[-12:]


def test_only_the_word_makes_the_marker(world: World) -> None:
    left = left_running(world)

    assert created(world) == left


def test_a_job_that_had_ended_before_the_request_was_not_found_running(world: World) -> None:
    done = created(world, **LEAVES)
    world.service_clock.advance(24 * 3600)

    assert created(world, **LEAVES) == done


def test_a_job_of_this_very_request_was_not_found_running(world: World) -> None:
    event = world.event("Create", ResourceProperties=properties(**LEAVES))
    first = world.deliver(event)
    world.service_clock.advance(60)

    assert world.deliver(event) == first
    assert "#" not in first["PhysicalResourceId"]


@pytest.mark.parametrize("is_stopped", [True, False])
def test_a_request_delivered_again_says_the_same_after_the_job_that_it_found_has_ended(
    world: World, is_stopped: bool
) -> None:
    left = left_running(world)
    event = world.event("Create", ResourceProperties=properties(**LEAVES))
    first = world.deliver(event)
    if is_stopped:
        world.bedrock.stop_model_invocation_job(jobIdentifier=left)
    world.service_clock.advance(1200)
    world.cloudformation.status = "UPDATE_COMPLETE"

    assert world.status(left) == ("Stopped" if is_stopped else "Completed")
    assert first["PhysicalResourceId"] == left + FOUND
    assert world.deliver(event) == first


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
@pytest.mark.parametrize("new", [{"Job": {"tags": ""}}, {}], ids=["tags", "no change"])
def test_the_same_run_keeps_its_id(world: World, new: dict[str, Any], status: str) -> None:
    left_running(world)
    found = created(world, **LEAVES)
    world.cloudformation.status = status

    answer = world.update(found, properties(**LEAVES), properties(**LEAVES, **new))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", found)
    assert answer["Data"]["JobArn"] == found.removesuffix(FOUND)


def test_a_run_that_is_looked_for_again_keeps_its_id(world: World) -> None:
    """What another version declared cannot be read, so the run on record is found like a new one."""
    arn = created(world, **LEAVES)
    world.service_clock.advance(60)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    assert world.update(arn, {"Job": "?"}, properties(**LEAVES))["PhysicalResourceId"] == arn


@pytest.mark.parametrize("marker", ["", FOUND])
def test_a_change_to_or_from_the_word_keeps_the_id_and_counts_at_the_delete(world: World, marker: str) -> None:
    arn = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    assert world.update(arn + marker, properties(), properties(**LEAVES))["PhysicalResourceId"] == arn + marker
    assert world.update(arn + marker, properties(**LEAVES), properties())["PhysicalResourceId"] == arn + marker


def test_an_update_to_a_run_that_was_left_running_says_that_it_was_found() -> None:
    world = build_world()
    left = left_running(world, **OTHER_RUN)
    other = created(world, **LEAVES)

    answer = world.update(other, properties(**LEAVES), properties(**LEAVES, **OTHER_RUN))

    assert answer["PhysicalResourceId"] == left + FOUND
    assert world.started == 2
