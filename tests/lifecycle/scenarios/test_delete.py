"""Delete: afterwards nothing of the resource runs, and a stack is stuck only over a job that is known to run."""

from typing import Any

import pytest

from bedrock_batch_local.engine.pacing import Pacing
from handler.hooks import STOP, count
from handler.scenario import scenario
from handler.world import REGION, World, build_world, properties
from lifecycle.scenarios.stage import B, created, replaced

LONG_STOP = Pacing(stopping=3600.0)
VPC = {"vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}}


@scenario(37)
@pytest.mark.parametrize(
    ("pacing", "job", "status", "end"),
    [
        (Pacing(), {}, "SUCCESS", "Stopped"),
        (LONG_STOP, {}, "SUCCESS", "Stopping"),
        (Pacing(), VPC, "SUCCESS", "Stopped"),
        (LONG_STOP, VPC, "FAILED", "Stopping"),
    ],
)
def test_a_job_that_is_stopping_is_waited_for_within_bounds(
    pacing: Pacing, job: dict[str, Any], status: str, end: str
) -> None:
    """Delete; job Stopping -> no error; SUCCESS when Stopped or after bound, FAILED-with-advice only for VPC jobs."""
    world = build_world(pacing=pacing)
    arn = world.create(Job=job)["PhysicalResourceId"]
    world.bedrock.stop_model_invocation_job(jobIdentifier=arn)

    answer = world.delete(arn)

    assert (answer["Status"], world.status(arn), count(world, STOP)) == (status, end, 1)
    assert sum(world.clock.slept) < 600
    assert status == "SUCCESS" or "delete again in a few minutes" in answer["Reason"]


@scenario(39)
def test_a_job_that_is_not_there_any_more_is_fine() -> None:
    """Delete; job not found -> SUCCESS."""
    world = build_world(retention_seconds=60.0)
    arn = created(world)
    world.service_clock.advance(48 * 3600)

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert count(world, STOP) == 0


@scenario(41)
def test_a_stop_without_the_right_fails_with_the_same_advice(world: World) -> None:
    """Delete; Stop AccessDenied (policy gone first) -> FAILED with same advice; the order is shown in 59."""
    arn = created(world)
    world.bedrock.fault(STOP, "AccessDeniedException", times=1000)

    answer = world.delete(arn)

    assert answer["Status"] == "FAILED"
    assert f"{arn} is still running and billing" in answer["Reason"]
    assert f"aws bedrock stop-model-invocation-job --job-identifier {arn} --region {REGION}" in answer["Reason"]


@scenario(47)
def test_a_retained_job_is_not_swept_by_what_comes_after(world: World) -> None:
    """DeletionPolicy Retain / UpdateReplacePolicy Retain -> no Stop; later Updates do not sweep the retained job.

    Retained means that no Delete comes for the job that was replaced.
    """
    c = properties(RunId="3")
    retained = created(world)
    second = replaced(world, retained, properties(), B)
    third = replaced(world, second, B, c)
    world.delete(second, B)
    assert set(world.live()) == {retained, third}

    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    assert world.update(third, c, B)["PhysicalResourceId"] == second
    world.delete(third, c)
    assert world.live() == [retained]
