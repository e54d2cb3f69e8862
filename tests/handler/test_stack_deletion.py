"""The deletion of a stack: what its last update has started beside the job on record does not outlive it."""

from typing import Any

import pytest

from handler.stories import OTHER_RUN, created
from handler.updated_stack import UpdatedStack, world_with_updates
from handler.world import REGION, World, properties


def failed_update(**engine: Any) -> tuple[World, UpdatedStack, str, str]:
    """A world, its stack, the job on record and what a failed update has started, without rollback."""
    world, stack = world_with_updates(**engine)
    before = created(world)
    stack.update()
    world.bedrock.fault("get_model_invocation_job", RuntimeError("x"))
    assert world.update(before, properties(), properties(**OTHER_RUN))["Status"] == "FAILED"
    (started,) = set(world.live()) - {before}
    stack.status = "DELETE_IN_PROGRESS"
    world.bedrock.calls.clear()
    return world, stack, before, started


def lists(world: World) -> int:
    return [method for method, _ in world.bedrock.calls].count("list_model_invocation_jobs")


@pytest.mark.parametrize("is_over", [False, True])
def test_both_jobs_are_stopped_also_if_the_one_on_record_is_over(is_over: bool) -> None:
    world, _, before, started = failed_update()
    if is_over:
        world.bedrock.stop_model_invocation_job(jobIdentifier=before)
        world.clock.sleep(60)

    assert world.delete(before)["Status"] == "SUCCESS"
    assert [world.status(before), world.status(started)] == ["Stopped", "Stopped"]
    assert lists(world) == 1


def test_a_job_on_record_in_another_place_hides_nothing() -> None:
    world, _, _, started = failed_update()

    world.delete(f"arn:aws:bedrock:{REGION}:999988887777:model-invocation-job/abcdefghijkl")

    assert world.status(started) == "Stopped"


@pytest.mark.parametrize("status", ["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
def test_a_stack_that_is_not_deleted_may_want_the_other_job(status: str) -> None:
    world, stack, before, started = failed_update()
    stack.status = status

    assert world.delete(before)["Status"] == "SUCCESS"
    assert (world.live(), lists(world)) == ([started], 0)


def test_what_the_stack_is_doing_is_asked_for_during_twenty_seconds() -> None:
    world, stack, before, started = failed_update()
    world.bedrock.stop_model_invocation_job(jobIdentifier=before)
    world.clock.sleep(60)
    world.clock.slept.clear()
    stack.fails_with = "Throttling"

    assert world.delete(before)["Status"] == "SUCCESS"
    assert world.live() == [started]
    assert sum(world.clock.slept) == pytest.approx(20)


def test_what_an_earlier_update_has_started_is_left_alone() -> None:
    """It may have been left running, as declared then."""
    world, stack, before, started = failed_update()
    stack.update("DELETE_IN_PROGRESS")

    assert world.delete(before)["Status"] == "SUCCESS"
    assert world.live() == [started]


def test_a_stack_that_was_never_updated_has_nothing_else() -> None:
    world, stack, before, started = failed_update()
    stack.updated_at = None

    world.delete(before)

    assert world.live() == [started]


def test_a_delete_that_was_delivered_before_touches_only_the_job_that_it_names() -> None:
    """It may be the clean-up of the update itself, whose job is to outlive the stack."""
    world, _, before, started = failed_update()

    world.deliver(world.event("Delete", issued_ago=21, PhysicalResourceId=before))

    assert world.live() == [started]


def test_a_job_of_another_resource_is_left_alone() -> None:
    world, stack, before, _ = failed_update()
    stack.status = "UPDATE_IN_PROGRESS"
    other = world.deliver(world.event("Create", LogicalResourceId="AnotherE1"))["PhysicalResourceId"]
    stack.status = "DELETE_IN_PROGRESS"

    world.delete(before)

    assert world.live() == [other]


@pytest.mark.parametrize("error", ["AccessDeniedException", "InternalServerException"])
def test_a_list_that_fails_is_told_after_the_job_on_record_was_stopped(error: str) -> None:
    world, _, before, started = failed_update()
    world.bedrock.fault("list_model_invocation_jobs", error, times=1000)

    answer = world.delete(before)

    assert (answer["Status"], world.live()) == ("FAILED", [started])
    assert answer["Reason"] == (
        f"jobs could not be looked for ({error}): one whose name holds 0a1b2c3dicketsE1 may be running and billing."
        " Delete again when Bedrock answers."
    )
