"""Deployments that fail in another resource than the job: what goes on running, and what was paid."""

from pathlib import Path

import pytest

from bedrock_batch_local.cdk_cli import CdkCliError
from e2e.assembly import synthesize
from e2e.cloud import Cloud


@pytest.fixture(scope="module")
def old(cloud: Cloud, prompts: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The job of a deployed stack, whose updates are rolled back to it."""
    return cloud.deploy(synthesize(tmp_path_factory.mktemp("failing") / "old", "Failing", prompts))["JobArn"]


def test_an_update_that_fails_before_the_job_starts_nothing(
    cloud: Cloud, old: str, other_prompts: Path, tmp_path: Path
) -> None:
    started = cloud.started
    with pytest.raises(CdkCliError):
        cloud.deploy(synthesize(tmp_path / "new", "Failing", other_prompts, fails="before"))

    assert _stack_status(cloud, "Failing") == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.started == started
    assert cloud.job(old)["status"] not in {"Stopping", "Stopped"}


def test_an_update_that_fails_after_the_job_keeps_the_old_one_and_stops_the_new(
    cloud: Cloud, old: str, other_prompts: Path, tmp_path: Path
) -> None:
    started, rights = cloud.started, _service_role_policy(cloud, old)
    with pytest.raises(CdkCliError):
        cloud.deploy(synthesize(tmp_path / "new", "Failing", other_prompts, fails="after"))

    assert _stack_status(cloud, "Failing") == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.started == started + 1
    assert cloud.live("Failing") == {old}
    assert _service_role_policy(cloud, old) == rights


def test_a_create_that_fails_in_another_resource_leaves_nothing_running(
    cloud: Cloud, prompts: Path, tmp_path: Path
) -> None:
    started = cloud.started
    with pytest.raises(CdkCliError):
        cloud.deploy(synthesize(tmp_path / "out", "CreateFails", prompts, fails="after"))

    assert cloud.started == started + 1
    assert cloud.live("CreateFails") == set()


def _service_role_policy(cloud: Cloud, job_arn: str) -> object:
    name = cloud.job(job_arn)["roleArn"].rpartition("/")[2]
    return cloud.client("iam").get_role_policy(RoleName=name, PolicyName="BatchInference")["PolicyDocument"]


def _stack_status(cloud: Cloud, name: str) -> str:
    return str(cloud.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
