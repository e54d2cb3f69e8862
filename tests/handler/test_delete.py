"""Delete: afterwards nothing of the resource runs, and nothing else was touched."""

import pytest

from bedrock_batch_local.engine.pacing import Pacing
from handler.scenario import scenario
from handler.vocabulary import NO_JOB
from handler.world import ACCOUNT, REGION, World, build_world


@scenario(36)
@pytest.mark.parametrize("seconds", [0, 70, 160, 500])
def test_stops_a_job_in_every_live_status_once_and_waits_for_its_end(world: World, seconds: int) -> None:
    """Delete with ARN, job Submitted/Validating/Scheduled/InProgress (each) -> Stop once, wait bounded, SUCCESS."""
    arn = world.create()["PhysicalResourceId"]
    world.service_clock.advance(seconds)

    answer = world.delete(arn)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn)
    assert world.status(arn) == "Stopped"
    assert world.calls().count("stop_model_invocation_job") == 1


def test_the_four_moments_above_are_the_four_live_statuses(world: World) -> None:
    arn = world.create()["PhysicalResourceId"]
    seen = [world.status(arn)]
    for seconds in (70, 90, 340):
        world.service_clock.advance(seconds)
        seen.append(world.status(arn))

    assert seen == ["Submitted", "Validating", "Scheduled", "InProgress"]


def test_an_ended_job_is_not_stopped_again(world: World) -> None:
    arn = world.create()["PhysicalResourceId"]
    world.service_clock.advance(24 * 3600)

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert "stop_model_invocation_job" not in world.calls()


def test_a_stop_that_is_under_way_is_waited_for(world: World) -> None:
    arn = world.create()["PhysicalResourceId"]
    world.bedrock.stop_model_invocation_job(jobIdentifier=arn)

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.status(arn) == "Stopped"


@scenario(42)
def test_twice_is_as_good_as_once(world: World) -> None:
    """Delete duplicated, and Delete after a completed Delete -> SUCCESS both, one Stop effect."""
    arn = world.create()["PhysicalResourceId"]

    assert [world.delete(arn)["Status"], world.delete(arn)["Status"]] == ["SUCCESS", "SUCCESS"]
    assert world.engine.bill().stopped == 1


def test_fails_with_the_command_when_the_job_cannot_be_read(world: World) -> None:
    arn = world.create()["PhysicalResourceId"]
    world.bedrock.fault("get_model_invocation_job", "InternalServerException", times=1000)

    answer = world.delete(arn)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", arn)
    assert answer["Reason"] == (
        f"{arn} could not be read (InternalServerException), it may be running and billing. Stop it"
        f" with: aws bedrock stop-model-invocation-job --job-identifier {arn} --region {REGION}."
    )


def test_a_job_that_the_service_does_not_know_is_gone_after_the_longest_lag(world: World) -> None:
    """Get may show a new job late, so one look is not enough."""
    assert world.delete(NO_JOB)["Status"] == "SUCCESS"
    assert sum(world.clock.slept) == pytest.approx(150)


@pytest.mark.parametrize(
    "physical_id",
    [
        f"arn:aws:bedrock:{REGION}:999988887777:model-invocation-job/abcdefghijkl",
        f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:model-invocation-job/abcdefghijkl",
        f"arn:aws-cn:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/abcdefghijkl",
    ],
)
def test_a_job_of_another_place_is_left_alone(world: World, physical_id: str) -> None:
    assert world.delete(physical_id)["Status"] == "SUCCESS"
    assert world.bedrock.calls == []


def test_a_job_of_another_stack_is_left_alone(world: World) -> None:
    other = world.deliver(world.event("Create", LogicalResourceId="Other"))["PhysicalResourceId"]

    assert world.delete(other)["Status"] == "SUCCESS"
    assert world.live() == [other]


def test_a_job_that_holds_network_interfaces_must_end_first() -> None:
    world = build_world(pacing=Pacing(stopping=3600.0))
    vpc = {"vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}}
    arn = world.create(Job=vpc)["PhysicalResourceId"]

    answer = world.delete(arn)

    assert answer["Status"] == "FAILED"
    assert "still holds network interfaces" in answer["Reason"]


@pytest.mark.parametrize("marker", ["", "#found-running", "#earlier-job-forgotten"])
def test_the_job_that_an_id_names_is_stopped_whatever_its_marker(world: World, marker: str) -> None:
    arn = world.create()["PhysicalResourceId"]

    answer = world.delete(arn + marker)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn + marker)
    assert world.live() == []


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "UPDATE_IN_PROGRESS", "CREATE_FAILED"])
def test_a_job_that_an_id_names_is_stopped_without_a_look_at_the_stack(world: World, status: str) -> None:
    arn = world.create()["PhysicalResourceId"]
    world.cloudformation.status, world.cloudformation.fails_with = status, "Throttling"
    world.cloudformation.calls.clear()

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.live() == world.cloudformation.calls == []


def test_a_job_that_held_network_interfaces_is_gone_once_it_has_ended(world: World) -> None:
    vpc = {"vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}}
    arn = world.create(Job=vpc)["PhysicalResourceId"]

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.status(arn) == "Stopped"
