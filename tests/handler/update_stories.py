"""Short stories of updates and their rollbacks."""

from typing import Any

from handler.flow import Flow
from handler.vocabulary import (
    CFN_MADE_ID,
    DAY,
    OTHER_RUN,
    created,
    operator_stops,
)
from handler.world import World, properties


def rolled_back_to_a_forgotten_job(world: World) -> None:
    """Bedrock does not know the job of the run that a rollback returns to."""
    before = created(world)
    operator_stops(world, before)
    world.service_clock.advance(DAY)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    after = world.update(before, properties(), properties(**OTHER_RUN))["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.update(after, properties(**OTHER_RUN), properties())
    world.delete(after, properties(**OTHER_RUN))
    assert world.live() == []


def unreadable_update(world: World) -> None:
    """An update of the rest, while its job cannot be read."""
    arn = created(world)
    world.bedrock.fault("get_model_invocation_job", "InternalServerException", times=1000)
    world.update(arn, properties(), properties(Job={"timeoutDurationInHours": "72"}))


def updating(world: World, old: dict[str, Any], new: dict[str, Any], status: str = "UPDATE_IN_PROGRESS") -> list[str]:
    """An update from one declaration to another; the ids before and after."""
    before = created(world, **old)
    world.cloudformation.status = status
    return [before, str(world.update(before, properties(**old), properties(**new))["PhysicalResourceId"])]


def rolled_back(world: World) -> None:
    """Ours was replaced, another resource failed."""
    before, after = updating(world, {}, OTHER_RUN)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.update(after, properties(**OTHER_RUN), properties())
    world.delete(after, properties(**OTHER_RUN))
    assert world.live() == [before]


def cancelled_update(world: World) -> None:
    """The answer of the update was lost, so that CloudFormation still has the old id."""
    before, _ = updating(world, {}, OTHER_RUN)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.update(before, properties(**OTHER_RUN), properties())
    assert world.live() == [before]


def left_running(world: World, **changes: Any) -> str:
    """The id of a job that its resource has left running a minute ago; the stack is updated."""
    arn = created(world, OnRemoval="LEAVE_RUNNING", **changes)
    world.cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    world.delete(arn, properties(OnRemoval="LEAVE_RUNNING", **changes))
    world.service_clock.advance(60)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    return arn


def declared_again(world: World) -> None:
    """What was left running is declared again, to be stopped this time."""
    assert created(world) != left_running(world, **OTHER_RUN) == created(world, **OTHER_RUN)


def declared_again_in_a_rollback(world: World) -> None:
    """What was left running is declared again by a deployment that is rolled back."""
    left = left_running(world)
    physical_id = created(world, OnRemoval="LEAVE_RUNNING")
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.delete(physical_id, properties(OnRemoval="LEAVE_RUNNING"))
    assert world.live() == [left]


def cancelled_update_that_is_not_shown(world: World) -> None:
    """As `cancelled_update`, with an event that shows no change."""
    before, _ = updating(world, {}, OTHER_RUN)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.update(before, properties(), properties())


def update_cancelled_before_a_start(world: World) -> None:
    """Nothing is found that the update had started."""
    before = created(world)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.update(before, properties(**OTHER_RUN), properties())


def stopped_late(world: World) -> None:
    """Only the list knows the job that is to be stopped."""
    world.bedrock.fault("get_model_invocation_job", "AccessDeniedException")
    world.create()
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.delete(CFN_MADE_ID)


def rollback_while_bedrock_is_down(world: World) -> None:
    """Neither List nor Get answers."""
    before = created(world)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    for operation in ("list_model_invocation_jobs", "get_model_invocation_job"):
        world.bedrock.fault(operation, "InternalServerException", times=1000)
    world.update(before, properties(**OTHER_RUN), properties())


def retagged(fault: str | None, status: str = "UPDATE_IN_PROGRESS", wait: float = 0.0) -> Flow:
    """An update of tags alone, the calls for it perhaps refused."""

    def tell(world: World) -> None:
        old = {"Job": {"tags": [{"key": "team", "value": "support"}, {"key": "old", "value": "1"}]}}
        new = {"Job": {"tags": [{"key": "team", "value": "sales"}, {"key": "new", "value": ""}]}}
        arn = created(world, **old)
        world.service_clock.advance(wait)
        world.cloudformation.status = status
        if fault:
            world.bedrock.fault("tag_resource", fault, times=1000)
        world.update(arn, properties(**old), properties(**new))

    return Flow(tell)
