"""A job that should be stopped and is not: the invocation ends in an error, so that Lambda retries the event."""

from typing import Any

import pytest

from bedrock_batch_local.engine.faults import Fault
from bedrock_batch_local.engine.pacing import Pacing
from handler.cloudformation import OneStack
from handler.vocabulary import DAY, OTHER_RUN, created
from handler.world import REGION, World, properties, world_and_stack

# No job ends by itself while a Stop fails for ten minutes.
LONG = Pacing(submitted=DAY)
_OLD, _NEW = properties(), properties(**OTHER_RUN)


def held_up(world: World, stack: OneStack, request_type: str, before: str, status: str) -> dict[str, Any]:
    """A request whose job is to be stopped at once, which fails for the event's whole time."""
    stack.update()
    event = world.event(request_type, PhysicalResourceId=before, OldResourceProperties=_OLD, ResourceProperties=_NEW)
    stack.turn(status, after_looks=2)
    world.bedrock.fault("stop_model_invocation_job", "InternalServerException", times=1000)
    return event


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"])
@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_the_next_delivery_stops_the_job_in_a_stack_that_rolls_back(request_type: str, status: str) -> None:
    world, stack = world_and_stack()
    before = created(world)
    event = held_up(world, stack, request_type, before, status)
    failed = world.deliver(event)
    (job_arn,) = set(world.live()) - {before}

    assert failed["Status"] == "FAILED"
    assert failed["Reason"] == (
        f"{job_arn} is still running and billing, it could not be stopped (InternalServerException). Stop it with:"
        f" aws bedrock stop-model-invocation-job --job-identifier {job_arn} --region {REGION}."
    )
    assert [error.job_arn for error in world.errors] == [job_arn]

    world.bedrock.faults.clear()
    assert world.deliver(event)["Status"] == "FAILED"
    assert (world.started, world.live(), len(world.errors)) == (2, [before], 1)


@pytest.mark.parametrize("lag", [0.0, 45.0, 120.0])
@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_the_next_delivery_stops_the_job_also_when_another_operation_has_started_another_run(
    request_type: str, lag: float
) -> None:
    """It was accepted when that operation had begun, so nobody has it on record."""
    world, stack = world_and_stack(list_lag_seconds=lag, pacing=LONG)
    before = created(world)
    event = held_up(world, stack, request_type, before, "UPDATE_IN_PROGRESS")
    third: list[str] = []

    def next_update() -> None:
        stack.update()
        third.append(str(world.update(before, _OLD, properties(RunId="3"))["PhysicalResourceId"]))

    world.bedrock.faults.add("CreateModelInvocationJob", Fault(meanwhile=next_update))
    world.deliver(event)
    assert len(world.errors) == 1

    world.bedrock.faults.clear()
    assert world.deliver(event)["Status"] == "FAILED"
    assert (world.started, set(world.live())) == (3, {before, *third})


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_IN_PROGRESS"])
@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_the_next_delivery_leaves_a_job_that_another_operation_may_have_started(request_type: str, status: str) -> None:
    """The same run may be what that operation wants, and then its job is on record; the first answer has named it."""
    world, stack = world_and_stack(pacing=LONG)
    before = created(world)
    event = held_up(world, stack, request_type, before, "UPDATE_IN_PROGRESS")
    stack.after_looks(2, lambda: stack.update(status))
    named = world.deliver(event)["Reason"]
    (job_arn,) = set(world.live()) - {before}

    world.bedrock.faults.clear()
    assert f"{job_arn} is still running and billing" in named
    assert world.deliver(event)["Status"] == "FAILED"
    assert set(world.live()) == {before, job_arn}


