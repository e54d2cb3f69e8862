"""A request, and a job, belong to one operation of the stack: what came before it and after it is left alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from bedrock_batch_local.engine.faults import Fault, pass_role_denied
from bedrock_batch_local.engine.pacing import Pacing
from handler.vocabulary import OTHER_RUN, created
from handler.world import properties, world_and_stack
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.stack_state import StackState

_OLD, _NEW = properties(), properties(**OTHER_RUN)


def _update(old: dict[str, Any], new: dict[str, Any], physical_id: str) -> dict[str, Any]:
    return {"OldResourceProperties": old, "ResourceProperties": new, "PhysicalResourceId": physical_id}


@pytest.mark.parametrize("request_type", ["Create", "Update"])
@pytest.mark.parametrize("new", [_NEW, properties(Job={"tags": ""}), _OLD], ids=["another run", "tags", "no change"])
@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_COMPLETE"])
def test_a_request_of_an_earlier_operation_does_nothing(request_type: str, new: dict[str, Any], status: str) -> None:
    world, stack = world_and_stack()
    job_arn = created(world)
    late = world.event(request_type, **_update(_OLD, new, job_arn))
    stack.update(status)
    world.bedrock.calls.clear()

    answer = world.deliver(late)

    assert answer["Status"] == "FAILED"
    assert (
        answer["Reason"] == "the stack has gone on to another operation since this request, so nothing more was done."
    )
    assert {method for method, _ in world.bedrock.calls} == {"list_model_invocation_jobs"}
    assert (world.started, world.live()) == (1, [job_arn])


def test_a_request_of_this_operation_is_done_however_late_it_comes() -> None:
    world, stack = world_and_stack()
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
    world, stack = world_and_stack()
    event = world.event("Create", ResourceProperties=properties(OnRemoval=on_removal))
    job_arn = world.deliver(event)["PhysicalResourceId"]
    stack.status = "DELETE_COMPLETE"
    world.clock.sleep(60)

    world.deliver(event)

    assert (world.live() == [job_arn]) is lives_on


def test_a_late_create_in_a_rollback_stops_only_what_was_started_for_it() -> None:
    world, stack = world_and_stack()
    left = created(world)
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")
    event = world.event("Create")
    world.clock.sleep(60)

    answer = world.deliver(event)

    assert (answer["Status"], world.live()) == ("FAILED", [left])


def test_a_late_delete_stops_the_job_that_it_names() -> None:
    world, stack = world_and_stack()
    job_arn = created(world)
    late = world.event("Delete", PhysicalResourceId=job_arn)
    stack.update()

    assert world.deliver(late)["Status"] == "SUCCESS"
    assert world.live() == []


@pytest.mark.parametrize("rollback_is_an_update", [True, False])
def test_what_this_request_has_started_is_stopped_whatever_counts_as_an_update(rollback_is_an_update: bool) -> None:
    """DescribeStacks does not say whether a rollback moves LastUpdatedTime."""
    world, stack = world_and_stack()
    event = world.event("Create", ResourceProperties=_NEW)
    world.clock.sleep(8)

    def turned() -> None:
        stack.status = "ROLLBACK_IN_PROGRESS"
        stack.updated_at = world.clock.now() if rollback_is_an_update else None

    stack.after_looks(2, turned)
    answer = world.deliver(event)

    assert (answer["Status"], world.started, world.live()) == ("FAILED", 1, [])


def _throttled(seconds: float) -> Fault:
    return Fault("ThrottlingException", times=None, until=seconds)


def _role_not_known_yet(seconds: float) -> Fault:
    return pass_role_denied("arn:role", seconds)


def _answer_lost(seconds: float) -> Fault:
    """The first request is on its way for so long and has its effect, but no answer comes."""
    return Fault(ReadTimeoutError(endpoint_url="x"), when="after", until=seconds)


@pytest.mark.parametrize("request_type", ["Create", "Update"])
@pytest.mark.parametrize("fault", [_throttled, _role_not_known_yet, _answer_lost])
def test_a_start_that_is_held_up_while_the_stack_goes_on_to_another_update_ends_with_nothing(
    request_type: str, fault: Callable[[float], Fault]
) -> None:
    """Update A to B is held up, cancelled and rolled back, and C is deployed at once: only C is to run."""
    world, stack = world_and_stack()
    before = created(world)
    stack.update()
    event = world.event(request_type, **_update(_OLD, _NEW, before))
    world.bedrock.faults.add("CreateModelInvocationJob", fault(world.service_clock.now() + 35.0))
    third: list[str] = []

    def next_update() -> None:
        """The rollback is answered; B is looked for in vain if it is not there yet."""
        stack.update()
        world.bedrock.faults.clear()
        third.append(str(world.update(before, _OLD, properties(RunId="3"))["PhysicalResourceId"]))
        world.delete(before)

    stack.after_looks(2, next_update)
    answer = world.deliver(event)

    assert answer["Status"] == "FAILED"
    assert world.live() == third


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_IN_PROGRESS"])
def test_a_job_is_stopped_at_once_when_another_operation_has_begun_before_it_was_accepted(status: str) -> None:
    world, stack = world_and_stack()
    before = created(world)
    stack.update()
    event = world.event("Update", **_update(_OLD, _NEW, before))
    stack.after_looks(2, lambda: stack.update(status))

    answer = world.deliver(event)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", before)
    assert "was stopped again" in answer["Reason"]
    assert (world.started, world.live()) == (2, [before])


def test_an_adopted_job_is_not_stopped_by_the_rollback_of_an_operation_that_began_meanwhile() -> None:
    world, stack = world_and_stack()
    job_arn = created(world)
    listed = world.bedrock.list_model_invocation_jobs

    def meanwhile(**arguments: Any) -> dict[str, Any]:
        stack.update("UPDATE_ROLLBACK_IN_PROGRESS")
        return listed(**arguments)

    world.bedrock.list_model_invocation_jobs = meanwhile  # type: ignore[method-assign] # time passes in a call

    assert created(world) == job_arn
    assert world.live() == [job_arn]


@pytest.mark.parametrize(("seconds", "is_overtaken"), [(2, False), (2.001, True)])
def test_an_update_overtakes_what_was_issued_two_seconds_before_it(seconds: float, is_overtaken: bool) -> None:
    """Signatures are of whole seconds."""
    event = ResourceEvent.parse(world_and_stack()[0].event("Create"))
    assert event.issued_at is not None
    state = StackState("UPDATE_IN_PROGRESS", event.issued_at + timedelta(seconds=seconds))

    assert state.has_overtaken(event) is is_overtaken


def test_a_job_that_cannot_be_read_is_named_when_the_next_operation_has_begun() -> None:
    world, stack = world_and_stack(get_lag_seconds=200.0, pacing=Pacing(submitted=36_000.0))
    before = created(world)
    stack.update()
    event = world.event("Update", **_update(_OLD, _NEW, before))
    stack.after_looks(3, stack.update)

    answer = world.deliver(event)

    (started,) = set(world.live()) - {before}
    assert (answer["Status"], world.started) == ("FAILED", 2)
    assert "has gone on to another operation" in answer["Reason"]
    assert f"{started} was started by this request and may be running and billing." in answer["Reason"]
