"""Delete: afterwards nothing of the resource runs, and nothing else was touched."""

import pytest

from bedrock_batch_local.engine.pacing import Pacing
from handler.world import ACCOUNT, REGION, World, build_world, properties

CFN_MADE_ID = "Reports-TicketsE1-1A2B3C4D5E6F"


@pytest.mark.parametrize("seconds", [0, 70, 160, 500])
def test_stops_a_job_in_every_live_status_once_and_waits_for_its_end(world: World, seconds: int) -> None:
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


def test_twice_is_as_good_as_once(world: World) -> None:
    arn = world.create()["PhysicalResourceId"]

    assert [world.delete(arn)["Status"], world.delete(arn)["Status"]] == ["SUCCESS", "SUCCESS"]
    assert world.engine.bill().stopped == 1


@pytest.mark.parametrize("code", ["ConflictException", "ValidationException"])
def test_a_job_that_ends_between_the_look_and_the_stop_is_fine(world: World, code: str) -> None:
    arn = world.create()["PhysicalResourceId"]
    world.bedrock.fault("stop_model_invocation_job", code, when="after")

    assert world.delete(arn)["Status"] == "SUCCESS"


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "InternalServerException", "AccessDeniedException", "ConflictException"]
)
def test_fails_with_the_command_when_a_running_job_cannot_be_stopped_and_works_the_next_time(
    world: World, code: str
) -> None:
    arn = world.create()["PhysicalResourceId"]
    world.bedrock.fault("stop_model_invocation_job", code, times=7 if code[0] in "TI" else 1)

    failed = world.delete(arn)

    assert failed["Status"] == "FAILED"
    assert "still running and billing" in failed["Reason"]
    assert f"aws bedrock stop-model-invocation-job --job-identifier {arn} --region {REGION}" in failed["Reason"]
    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.live() == []


def test_fails_with_the_command_when_the_job_cannot_be_read(world: World) -> None:
    arn = world.create()["PhysicalResourceId"]
    world.bedrock.fault("get_model_invocation_job", "InternalServerException", times=1000)

    answer = world.delete(arn)

    assert answer["Status"] == "FAILED"
    assert "may be running and billing" in answer["Reason"]
    assert "aws bedrock stop-model-invocation-job" in answer["Reason"]


def test_a_job_that_the_service_does_not_know_is_gone(world: World) -> None:
    assert world.delete(f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/abcdefghijkl")["Status"] == "SUCCESS"


@pytest.mark.parametrize("physical_id", [CFN_MADE_ID, "", "2026/11/23/[$LATEST]0123456789abcdef", "x" * 1024])
def test_an_id_that_the_handler_never_gave_leads_to_the_job_of_the_cancelled_create(
    world: World, physical_id: str
) -> None:
    arn = world.create()["PhysicalResourceId"]

    assert world.delete(physical_id)["Status"] == "SUCCESS"
    assert world.status(arn) == "Stopped"


def test_an_id_that_the_handler_never_gave_waits_for_a_create_under_way(world: World) -> None:
    answer = world.delete(CFN_MADE_ID)

    assert answer["Status"] == "SUCCESS"
    assert 120 < sum(world.clock.slept) < 151


def test_after_a_create_that_started_nothing_there_is_nothing_to_wait_for(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", "ServiceQuotaExceededException")
    failed = world.create()

    assert world.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert world.clock.slept == []
    assert "stop_model_invocation_job" not in world.calls()


def test_a_job_accepted_although_its_create_was_answered_with_a_failure_is_found(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", "InternalServerException", when="after", times=1000)
    failed = world.create()
    assert (failed["Status"], len(world.live())) == ("FAILED", 1)

    assert world.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert world.live() == []


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


def test_properties_of_which_no_job_can_come_leave_nothing_to_stop(world: World) -> None:
    assert world.delete(CFN_MADE_ID, properties(Job={"modelId": ""}))["Status"] == "SUCCESS"
    assert world.bedrock.calls == []


def test_a_job_that_holds_network_interfaces_must_end_first() -> None:
    world = build_world(pacing=Pacing(stopping=3600.0))
    vpc = {"vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}}
    arn = world.create(Job=vpc)["PhysicalResourceId"]

    answer = world.delete(arn)

    assert answer["Status"] == "FAILED"
    assert "still holds network interfaces" in answer["Reason"]


def test_a_job_that_held_network_interfaces_is_gone_once_it_has_ended(world: World) -> None:
    vpc = {"vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}}
    arn = world.create(Job=vpc)["PhysicalResourceId"]

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.status(arn) == "Stopped"
