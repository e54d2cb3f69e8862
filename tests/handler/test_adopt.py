"""Adoption: a job that exists is taken under care without a bill, and only if it is what is declared."""

from typing import Any

import pytest

from handler.care import LEAVES, OWN_MARK, holder_of
from handler.stories import OTHER_RUN, by_hand, left_running
from handler.world import ACCOUNT, REGION, World, properties
from model_invocation_job.care import LEFT_RUNNING


def somebody_elses(world: World, **members: Any) -> str:
    """A job like the declared one, started by hand."""
    job = properties()["Job"]
    request = {
        "jobName": "by-hand",
        "clientRequestToken": "somebodyElse",
        "roleArn": "arn:aws:iam::111122223333:role/by-hand",
        "modelId": job["modelId"],
        "modelInvocationType": "Converse",
        "inputDataConfig": job["inputDataConfig"],
        "outputDataConfig": job["outputDataConfig"],
    }
    arn: str = world.bedrock.create_model_invocation_job(**request | members)["jobArn"]
    return arn


def test_a_job_is_adopted_without_starting_one(world: World) -> None:
    arn = somebody_elses(world)
    answer = world.create(AdoptJobArn=arn)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn)
    assert answer["Data"] == {"JobId": arn[-12:], "JobName": "by-hand"}
    assert world.started == 1


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"modelId": "amazon.nova-lite-v1:0"}, "modelId"),
        ({"modelInvocationType": "InvokeModel"}, "modelInvocationType"),
        ({"inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://assets/other.jsonl"}}}, "inputDataConfig.s3Uri"),
        ({"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://answers/other/"}}}, "outputDataConfig.s3Uri"),
    ],
)
def test_a_job_that_differs_is_refused_by_the_member_that_does(
    world: World, members: dict[str, Any], named: str
) -> None:
    arn = somebody_elses(world, **members)
    answer = world.create(AdoptJobArn=arn)

    assert answer["Status"] == "FAILED"
    assert f"differs in {named}, so it cannot be adopted; nothing was started" in answer["Reason"]
    assert world.live() == [arn]


@pytest.mark.parametrize(
    ("arn", "reason"),
    [
        (f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/abcdefghijkl", "does not exist"),
        (f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:model-invocation-job/abcdefghijkl", "own account and Region"),
        ("abcdefghijkl", "AdoptJobArn must match"),
    ],
)
def test_what_is_no_job_of_here_is_refused(world: World, arn: str, reason: str) -> None:
    assert reason in world.create(AdoptJobArn=arn)["Reason"]
    assert world.started == 0


def test_an_adopted_job_is_stopped_with_its_resource(world: World) -> None:
    arn = somebody_elses(world)
    world.create(AdoptJobArn=arn)
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(arn, properties())["Status"] == "SUCCESS"
    assert world.live() == []


def test_a_deployment_that_is_taken_back_gives_the_job_back_running(world: World) -> None:
    arn = somebody_elses(world)
    world.create(AdoptJobArn=arn)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(arn, properties(AdoptJobArn=arn))["Status"] == "SUCCESS"
    assert world.live() == [arn]
    assert world.bedrock.list_tags_for_resource(resourceARN=arn)["tags"] == []


def test_leaving_the_argument_out_later_changes_nothing(world: World) -> None:
    arn = somebody_elses(world)
    adopted = world.create(AdoptJobArn=arn)

    kept = world.update(arn, properties(AdoptJobArn=arn), properties())

    assert (kept["Status"], kept["PhysicalResourceId"], kept["Data"]) == ("SUCCESS", arn, adopted["Data"])
    assert world.started == 1


def test_an_update_may_adopt_and_a_rollback_returns_to_the_own_job(world: World) -> None:
    own = world.create()["PhysicalResourceId"]
    arn = somebody_elses(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    adopted = world.update(own, properties(), properties(AdoptJobArn=arn))
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    restored = world.update(arn, properties(AdoptJobArn=arn), properties())
    world.delete(arn, properties(AdoptJobArn=arn))

    assert adopted["PhysicalResourceId"] == arn
    assert restored["PhysicalResourceId"] == own
    assert set(world.live()) == {own, arn}


def test_a_rollback_returns_to_an_adopted_job(world: World) -> None:
    arn = somebody_elses(world)
    world.create(AdoptJobArn=arn)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    new = world.update(arn, properties(AdoptJobArn=arn), properties(RunId="2"))["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(new, properties(RunId="2"), properties(AdoptJobArn=arn))["PhysicalResourceId"] == arn


def test_two_resources_cannot_adopt_one_job(world: World) -> None:
    arn = somebody_elses(world)
    world.create(AdoptJobArn=arn)
    second = world.event("Create", LogicalResourceId="Other", ResourceProperties=properties(AdoptJobArn=arn))

    assert "is in the care of another resource" in world.deliver(second)["Reason"]


def test_an_ended_job_is_adopted_without_a_tag(world: World) -> None:
    arn = somebody_elses(world)
    world.service_clock.advance(24 * 3600)

    assert world.create(AdoptJobArn=arn)["PhysicalResourceId"] == arn
    assert "tag_resource" not in world.calls()
    assert world.delete(arn)["Status"] == "SUCCESS"


def test_a_job_whose_tags_cannot_be_read_is_not_taken_for_somebody_elses(world: World) -> None:
    arn = somebody_elses(world)
    world.create(AdoptJobArn=arn)
    world.bedrock.fault("list_tags_for_resource", "InternalServerException", times=1000)

    answer = world.delete(arn)

    assert answer["Status"] == "FAILED"
    assert "may be running and billing" in answer["Reason"]


def test_a_job_that_differs_in_two_members_is_refused_by_both(world: World) -> None:
    elsewhere = {"s3OutputDataConfig": {"s3Uri": "s3://elsewhere/"}}
    arn = by_hand(world, modelId="amazon.nova-lite-v1:0", outputDataConfig=elsewhere)

    assert "differs in modelId, outputDataConfig.s3Uri, so it" in world.create(AdoptJobArn=arn)["Reason"]


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "CREATE_FAILED"])
@pytest.mark.parametrize("declared", [{}, LEAVES])
def test_a_stack_that_turns_around_gives_back_what_it_has_adopted(
    world: World, status: str, declared: dict[str, Any]
) -> None:
    arn = by_hand(world)
    world.cloudformation.status = status

    answer = world.create(AdoptJobArn=arn, **declared)

    assert (answer["Status"], holder_of(world, arn), world.live()) == ("FAILED", None, [arn])
    assert "runs on as it did before" in answer["Reason"]


def test_an_adoption_that_is_delivered_again_looks_at_nothing_else(world: World) -> None:
    arn = by_hand(world)
    event = world.event("Create", ResourceProperties=properties(AdoptJobArn=arn))
    world.deliver(event)
    world.cloudformation.calls.clear()

    assert world.deliver(event)["Status"] == "SUCCESS"
    assert world.cloudformation.calls == []


def test_an_adopted_job_that_was_left_running_is_known_as_that_again(world: World) -> None:
    arn = left_running(world)
    world.create(AdoptJobArn=arn, **OTHER_RUN)
    assert holder_of(world, arn) == OWN_MARK

    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.delete(arn, properties(AdoptJobArn=arn, **OTHER_RUN))
    assert (holder_of(world, arn), world.live()) == (LEFT_RUNNING, [arn])
