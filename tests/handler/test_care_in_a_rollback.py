"""The rollback of an update leaves alone, or gives back, what ran on from before it."""

import pytest

from handler.care import OTHERS_MARK, OWN_MARK, holder_of, put_into_care
from handler.stories import OTHER_RUN, by_hand, created, left_running, operator_stops
from handler.world import World, build_world, properties
from model_invocation_job.care import LEFT_RUNNING


@pytest.mark.parametrize("holder", [LEFT_RUNNING, OTHERS_MARK])
def test_a_rollback_spares_what_is_not_the_updates(world: World, holder: str) -> None:
    arn, recorded = left_running(world, **OTHER_RUN), created(world)
    put_into_care(world, arn, holder)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(**OTHER_RUN), properties())

    assert (holder_of(world, arn), set(world.live())) == (holder, {arn, recorded})


def test_a_rollback_gives_back_what_the_update_had_declared_again(world: World) -> None:
    arn, recorded = left_running(world, **OTHER_RUN), created(world)
    world.update(recorded, properties(), properties(**OTHER_RUN))
    assert holder_of(world, arn) == OWN_MARK
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(**OTHER_RUN), properties())

    assert (holder_of(world, arn), set(world.live())) == (LEFT_RUNNING, {arn, recorded})


def test_a_rollback_that_cannot_read_the_tags_stops_what_may_be_the_updates(world: World) -> None:
    recorded = created(world)
    created(world, **OTHER_RUN)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.bedrock.fault("list_tags_for_resource", "InternalServerException", times=1000)

    assert world.update(recorded, properties(**OTHER_RUN), properties())["PhysicalResourceId"] == recorded
    assert world.live() == [recorded]


def test_a_rollback_waits_for_the_list_beside_an_ended_attempt() -> None:
    world = build_world(list_lag_seconds=20.0)
    operator_stops(world, created(world, **OTHER_RUN))
    recorded = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.update(recorded, properties(), properties(**OTHER_RUN))
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(**OTHER_RUN), properties())
    world.service_clock.advance(60)

    assert world.live() == [recorded]


@pytest.mark.parametrize("operation", [None, "list_tags_for_resource", "untag_resource"])
def test_a_rollback_gives_back_what_the_update_had_adopted(world: World, operation: str | None) -> None:
    recorded, theirs = created(world), by_hand(world)
    adopts = properties(AdoptJobArn=theirs)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.update(recorded, properties(), adopts)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    if operation:
        world.bedrock.fault(operation, "InternalServerException", times=1000)

    assert world.update(recorded, adopts, properties())["PhysicalResourceId"] == recorded
    world.bedrock.fault(operation or "x", "InternalServerException", times=0)
    assert set(world.live()) == {recorded, theirs}
    if operation is None:
        assert holder_of(world, theirs) is None


@pytest.mark.parametrize("holder", [None, OTHERS_MARK])
def test_a_rollback_of_an_adoption_that_never_was_gives_nothing_back(world: World, holder: str | None) -> None:
    recorded, theirs = created(world), by_hand(world)
    if holder:
        put_into_care(world, theirs, holder)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(AdoptJobArn=theirs), properties())
    assert (holder_of(world, theirs), set(world.live())) == (holder, {recorded, theirs})
    assert "untag_resource" not in world.calls()


def test_a_rollback_of_an_adoption_leaves_an_ended_job_as_it_is(world: World) -> None:
    theirs = by_hand(world)
    world.create(AdoptJobArn=theirs)
    operator_stops(world, theirs)
    recorded = created(world)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(AdoptJobArn=theirs), properties())
    assert "untag_resource" not in world.calls()


def test_a_rollback_asks_no_tags_of_what_is_stopping_already(world: World) -> None:
    recorded, other = created(world), created(world, **OTHER_RUN)
    world.bedrock.stop_model_invocation_job(jobIdentifier=other)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(**OTHER_RUN), properties())
    assert "list_tags_for_resource" not in world.calls()


def test_a_rollback_of_an_adoption_leaves_other_runs_alone(world: World) -> None:
    """Such an update had started nothing, so a retained job is not its leftover."""
    retained, recorded = created(world, **OTHER_RUN), created(world)
    theirs = by_hand(world)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(AdoptJobArn=theirs), properties())
    assert set(world.live()) == {retained, recorded, theirs}
    assert world.clock.slept == []


def test_a_rollback_keeps_what_it_returns_to(world: World) -> None:
    theirs = by_hand(world)
    adopts = properties(AdoptJobArn=theirs)
    world.create(AdoptJobArn=theirs)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(theirs, properties(AdoptJobArn=theirs, **OTHER_RUN), adopts)
    assert holder_of(world, theirs) == OWN_MARK
