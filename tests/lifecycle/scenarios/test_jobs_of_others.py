"""A job that has our name or token and is not what was declared is neither taken nor stopped."""

import pytest

from handler.world import World, build_world
from lifecycle.scenarios.requests import by_hand, sent
from lifecycle.scenarios.scenario import scenario


@scenario(45)
@pytest.mark.parametrize("list_lag", [0.0, 60.0], ids=["listed", "not listed yet"])
def test_a_foreign_job_with_our_name_is_left_alone(world: World, list_lag: float) -> None:
    """Someone else's job has our jobName but another token -> FAILED, neither adopted nor stopped."""
    world.create()
    other = build_world(list_lag_seconds=list_lag, get_lag_seconds=0.0)
    theirs = by_hand(other, jobName=sent(world)["jobName"], clientRequestToken="somebodyElse")

    failed = other.create()
    assert failed["Status"] == "FAILED"
    assert failed["PhysicalResourceId"].startswith("not-started:")
    other.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    other.clock.sleep(60)
    assert other.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert (other.started, other.live()) == (1, [theirs])


@scenario(46)
@pytest.mark.parametrize(
    ("member", "value", "shown"),
    [
        ("modelId", "us.amazon.nova-lite-v1:0", "modelId"),
        ("outputDataConfig", {"s3OutputDataConfig": {"s3Uri": "s3://elsewhere/"}}, "outputDataConfig.s3Uri"),
        ("modelInvocationType", "InvokeModel", "modelInvocationType"),
    ],
)
def test_a_job_with_our_token_that_is_something_else_is_refused(
    world: World, member: str, value: object, shown: str
) -> None:
    """Token match but different modelId/input -> FAILED, names the difference."""
    world.create()
    ours = sent(world)
    other = build_world()
    by_hand(other, **{"jobName": ours["jobName"], "clientRequestToken": ours["clientRequestToken"]} | {member: value})

    failed = other.create()

    assert (failed["Status"], other.started) == ("FAILED", 1)
    assert f"differs in {shown}" in failed["Reason"]
