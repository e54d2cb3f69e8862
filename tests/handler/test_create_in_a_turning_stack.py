"""A Create whose stack goes another way meanwhile, or that comes late."""

import pytest

from handler.vocabulary import outcome
from handler.world import World, build_world, properties

ROLLBACK_OR_DELETE = "the stack is rolling back or being deleted, so nothing was started."


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
def test_in_a_stack_that_rolls_back_nothing_is_started(world: World, status: str) -> None:
    world.cloudformation.status = status

    answer = world.create()

    assert (answer["Status"], answer["Reason"]) == ("FAILED", ROLLBACK_OR_DELETE)
    assert answer["PhysicalResourceId"].startswith("not-started:")
    assert world.started == 0


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "CREATE_FAILED", "UPDATE_FAILED"])
def test_a_job_is_stopped_at_once_when_the_stack_has_turned_around_or_failed_meanwhile(
    world: World, status: str
) -> None:
    """With rollback disabled nobody deletes a job that CloudFormation does not hear of."""
    world.cloudformation.turn(status, after_looks=2)

    answer = world.create()

    job_arn = answer["PhysicalResourceId"]
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == f"the stack does not go forward with this request, so {job_arn} was stopped again."
    assert (world.started, world.live()) == (1, [])


def test_a_job_is_kept_that_is_to_outlive_the_deletion_of_its_stack(world: World) -> None:
    world.cloudformation.turn("DELETE_IN_PROGRESS", after_looks=2)

    assert outcome(world.create(OnRemoval="LEAVE_RUNNING")) == ("SUCCESS", world.live()[0])


def test_a_late_event_of_a_stack_that_turned_around_starts_nothing(world: World) -> None:
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    answer = world.deliver(world.event("Create", issued_ago=60))

    assert answer["Status"] == "FAILED"
    assert world.started == 0


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "CREATE_FAILED", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_late_event_of_a_stack_that_is_done_without_it_starts_nothing(world: World, status: str) -> None:
    world.cloudformation.status = status

    assert world.deliver(world.event("Create", issued_ago=60))["Status"] == "FAILED"
    assert world.started == 0


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "CREATE_FAILED"])
def test_a_stack_that_does_not_go_forward_is_told_so(world: World, status: str) -> None:
    world.cloudformation.status = status

    assert world.create()["Reason"] == "the stack is not going forward any more, so nothing was started."


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "CREATE_FAILED", "UPDATE_FAILED"])
def test_an_event_delivered_again_after_the_stack_is_done_says_the_same(world: World, status: str) -> None:
    event = world.event("Create")
    first = world.deliver(event)
    world.cloudformation.status = status
    world.clock.sleep(60)

    assert world.deliver(event) == first
    assert world.live() == [first["PhysicalResourceId"]]


def test_an_event_of_hours_ago_starts_nothing(world: World) -> None:
    answer = world.deliver(world.event("Create", issued_ago=3 * 3600))

    assert answer["Status"] == "FAILED"
    assert "came too late" in answer["Reason"]
    assert world.bedrock.calls == []


def test_a_stack_that_cannot_be_asked_after_the_start_does_not_cost_the_job(world: World) -> None:
    world.cloudformation.after_looks(2, lambda: setattr(world.cloudformation, "fails_with", "AccessDenied"))

    assert world.create()["Status"] == "SUCCESS"
    assert len(world.live()) == 1


@pytest.mark.parametrize("lag", [0.0, 45.0, 120.0])
def test_a_create_of_a_stack_that_rolls_back_stops_what_an_earlier_delivery_started(lag: float) -> None:
    world = build_world(list_lag_seconds=lag)
    event = world.event("Create")
    arn = world.deliver(event)["PhysicalResourceId"]
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    answer = world.deliver(event)

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == (
        "the stack is rolling back or being deleted, so what this request had started was stopped."
    )
    assert world.status(arn) == "Stopping"


def test_a_stack_that_rolls_back_is_looked_through_for_two_and_a_half_minutes(world: World) -> None:
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.create()

    assert sum(world.clock.slept) == pytest.approx(150)


def test_a_job_that_ran_before_the_request_is_left_alone_in_a_stack_that_rolls_back(world: World) -> None:
    before = world.create()["PhysicalResourceId"]
    world.service_clock.advance(60)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.create()["Reason"] == ROLLBACK_OR_DELETE
    assert world.live() == [before]


def test_somebody_elses_job_of_the_same_name_is_left_alone_in_a_stack_that_rolls_back(world: World) -> None:
    theirs = world.bedrock.create_model_invocation_job(
        **{name: value for name, value in properties()["Job"].items() if name.endswith(("Id", "Arn", "DataConfig"))},
        jobName="x-0a1b2c3dicketsE1-704dce9f-1",
        clientRequestToken="x",
    )["jobArn"]
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    world.deliver(world.event("Create", issued_ago=0))

    assert world.live() == [theirs]


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"])
def test_a_job_that_could_not_be_stopped_when_the_stack_turned_around_is_named(world: World, status: str) -> None:
    world.cloudformation.turn(status, after_looks=2)
    world.bedrock.fault("stop_model_invocation_job", "AccessDeniedException")
    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert "is still running and billing" in answer["Reason"]
    assert answer["PhysicalResourceId"] == world.live()[0]