def test_a_late_delivery_stops_no_job_that_ran_before_the_operation_that_goes_on() -> None:
    world, stack = world_and_stack()
    before = created(world)
    stack.update()
    event = world.event("Update", PhysicalResourceId=before, OldResourceProperties=_OLD, ResourceProperties=_NEW)
    after = str(world.deliver(event)["PhysicalResourceId"])
    stack.update()
    other = created(world, RunId="3")

    answer = world.deliver(event)

    assert answer["Status"] == "FAILED"
    assert set(world.live()) == {before, after, other}


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_a_stack_that_failed_with_rollback_disabled_is_told_which_job_runs_on(request_type: str) -> None:
    """With rollback disabled a later delivery cannot tell whether the job is on record, so it says the same."""
    world, stack = world_and_stack()
    before = created(world)
    failed = world.deliver(held_up(world, stack, request_type, before, "UPDATE_FAILED"))

    (job_arn,) = set(world.live()) - {before}
    assert f"{job_arn} is still running and billing" in failed["Reason"]
    assert [error.job_arn for error in world.errors] == [job_arn]


def test_an_invocation_that_fails_otherwise_ends_well(world: World) -> None:
    """CloudFormation has its answer: another delivery could start a job in a stack that rolls back."""
    world.bedrock.fault("create_model_invocation_job", "ServiceQuotaExceededException")

    assert world.create()["Status"] == "FAILED"
    assert world.errors == []


def test_a_delete_that_could_not_stop_its_job_ends_in_an_error_and_the_next_delivery_stops_it(world: World) -> None:
    job_arn = created(world)
    event = world.event("Delete", PhysicalResourceId=job_arn)
    world.bedrock.fault("stop_model_invocation_job", "InternalServerException", times=1000)

    assert world.deliver(event)["Status"] == "FAILED"
    assert len(world.errors) == 1

    world.bedrock.faults.clear()
    assert world.deliver(event)["Status"] == "SUCCESS"
    assert world.live() == []


def test_a_rollback_that_could_not_stop_what_the_update_had_started_fails_and_stops_it_the_next_time() -> None:
    world, stack = world_and_stack()
    before = created(world)
    stack.update()
    after = str(world.update(before, _OLD, _NEW)["PhysicalResourceId"])
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    event = world.event("Update", PhysicalResourceId=before, OldResourceProperties=_NEW, ResourceProperties=_OLD)
    world.bedrock.fault("stop_model_invocation_job", "AccessDeniedException")

    failed = world.deliver(event)

    assert (failed["Status"], failed["PhysicalResourceId"]) == ("FAILED", before)
    assert f"{after} is still running and billing" in failed["Reason"]
    assert [error.job_arn for error in world.errors] == [after]

    assert world.deliver(event)["PhysicalResourceId"] == before
    assert world.live() == [before]


@pytest.mark.parametrize("run", [_OLD, _NEW], ids=["its run", "another run"])
def test_a_stop_that_is_refused_for_the_moment_is_not_repeated_for_what_the_next_update_wants(
    run: dict[str, Any],
) -> None:
    """With rollback disabled the next update may begin at once, and take the job."""
    world, stack = world_and_stack(running_stop_conflicts=3, pacing=LONG)
    stack.turn("CREATE_FAILED", after_looks=2)
    taken: list[str] = []

    def next_update() -> None:
        stack.update()
        taken.append(str(world.deliver(world.event("Create", ResourceProperties=run))["PhysicalResourceId"]))

    world.bedrock.faults.add("StopModelInvocationJob", Fault(meanwhile=next_update))
    answer = world.create()

    assert (answer["Status"], world.live()) == ("FAILED", taken)
    assert taken[0] in answer["Reason"] or run == _NEW


def test_a_stop_is_repeated_while_the_stack_cannot_be_seen() -> None:
    world, stack = world_and_stack(running_stop_conflicts=3, pacing=LONG)
    stack.turn("CREATE_FAILED", after_looks=2)
    stack.after_looks(3, lambda: setattr(stack, "fails_with", "AccessDenied"))

    assert world.create()["Status"] == "FAILED"
    assert world.live() == []
