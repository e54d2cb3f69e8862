"""A run whose job ran on is declared again: taken into care, or refused, and given back if the stack turns around."""

from typing import Any

import pytest

from handler.care import LEAVES, OTHERS_MARK, OWN_MARK, holder_of, put_into_care, turn_after
from handler.stories import created, left_running
from handler.world import World, properties
from model_invocation_job.care import LEFT_RUNNING


def test_what_was_left_running_is_taken_into_care_when_it_is_declared_again(world: World) -> None:
    arn = left_running(world)

    assert world.create(**LEAVES)["PhysicalResourceId"] == arn
    assert (holder_of(world, arn), world.started) == (OWN_MARK, 1)


def test_what_another_resource_has_adopted_meanwhile_is_refused(world: World) -> None:
    arn = left_running(world)
    put_into_care(world, arn, OTHERS_MARK)

    answer = world.create(**LEAVES)

    assert (answer["Status"], world.live(), world.started) == ("FAILED", [arn], 1)
    assert answer["Reason"].startswith(f"{arn} is in the care of another resource, so it cannot be adopted")


def test_a_job_of_the_same_request_is_taken_without_a_look_at_its_tags(world: World) -> None:
    event = world.event("Create")
    arn = world.deliver(event)["PhysicalResourceId"]

    assert world.deliver(event)["PhysicalResourceId"] == arn
    assert "list_tags_for_resource" not in world.calls()


def test_a_retained_job_needs_no_tag(world: World) -> None:
    arn = created(world)
    world.service_clock.advance(60)

    assert world.create()["PhysicalResourceId"] == arn
    assert holder_of(world, arn) is None


def test_a_late_request_takes_nothing_into_care(world: World) -> None:
    arn = left_running(world)
    world.cloudformation.status = "CREATE_COMPLETE"
    late = world.event("Create", issued_ago=21, ResourceProperties=properties(**LEAVES))

    assert world.deliver(late)["PhysicalResourceId"] == arn
    assert holder_of(world, arn) == LEFT_RUNNING


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "UPDATE_FAILED"])
@pytest.mark.parametrize("declared", [{}, {"Gate": "VALIDATED"}])
def test_a_stack_that_turns_around_gives_back_what_ran_on(world: World, status: str, declared: dict[str, Any]) -> None:
    arn = left_running(world)
    turn_after(world, "tag_resource", status)

    answer = world.create(**declared)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", f"not-started:{OWN_MARK}")
    assert answer["Reason"] == f"the stack began to roll back, so {arn} runs on as it did before."
    assert (holder_of(world, arn), world.live()) == (LEFT_RUNNING, [arn])


def test_a_stack_that_turns_around_gives_back_what_another_delivery_had_taken(world: World) -> None:
    arn = left_running(world)
    put_into_care(world, arn, OWN_MARK)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert "runs on as it did before" in world.create()["Reason"]
    assert (holder_of(world, arn), world.live()) == (LEFT_RUNNING, [arn])


def test_a_stack_that_turns_around_stops_what_the_same_request_had_started_without_a_look_at_its_tags(
    world: World,
) -> None:
    event = world.event("Create")
    world.deliver(event)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert "was stopped again" in world.deliver(event)["Reason"]
    assert (world.live(), "list_tags_for_resource" in world.calls()) == ([], False)


def test_a_stack_that_turns_around_stops_a_retained_job(world: World) -> None:
    created(world)
    world.service_clock.advance(60)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert "was stopped again" in world.create()["Reason"]
    assert world.live() == []
