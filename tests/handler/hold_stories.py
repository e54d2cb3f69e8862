"""Short stories of held resources: declared, released, rolled back."""

from typing import Any

from handler.vocabulary import HELD, OTHER_RUN, created
from handler.world import World, properties


def held(world: World, **changes: Any) -> str:
    """The id of a resource that is created held. Its stack is done."""
    physical_id = created(world, **HELD, **changes)
    world.cloudformation.status = "CREATE_COMPLETE"
    return physical_id


def update(
    world: World, physical_id: str, old: dict[str, Any], new: dict[str, Any], *, is_delivered_again: bool = False
) -> str:
    """The id after an update from one declaration to another."""
    if not is_delivered_again:
        world.cloudformation.update()
    return str(world.update(physical_id, properties(**old), properties(**new))["PhysicalResourceId"])


def roll_back(world: World, physical_id: str, attempted: dict[str, Any], before: dict[str, Any]) -> str:
    """The id after the rollback of an update, with the Delete that follows."""
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    earlier = world.update(physical_id, properties(**attempted), properties(**before))["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
    if earlier != physical_id:
        world.delete(physical_id, properties(**attempted))
    world.cloudformation.status = "UPDATE_ROLLBACK_COMPLETE"
    return str(earlier)


def clean_up(world: World, physical_id: str, declared: dict[str, Any]) -> None:
    """The Delete of what an update has replaced."""
    world.cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    world.delete(physical_id, properties(**declared))
    world.cloudformation.status = "UPDATE_COMPLETE"


def released(world: World) -> None:
    """Held, then released."""
    before = held(world)
    after = update(world, before, HELD, {})
    clean_up(world, before, HELD)
    assert world.live() == [after.partition("#")[0]]


def released_and_rolled_back(world: World) -> None:
    """The release was answered, then another resource failed."""
    before = held(world)
    after = update(world, before, HELD, {})
    assert roll_back(world, after, {}, HELD) == before
    assert world.live() == []


def held_beside_a_job(world: World) -> None:
    """Another run is held, then released, while the job of the first one runs."""
    arn = created(world)
    assert update(world, arn, {}, HELD | OTHER_RUN) == arn
    assert world.live() == [arn]
    update(world, arn, HELD | OTHER_RUN, OTHER_RUN)
    clean_up(world, arn, HELD | OTHER_RUN)
    assert len(world.live()) == 1
