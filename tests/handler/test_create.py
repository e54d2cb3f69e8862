"""Create: one intended run is one paid job."""

import pytest

from handler.scenario import scenario
from handler.vocabulary import NOT_ASSUMABLE
from handler.world import ACCOUNT, REGION, STACK_ID, World, build_world, properties


@scenario(1)
def test_answers_with_the_started_job(world: World) -> None:
    """Create, all well -> 1 job, one SUCCESS, id = ARN, Data small."""
    answer = world.create()

    assert answer["Status"] == "SUCCESS"
    job_arn = answer["PhysicalResourceId"]
    assert job_arn.startswith(f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/")
    assert answer["Data"] == {
        "JobArn": job_arn,
        "JobId": job_arn[-12:],
        "JobName": "tickets-0a1b2c3dicketsE1-704dce9f-1",
    }
    assert world.started == 1
    assert world.live() == [answer["PhysicalResourceId"]]
    assert (len(world.answers), len(world.bodies[0]) < 1024) == (1, True)


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


def test_makes_ten_calls(world: World) -> None:
    """Nothing is copied, and nothing starts, without knowing the stack's direction; a look at it comes last, too."""
    called: list[str] = []
    world.deliver(world.event("Create"), hook=lambda call, moment: called.append(call) if moment == "before" else None)

    look = ["describe_stacks", "list_model_invocation_jobs"]
    copy = ["copy_object", "list_objects_v2", "put_object"]
    end = ["create_model_invocation_job", "describe_stacks", "get_model_invocation_job", "put"]
    assert called == [*look, *copy, *look, *end]
    assert (len(world.answers), world.clock.slept) == (1, [])


@scenario(11)
@pytest.mark.parametrize("list_lag", [0.0, 20.0])
def test_a_new_job_that_cannot_be_read_yet_is_waited_for(list_lag: float) -> None:
    """Create; job started, Get says 404 for 20 s -> waits, SUCCESS."""
    world = build_world(get_lag_seconds=20.0, list_lag_seconds=list_lag)

    assert world.create()["Status"] == "SUCCESS"
    assert sum(world.clock.slept) >= 20
    assert world.started == 1


@scenario(12)
def test_waits_for_a_role_that_cannot_be_assumed_yet(world: World) -> None:
    """Create; role not assumable for 45 s (ValidationException) -> retried, 1 job."""
    world.bedrock.fault("create_model_invocation_job", NOT_ASSUMABLE, times=9)

    assert world.create()["Status"] == "SUCCESS"
    assert world.started == 1


@scenario(44)
def test_the_same_declaration_elsewhere_is_another_run(world: World) -> None:
    """Two CRs with identical props; two stacks; stack deleted and re-created -> distinct jobs, no cross adoption."""
    events = [
        world.event("Create"),
        world.event("Create", LogicalResourceId="Other"),
        world.event("Create", StackId=STACK_ID.replace("/Reports/", "/Copy/")),
        world.event("Create", StackId=STACK_ID[:-4] + "9999"),
    ]
    arns = [world.deliver(event)["PhysicalResourceId"] for event in events]
    assert (len(set(arns)), world.started) == (4, 4)

    world.deliver(world.event("Delete", PhysicalResourceId=arns[1], LogicalResourceId="Other"))
    assert set(world.live()) == {arns[0], arns[2], arns[3]}
