"""A Create whose stack goes another way meanwhile, or that comes late."""

import pytest
from botocore.exceptions import ClientError

from handler.world import World


def test_the_right_to_look_at_the_stack_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_yet(**_: object) -> dict[str, object]:
        if len(world.clock.slept) < 3:
            message = "User: x is not authorized to perform: cloudformation:DescribeStacks on resource: y"
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": message}}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": "ROLLBACK_IN_PROGRESS"}]}

    monkeypatch.setattr(world.cloudformation, "describe_stacks", not_yet)

    assert world.create()["Status"] == "FAILED"
    assert world.live() == []


def test_a_stack_that_turned_around_meanwhile_gets_its_job_stopped_at_once(world: World) -> None:
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert "began to roll back" in answer["Reason"]
    assert answer["PhysicalResourceId"].startswith("arn:aws:bedrock:")
    assert world.live() == []


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


def test_a_stack_state_that_cannot_be_read_does_not_stop_a_job(world: World) -> None:
    world.cloudformation.fails_with = "AccessDenied"

    assert world.create()["Status"] == "SUCCESS"
    assert len(world.live()) == 1


def test_a_create_of_a_stack_that_unwinds_stops_what_an_earlier_delivery_started(world: World) -> None:
    event = world.event("Create")
    arn = world.deliver(event)["PhysicalResourceId"]
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.clock.sleep(60)
    answer = world.deliver(event)

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == "the stack is rolling back or being deleted, so nothing was started."
    assert world.status(arn) == "Stopping"


@pytest.mark.parametrize("status", ["CREATE_FAILED", "UPDATE_FAILED"])
def test_a_job_that_was_started_in_a_stack_that_has_given_up_is_stopped(world: World, status: str) -> None:
    """Rollback was disabled, so nobody deletes a job that CloudFormation does not hear of."""
    world.cloudformation.status = status
    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert world.started == 1
    assert world.live() == []


def test_a_job_that_could_not_be_stopped_when_the_stack_turned_around_is_named(world: World) -> None:
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.bedrock.fault("stop_model_invocation_job", "AccessDeniedException")
    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert "is still running and billing" in answer["Reason"]
    assert answer["PhysicalResourceId"] == world.live()[0]
