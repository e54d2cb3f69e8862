"""A request, and a job, belong to one operation of the stack: what came before it and after it is left alone."""

from datetime import timedelta
from typing import Any

import pytest

from bedrock_batch_local.engine.faults import pass_role_denied
from handler.stories import OTHER_RUN, created
from handler.updated_stack import world_with_updates
from handler.world import properties
from model_invocation_job.event import ResourceEvent
from model_invocation_job.stack import StackState

_OLD, _NEW = properties(), properties(**OTHER_RUN)


def _update(old: dict[str, Any], new: dict[str, Any], physical_id: str) -> dict[str, Any]:
    return {"OldResourceProperties": old, "ResourceProperties": new, "PhysicalResourceId": physical_id}


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
def test_a_request_of_an_earlier_operation_does_nothing(request_type: str, status: str) -> None:
    world, stack = world_with_updates()
    job_arn = created(world)
    late = world.event(request_type, **_update(_OLD, _NEW, job_arn))
    stack.update(status)
    calls = len(world.bedrock.calls)

    answer = world.deliver(late)

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == "the stack has gone on to another operation since this request, so nothing was done."
    assert (len(world.bedrock.calls), world.live()) == (calls, [job_arn])


def test_a_request_of_this_operation_is_done_however_late_it_comes() -> None:
    world, stack = world_with_updates()
    job_arn = created(world)
    stack.update()
    event = world.event("Update", **_update(_OLD, _NEW, job_arn))
    world.clock.sleep(600)

    assert world.deliver(event)["Status"] == "SUCCESS"
    assert world.started == 2


@pytest.mark.parametrize(("on_removal", "lives_on"), [("LEAVE_RUNNING", True), ("STOP", False)])
def test_a_late_create_of_a_deleted_stack_stops_only_what_was_not_to_outlive_it(
    on_removal: str, lives_on: bool
) -> None:
    world, stack = world_with_updates()
    event = world.event("Create", ResourceProperties=properties(OnRemoval=on_removal))
    job_arn = world.deliver(event)["PhysicalResourceId"]
    stack.status = "DELETE_COMPLETE"
    world.clock.sleep(60)

    world.deliver(event)

    assert (world.live() == [job_arn]) is lives_on


def test_a_late_create_in_a_rollback_stops_only_what_was_started_for_it() -> None:
    world, stack = world_with_updates()
    left = created(world)
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")
    event = world.event("Create")
    world.clock.sleep(60)

    answer = world.deliver(event)

    assert (answer["Status"], world.live()) == ("FAILED", [left])


def test_a_job_that_an_earlier_operation_left_running_belongs_to_the_update_that_declares_it_again() -> None:
    world, stack = world_with_updates()
    left = created(world)
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")

    answer = world.create()

    assert (answer["Status"], world.live()) == ("FAILED", [])
    assert left in answer["Reason"]


@pytest.mark.parametrize("rollback_is_an_update", [True, False])
def test_what_this_request_has_started_is_stopped_whatever_counts_as_an_update(rollback_is_an_update: bool) -> None:
    """DescribeStacks does not say whether a rollback moves LastUpdatedTime."""
    world, stack = world_with_updates()
    event = world.event("Create", ResourceProperties=_NEW)
    world.clock.sleep(8)
    stack.status = "ROLLBACK_IN_PROGRESS"
    stack.updated_at = world.clock.now() if rollback_is_an_update else None

    answer = world.deliver(event)

    assert (answer["Status"], world.started, world.live()) == ("FAILED", 1, [])


def test_a_start_that_waits_for_a_right_is_given_up_when_the_stack_turns_around() -> None:
    world, stack = world_with_updates()
    fault = pass_role_denied("arn:role", world.service_clock.now() + 60.0)
    fault.meanwhile = lambda: setattr(stack, "status", "ROLLBACK_IN_PROGRESS")
    world.bedrock.faults.add("CreateModelInvocationJob", fault)

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert answer["Reason"] == "the stack is not going forward any more, so nothing was started."
    assert sum(world.clock.slept) < 10


def test_an_adopted_job_is_not_stopped_by_the_rollback_of_an_operation_that_began_meanwhile() -> None:
    world, stack = world_with_updates()
    job_arn = created(world)
    listed = world.bedrock.list_model_invocation_jobs

    def meanwhile(**arguments: Any) -> dict[str, Any]:
        stack.update("UPDATE_ROLLBACK_IN_PROGRESS")
        return listed(**arguments)

    world.bedrock.list_model_invocation_jobs = meanwhile  # type: ignore[method-assign] # time passes in a call

    assert created(world) == job_arn
    assert world.live() == [job_arn]


@pytest.mark.parametrize(("seconds", "is_overtaken"), [(5, False), (6, True)])
def test_an_update_overtakes_what_was_issued_five_seconds_before_it(seconds: int, is_overtaken: bool) -> None:
    event = ResourceEvent.parse(world_with_updates()[0].event("Create"))
    assert event.issued_at is not None
    state = StackState("UPDATE_IN_PROGRESS", event.issued_at + timedelta(seconds=seconds))

    assert state.has_overtaken(event) is is_overtaken
