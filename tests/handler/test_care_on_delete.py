"""A Delete stops what is its resource's, and leaves what another takes care of or nobody wants back."""

import pytest

from handler.care import OTHERS_MARK, OWN_MARK, holder_of, put_into_care
from handler.stories import CFN_MADE_ID, by_hand, created, left_running, operator_stops
from handler.world import World, build_world, properties
from model_invocation_job.care import LEFT_RUNNING


def test_a_job_on_record_that_another_resource_has_adopted_is_left_to_it(world: World) -> None:
    arn = created(world)
    put_into_care(world, arn, OTHERS_MARK)

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.live() == [arn]


@pytest.mark.parametrize(
    ("status", "stays"), [("DELETE_IN_PROGRESS", False), ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", True)]
)
@pytest.mark.parametrize("holder", [OWN_MARK, LEFT_RUNNING])
def test_a_job_on_record_that_ran_on_from_before_goes_unless_the_deployment_is_taken_back(
    world: World, holder: str, status: str, stays: bool
) -> None:
    arn = created(world)
    put_into_care(world, arn, holder)
    world.cloudformation.status = status

    world.delete(arn)
    assert (arn in world.live()) == stays
    assert holder_of(world, arn) == (LEFT_RUNNING if stays else holder)


def test_a_job_of_somebody_else_that_is_marked_as_left_is_left_alone(world: World) -> None:
    arn = by_hand(world)
    put_into_care(world, arn, LEFT_RUNNING)

    world.delete(arn)
    assert world.live() == [arn]


def test_an_own_job_whose_tags_cannot_be_read_is_stopped(world: World) -> None:
    arn = created(world)
    world.bedrock.fault("list_tags_for_resource", "InternalServerException", times=1000)

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.live() == []


@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
@pytest.mark.parametrize(
    ("holder", "after"), [(LEFT_RUNNING, LEFT_RUNNING), (OWN_MARK, LEFT_RUNNING), (OTHERS_MARK, OTHERS_MARK)]
)
def test_an_id_that_cloudformation_made_up_never_stops_what_ran_on_from_before(
    world: World, status: str, holder: str, after: str
) -> None:
    arn = left_running(world)
    put_into_care(world, arn, holder)
    world.cloudformation.status = status

    assert world.delete(CFN_MADE_ID, properties())["Status"] == "SUCCESS"
    assert (holder_of(world, arn), world.live()) == (after, [arn])


@pytest.mark.parametrize(("holder", "after"), [(OWN_MARK, None), (OTHERS_MARK, OTHERS_MARK), (None, None)])
@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"])
def test_an_id_that_cloudformation_made_up_gives_back_what_was_adopted(
    world: World, status: str, holder: str | None, after: str | None
) -> None:
    arn = by_hand(world)
    if holder:
        put_into_care(world, arn, holder)
    world.cloudformation.status = status

    assert world.delete(CFN_MADE_ID, properties(AdoptJobArn=arn))["Status"] == "SUCCESS"
    assert (holder_of(world, arn), world.live()) == (after, [arn])


def test_an_adoption_of_a_job_elsewhere_leaves_nothing_to_give_back(world: World) -> None:
    elsewhere = "arn:aws:bedrock:eu-west-1:111122223333:model-invocation-job/abcdefghijkl"

    assert world.delete(CFN_MADE_ID, properties(AdoptJobArn=elsewhere))["Status"] == "SUCCESS"
    assert set(world.calls()) == {"list_model_invocation_jobs"}


def test_a_made_up_id_waits_for_the_list_beside_an_ended_attempt() -> None:
    world = build_world(list_lag_seconds=20.0)
    operator_stops(world, created(world))
    created(world)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    world.delete(CFN_MADE_ID)
    assert world.live() == []


def test_an_adopted_job_that_ends_by_itself_needs_nothing(world: World) -> None:
    arn = by_hand(world)
    world.create(AdoptJobArn=arn)
    operator_stops(world, arn)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(CFN_MADE_ID, properties(AdoptJobArn=arn))["Status"] == "SUCCESS"
    assert holder_of(world, arn) == OWN_MARK
