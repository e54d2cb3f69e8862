"""Jobs that Get, List, tokens or tags do not show: each is stopped, or left alone, all the same."""

import pytest

from bedrock_batch_local.engine.faults import Fault
from handler.stories import CFN_MADE_ID, by_hand, created
from handler.updated_stack import world_with_updates
from handler.world import properties


def test_a_job_that_only_the_list_shows_yet_is_stopped_all_the_same() -> None:
    world, stack = world_with_updates(get_lag_seconds=20.0, list_lag_seconds=0.0)
    world.bedrock.fault("GetModelInvocationJob", "AccessDeniedException")
    world.create()
    stack.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert world.live() == []


def test_a_job_on_record_that_cannot_be_read_yet_is_waited_for() -> None:
    world, stack = world_with_updates(get_lag_seconds=20.0)
    world.bedrock.fault("GetModelInvocationJob", "AccessDeniedException")
    job_arn = world.create()["PhysicalResourceId"]
    stack.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(job_arn)["Status"] == "SUCCESS"
    assert world.live() == []


@pytest.mark.parametrize("shows_token", [True, False])
@pytest.mark.parametrize(("status", "lives_on"), [("ROLLBACK_IN_PROGRESS", True), ("DELETE_IN_PROGRESS", False)])
def test_an_adopted_job_of_another_stack_is_known_by_its_tag(shows_token: bool, status: str, lives_on: bool) -> None:
    """Its name is of our form, so without tokens only the tag tells that it was not started here."""
    world, stack = world_with_updates(shows_token=shows_token)
    elsewhere = world.event("Create", StackId=world.event("Create")["StackId"].replace("0a1b", "ffff"))
    job_arn = world.deliver(elsewhere)["PhysicalResourceId"]
    adopting = properties(AdoptJobArn=job_arn)
    assert world.create(AdoptJobArn=job_arn)["PhysicalResourceId"] == job_arn
    stack.status = status
    world.clock.sleep(60)

    world.delete(job_arn, adopting)

    assert (world.live() == [job_arn]) is lives_on


def test_an_own_job_is_stopped_although_the_service_keeps_its_token_to_itself() -> None:
    world, _ = world_with_updates(shows_token=False)
    job_arn = created(world)

    world.delete(job_arn)

    assert world.live() == []


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "CREATE_FAILED"])
def test_a_new_job_that_cannot_be_read_is_stopped_when_the_stack_does_not_wait_for_it(status: str) -> None:
    world, stack = world_with_updates()
    world.bedrock.fault("GetModelInvocationJob", "InternalServerException", times=7)
    stack.status = status

    answer = world.create()

    assert (answer["Status"], world.started, world.live()) == ("FAILED", 1, [])
    assert "was stopped again" in answer["Reason"]


def test_an_adopted_job_that_is_stopping_is_waited_for_although_it_shows_no_tags() -> None:
    world, stack = world_with_updates(ended_refuses_tags=True)
    job_arn = by_hand(world)
    world.create(AdoptJobArn=job_arn)
    stack.status = "DELETE_IN_PROGRESS"
    world.bedrock.stop_model_invocation_job(jobIdentifier=job_arn)

    assert world.delete(job_arn, properties(AdoptJobArn=job_arn))["Status"] == "SUCCESS"
    assert world.status(job_arn) == "Stopped"


def test_a_job_that_another_delivery_stops_between_two_looks_is_waited_for() -> None:
    """Its tags may be hidden by then, and without them nothing tells whose it is; that it is stopping tells enough."""
    world, stack = world_with_updates(ended_refuses_tags=True)
    job_arn = by_hand(world)
    world.create(AdoptJobArn=job_arn)
    stack.status = "DELETE_IN_PROGRESS"

    def another_delivery() -> None:
        world.bedrock.stop_model_invocation_job(jobIdentifier=job_arn)

    world.bedrock.faults.add("ListTagsForResource", Fault(meanwhile=another_delivery))

    assert world.delete(job_arn, properties(AdoptJobArn=job_arn))["Status"] == "SUCCESS"
    assert world.status(job_arn) == "Stopped"
