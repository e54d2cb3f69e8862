"""`cdk deploy --no-rollback` that fails beside the job, and what may follow: what runs, and what was paid."""

from __future__ import annotations

from pathlib import Path

import pytest

from bedrock_batch_local.cdk_cli import CdkCliError
from e2e.assembly import synthesize
from e2e.cloud import Cloud

_DEPLOY = ("deploy", "--require-approval", "never")


@pytest.mark.soak
def test_the_next_deployment_takes_the_job_of_a_create_that_failed(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    started = cloud.started
    job_arn = _fails(cloud, synthesize(tmp_path / "fails", "Paused", prompts, fails="after"), "Paused")
    corrected = synthesize(tmp_path / "corrected", "Paused", prompts)

    cloud.cli(corrected).run(*_DEPLOY, "--no-rollback")

    assert (cloud.started, cloud.live("Paused")) == (started + 1, job_arn)
    assert {cloud.deploy(corrected)["JobArn"]} == job_arn
    assert cloud.started == started + 1


@pytest.mark.soak
def test_a_rollback_stops_the_job_of_a_create_that_failed(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    started = cloud.started
    fails = synthesize(tmp_path / "fails", "PausedCreate", prompts, fails="after")
    _fails(cloud, fails, "PausedCreate")

    cloud.cli(fails).run("rollback")

    assert (cloud.started, cloud.live("PausedCreate")) == (started + 1, set())


@pytest.mark.soak
def test_a_rollback_returns_to_the_job_before_and_stops_the_new_one(
    cloud: Cloud, prompts: Path, other_prompts: Path, tmp_path: Path
) -> None:
    """Until then both run. A deployment with rollback asks, fails where nobody answers, and starts nothing."""
    before = synthesize(tmp_path / "before", "PausedUpdate", prompts)
    old, started = cloud.deploy(before)["JobArn"], cloud.started
    fails = synthesize(tmp_path / "fails", "PausedUpdate", other_prompts, fails="after")
    both = _fails(cloud, fails, "PausedUpdate")
    assert old in both
    assert len(both) == 2
    with pytest.raises(CdkCliError, match="paused fail state"):
        cloud.deploy(synthesize(tmp_path / "corrected", "PausedUpdate", other_prompts))
    assert (cloud.started, cloud.live("PausedUpdate")) == (started + 1, both)

    cloud.cli(before).run("rollback")

    assert (cloud.started, cloud.live("PausedUpdate")) == (started + 1, {old})
    assert cloud.deploy(before)["JobArn"] == old
    with pytest.raises(CdkCliError, match="does not need a rollback"):
        cloud.cli(before).run("rollback")
    assert (cloud.started, cloud.live("PausedUpdate")) == (started + 1, {old})


@pytest.mark.soak
def test_going_on_after_an_update_that_failed_starts_no_second_job(
    cloud: Cloud, prompts: Path, other_prompts: Path, tmp_path: Path
) -> None:
    """What becomes of the job before, AWS does not document. Here it keeps running."""
    old = cloud.deploy(synthesize(tmp_path / "before", "GoesOn", prompts))["JobArn"]
    started = cloud.started
    (new,) = _fails(cloud, synthesize(tmp_path / "fails", "GoesOn", other_prompts, fails="after"), "GoesOn") - {old}
    corrected = synthesize(tmp_path / "corrected", "GoesOn", other_prompts)

    cloud.cli(corrected).run(*_DEPLOY, "--no-rollback")

    assert cloud.started == started + 1
    assert cloud.deploy(corrected)["JobArn"] == new
    assert new in cloud.live("GoesOn")
    cloud.client("bedrock").stop_model_invocation_job(jobIdentifier=old)


def _fails(cloud: Cloud, assembly: Path, stack: str) -> set[str]:
    """The live jobs of a stack after a deployment that failed, with rollback disabled, when its job had started."""
    with pytest.raises(CdkCliError):
        cloud.cli(assembly).run(*_DEPLOY, "--no-rollback")
    (found,) = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    assert found["StackStatus"] in {"CREATE_FAILED", "UPDATE_FAILED"}
    return cloud.live(stack)
