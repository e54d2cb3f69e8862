"""Create: one intended run is one paid job."""

import pytest

from handler.stories import NOT_ASSUMABLE
from handler.world import ACCOUNT, REGION, World, build_world, properties


def test_answers_with_the_started_job(world: World) -> None:
    answer = world.create()

    assert answer["Status"] == "SUCCESS"
    job_arn = answer["PhysicalResourceId"]
    assert job_arn.startswith(f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/")
    assert answer["Data"] == {
        "JobArn": job_arn,
        "JobId": job_arn[-12:],
        "JobName": "tickets-0a1b2c3dicketsE1-7f06200f-1",
    }
    assert world.started == 1
    assert world.live() == [answer["PhysicalResourceId"]]


def test_sends_every_argument_of_the_api(world: World) -> None:
    vpc = {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    answer = world.create(Job={"vpcConfig": vpc})

    job = world.bedrock.get_model_invocation_job(jobIdentifier=answer["PhysicalResourceId"])
    assert job["modelInvocationType"] == "Converse"
    assert job["timeoutDurationInHours"] == 48
    assert job["vpcConfig"] == vpc
    assert job["inputDataConfig"] == properties()["Job"]["inputDataConfig"]
    assert job["outputDataConfig"] == properties()["Job"]["outputDataConfig"]
    assert job["roleArn"] == properties()["Job"]["roleArn"]
    tags = world.bedrock.list_tags_for_resource(resourceARN=job["jobArn"])["tags"]
    assert tags == [{"key": "team", "value": "support"}]


def test_makes_five_calls(world: World) -> None:
    """One look at the stack before the start and one after it: nothing starts without knowing the direction."""
    world.create()

    assert sorted(world.calls()) == [
        "create_model_invocation_job",
        "describe_stacks",
        "describe_stacks",
        "get_model_invocation_job",
        "list_model_invocation_jobs",
    ]
    assert (len(world.answers), world.clock.slept) == (1, [])


@pytest.mark.parametrize("seconds", [20.0, 120.0])
def test_waits_until_a_new_job_can_be_read(seconds: float) -> None:
    world = build_world(visibility_lag_seconds=seconds)

    assert world.create()["Status"] == "SUCCESS"
    assert world.started == 1


def test_waits_for_a_role_that_cannot_be_assumed_yet(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", NOT_ASSUMABLE, times=9)

    assert world.create()["Status"] == "SUCCESS"
    assert world.started == 1


def test_two_resources_and_two_stacks_with_the_same_declaration_are_different_runs(world: World) -> None:
    world.create()
    world.deliver(world.event("Create", LogicalResourceId="Other"))
    world.deliver(world.event("Create", StackId=world.event("Create")["StackId"][:-1] + "6"))

    assert world.started == len(world.live()) == 3
