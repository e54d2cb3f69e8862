"""Ids and jobs that are not this resource's: nothing of others is ever stopped or taken."""

import pytest

from bedrock_batch_local.engine.client import InProcessClient
from handler.hooks import STOP, count, sent
from handler.scenario import scenario
from handler.vocabulary import by_hand
from handler.world import ACCOUNT, REGION, STACK_ID, World, build_world

OTHER_ACCOUNT, OTHER_REGION = "999988887777", "eu-west-1"


def started_elsewhere(world: World, account: str, region: str) -> str:
    """A live job of another account or Region, in the same service."""
    world.create()
    request = sent(world) | {"modelId": "amazon.nova-lite-v1:0"}
    request["roleArn"] = request["roleArn"].replace(ACCOUNT, account)
    world.bedrock.stop_model_invocation_job(jobIdentifier=world.live()[0])
    world.clock.sleep(300)
    client = InProcessClient(world.engine, account=account, region=region)
    return str(client.create_model_invocation_job(**request)["jobArn"])


@scenario(43)
@pytest.mark.parametrize(
    "physical_id",
    [
        "",
        "2026/11/23/[$LATEST]0123456789abcdef",
        "AWSCDK::CustomResourceProviderFramework::CREATE_FAILED",
        "abcdefghijkl",
        "x" * 1024,
        "é" * 512,
    ],
)
@pytest.mark.parametrize("shows_token", [True, False])
def test_an_id_of_no_job_never_stops_a_foreign_one(physical_id: str, shows_token: bool) -> None:
    """Delete with "", log stream name, CDK marker, 12-char id only, 1 KB junk -> SUCCESS, no foreign job stopped."""
    world = build_world(shows_token=shows_token)
    other = world.deliver(world.event("Create", LogicalResourceId="Other"))["PhysicalResourceId"]
    theirs = by_hand(world)

    answer = world.delete(physical_id)

    assert answer["Status"] == "SUCCESS"
    # CloudFormation refuses an answer with an empty id, whatever else it says.
    assert answer["PhysicalResourceId"]
    assert physical_id in ("", answer["PhysicalResourceId"])
    assert (count(world, STOP), set(world.live())) == (0, {other, theirs})
    assert len(world.bodies[-1]) <= 4096


@scenario(43)
@pytest.mark.parametrize(("account", "region"), [(OTHER_ACCOUNT, REGION), (ACCOUNT, OTHER_REGION)])
def test_a_job_of_another_account_or_region_is_never_touched(world: World, account: str, region: str) -> None:
    """Delete with other account's ARN, other Region's ARN -> SUCCESS, that job lives on."""
    theirs = started_elsewhere(world, account, region)
    stops = count(world, STOP)

    assert world.delete(theirs)["Status"] == "SUCCESS"
    client = InProcessClient(world.engine, account=account, region=region)
    assert client.get_model_invocation_job(jobIdentifier=theirs)["status"] == "Submitted"
    assert count(world, STOP) == stops


@scenario(43)
def test_a_job_of_another_stack_or_hand_is_never_touched(world: World) -> None:
    """Delete with the ARN of another stack's job, or of a job by hand -> SUCCESS, both live on."""
    other = world.deliver(world.event("Create", StackId=STACK_ID + "0"))["PhysicalResourceId"]
    theirs = by_hand(world)

    assert [world.delete(arn)["Status"] for arn in (other, theirs)] == ["SUCCESS", "SUCCESS"]
    assert (count(world, STOP), set(world.live())) == (0, {other, theirs})
