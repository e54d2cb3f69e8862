"""LEAVE_RUNNING: a job may outlive its resource, but never a deployment that was taken back; its tag says so."""

from typing import Any

import pytest

from handler.care import LEAVES, OTHERS_MARK, holder_of, put_into_care
from handler.stories import CFN_MADE_ID, NO_JOB, by_hand, created, left_running, operator_stops
from handler.world import World, properties
from model_invocation_job.care import LEFT_RUNNING


@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
def test_a_job_is_left_running_when_its_resource_goes(world: World, status: str) -> None:
    arn = world.create(**LEAVES)["PhysicalResourceId"]
    world.cloudformation.status = status

    assert world.delete(arn, properties(**LEAVES))["Status"] == "SUCCESS"
    assert world.live() == [arn]


@pytest.mark.parametrize(
    "status",
    ["ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"],
)
def test_a_deployment_that_is_taken_back_stops_what_it_had_started(world: World, status: str) -> None:
    arn = world.create(**LEAVES)["PhysicalResourceId"]
    world.cloudformation.status = status

    assert world.delete(arn, properties(**LEAVES))["Status"] == "SUCCESS"
    assert world.live() == []


def test_a_word_that_is_not_known_stops_the_job(world: World) -> None:
    arn = world.create()["PhysicalResourceId"]

    world.delete(arn, properties(OnRemoval="KEEP"))
    assert world.live() == []


def test_a_job_that_is_left_running_says_so_in_its_tag(world: World) -> None:
    arn = left_running(world)

    assert (holder_of(world, arn), world.live()) == (LEFT_RUNNING, [arn])


def test_what_stands_behind_an_id_that_cloudformation_made_up_is_left_as_well(world: World) -> None:
    dead = created(world, **LEAVES)
    operator_stops(world, dead)
    arn = created(world, **LEAVES)
    theirs = by_hand(world)
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(CFN_MADE_ID, properties(**LEAVES))["Status"] == "SUCCESS"
    assert [holder_of(world, job) for job in (dead, arn, theirs)] == [None, LEFT_RUNNING, None]


@pytest.mark.parametrize("is_known", [True, False])
def test_an_adopted_job_that_is_left_running_is_free_to_be_adopted_elsewhere(world: World, is_known: bool) -> None:
    arn = by_hand(world)
    world.create(AdoptJobArn=arn, **LEAVES)
    world.cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    world.delete(arn if is_known else CFN_MADE_ID, properties(AdoptJobArn=arn, **LEAVES))
    assert holder_of(world, arn) is None

    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    other = world.event("Create", LogicalResourceId="Other", ResourceProperties=properties(AdoptJobArn=arn))
    assert world.deliver(other)["Status"] == "SUCCESS"
    assert holder_of(world, arn) == OTHERS_MARK


@pytest.mark.parametrize("members", [{}, {"clientRequestToken": "by-hand"}], ids=["own", "adopted"])
def test_what_another_resource_has_taken_meanwhile_stays_with_it(world: World, members: dict[str, Any]) -> None:
    arn = by_hand(world) if members else created(world, **LEAVES)
    put_into_care(world, arn, OTHERS_MARK)
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(arn, properties(**LEAVES))["Status"] == "SUCCESS"
    assert holder_of(world, arn) == OTHERS_MARK


def test_a_job_of_somebody_else_is_left_without_a_word(world: World) -> None:
    arn = by_hand(world)
    world.delete(arn, properties(**LEAVES))

    assert [name for name, _ in world.bedrock.calls if "tag_resource" in name] == []


def test_an_ended_job_is_left_as_it_is(world: World) -> None:
    arn = created(world, **LEAVES)
    operator_stops(world, arn)
    world.bedrock.calls.clear()

    assert world.delete(arn, properties(**LEAVES))["Status"] == "SUCCESS"
    assert [name for name, _ in world.bedrock.calls] == ["get_model_invocation_job"]


@pytest.mark.parametrize("operation", ["get_model_invocation_job", "list_tags_for_resource", "tag_resource"])
def test_a_job_is_left_running_even_when_bedrock_is_down(world: World, operation: str) -> None:
    arn = created(world, **LEAVES)
    world.bedrock.fault(operation, "InternalServerException", times=1000)
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(arn, properties(**LEAVES))["Status"] == "SUCCESS"
    assert world.live() == [arn]


def test_a_job_that_bedrock_has_forgotten_is_left_too(world: World) -> None:
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(NO_JOB, properties(**LEAVES))["Status"] == "SUCCESS"


@pytest.mark.parametrize("physical_id", [CFN_MADE_ID, "arn:aws:bedrock:eu-west-1:1:model-invocation-job/abcdefghijkl"])
def test_with_properties_that_declare_nothing_nothing_is_left_running(world: World, physical_id: str) -> None:
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(physical_id, properties(Job={"modelId": ""}, **LEAVES))["Status"] == "SUCCESS"
    assert world.bedrock.calls == []
