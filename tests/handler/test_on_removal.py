"""LEAVE_RUNNING: a job may outlive its resource, but never a deployment that was taken back."""

import pytest

from handler.world import World, properties

LEFT = {"OnRemoval": "LEAVE_RUNNING"}


@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
def test_a_job_is_left_running_when_its_resource_goes(world: World, status: str) -> None:
    arn = world.create(**LEFT)["PhysicalResourceId"]
    world.cloudformation.status = status

    assert world.delete(arn, properties(**LEFT))["Status"] == "SUCCESS"
    assert world.live() == [arn]


@pytest.mark.parametrize(
    "status",
    ["ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"],
)
def test_a_deployment_that_is_taken_back_stops_what_it_had_started(world: World, status: str) -> None:
    arn = world.create(**LEFT)["PhysicalResourceId"]
    world.cloudformation.status = status

    assert world.delete(arn, properties(**LEFT))["Status"] == "SUCCESS"
    assert world.live() == []


def test_a_word_that_is_not_known_stops_the_job(world: World) -> None:
    arn = world.create()["PhysicalResourceId"]

    world.delete(arn, properties(OnRemoval="KEEP"))
    assert world.live() == []
