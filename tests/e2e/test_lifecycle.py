"""Deployments with the real CDK CLI onto the embedded AWS: what each of them costs."""

import json
import time
from pathlib import Path

import pytest
from aws_cdk import RemovalPolicy

from bedrock_batch_local.demo.cdk_cli import CdkCliError
from cdk_bedrock_batch import OnRemoval
from e2e.assembly import synthesize
from e2e.cloud import Cloud


def test_the_same_declaration_again_starts_nothing(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    first = cloud.deploy(synthesize(tmp_path / "first", "Same", prompts))
    started = cloud.started
    # A dangling change makes CloudFormation look at the stack at all, as a pipeline that only adds a resource does.
    second = cloud.deploy(synthesize(tmp_path / "second", "Same", prompts))

    assert cloud.started == started
    assert second == first
    assert first["OutputUri"].endswith(f"/{first['JobArn'][-12:]}/")


def test_changed_prompts_start_one_job_and_stop_the_old_one(
    cloud: Cloud, prompts: Path, other_prompts: Path, tmp_path: Path
) -> None:
    old = cloud.deploy(synthesize(tmp_path / "old", "Changed", prompts))["JobArn"]
    started = cloud.started
    new = cloud.deploy(synthesize(tmp_path / "new", "Changed", other_prompts))["JobArn"]

    assert cloud.started == started + 1
    assert new != old
    assert cloud.job(old)["status"] in {"Stopping", "Stopped"}
    assert cloud.job(new)["status"] not in {"Stopping", "Stopped", "Failed"}


def test_changed_tags_are_changed_in_place(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    first = cloud.deploy(synthesize(tmp_path / "first", "Tags", prompts, tags={"team": "support", "old": "1"}))
    started = cloud.started
    second = cloud.deploy(synthesize(tmp_path / "second", "Tags", prompts, tags={"team": "sales"}))

    assert cloud.started == started
    assert second == first
    tags = cloud.client("bedrock").list_tags_for_resource(resourceARN=first["JobArn"])["tags"]
    assert {tag["key"]: tag["value"] for tag in tags}["team"] == "sales"
    assert "old" not in {tag["key"] for tag in tags}


def test_an_update_that_fails_before_the_job_starts_nothing(
    cloud: Cloud, prompts: Path, other_prompts: Path, tmp_path: Path
) -> None:
    old = cloud.deploy(synthesize(tmp_path / "old", "FailsBefore", prompts))["JobArn"]
    started = cloud.started
    with pytest.raises(CdkCliError):
        cloud.deploy(synthesize(tmp_path / "new", "FailsBefore", other_prompts, fails="before"))

    assert _stack_status(cloud, "FailsBefore") == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.started == started
    assert cloud.job(old)["status"] not in {"Stopping", "Stopped"}


def test_an_update_that_fails_after_the_job_keeps_the_old_one_and_stops_the_new(
    cloud: Cloud, prompts: Path, other_prompts: Path, tmp_path: Path
) -> None:
    old = cloud.deploy(synthesize(tmp_path / "old", "FailsAfter", prompts))["JobArn"]
    before = set(cloud.live("Job-"))
    rights = _service_role_policy(cloud, old)
    with pytest.raises(CdkCliError):
        cloud.deploy(synthesize(tmp_path / "new", "FailsAfter", other_prompts, fails="after"))

    assert _stack_status(cloud, "FailsAfter") == "UPDATE_ROLLBACK_COMPLETE"
    assert old in before
    assert set(cloud.live("Job-")) == before
    assert _service_role_policy(cloud, old) == rights


def test_a_create_that_fails_in_another_resource_leaves_nothing_running(
    cloud: Cloud, prompts: Path, tmp_path: Path
) -> None:
    before, started = set(cloud.live("Job-")), cloud.started
    with pytest.raises(CdkCliError):
        cloud.deploy(synthesize(tmp_path / "out", "CreateFails", prompts, fails="after"))

    assert cloud.started == started + 1
    assert set(cloud.live("Job-")) == before


def test_a_delete_while_the_job_is_stopping_waits_for_its_end(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    assembly = synthesize(tmp_path / "out", "Stopping", prompts)
    job_arn = cloud.deploy(assembly)["JobArn"]
    cloud.client("bedrock").stop_model_invocation_job(jobIdentifier=job_arn)
    cloud.cli(assembly).destroy()

    assert cloud.job(job_arn)["status"] == "Stopped"


def test_destroy_waits_until_the_job_has_let_go_of_its_network(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    """Else the subnets and the security group, which the job's network interfaces hold, could not be deleted."""
    assembly = synthesize(tmp_path / "out", "InVpc", prompts, in_vpc=True)
    job_arn = cloud.deploy(assembly)["JobArn"]
    ec2 = cloud.client("ec2")
    deadline = time.monotonic() + 60
    while not (held := ec2.describe_network_interfaces()["NetworkInterfaces"]) and time.monotonic() < deadline:
        time.sleep(0.2)
    cloud.cli(assembly).destroy()

    assert len({interface["SubnetId"] for interface in held}) == 2
    assert cloud.job(job_arn)["status"] == "Stopped"
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    stacks = cloud.client("cloudformation").list_stacks(StackStatusFilter=["DELETE_FAILED"])["StackSummaries"]
    assert stacks == []


def test_destroy_stops_the_job_and_empties_what_may_be_destroyed(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    assembly = synthesize(tmp_path / "out", "Destroyed", prompts, removal_policy=RemovalPolicy.DESTROY)
    job_arn = cloud.deploy(assembly)["JobArn"]
    buckets = _buckets(cloud, assembly, "Destroyed")
    cloud.cli(assembly).destroy()

    assert cloud.job(job_arn)["status"] == "Stopped"
    assert len(buckets) == 3
    assert not buckets & {bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]}


@pytest.mark.soak
def test_a_second_run_id_is_a_second_run(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    first = cloud.deploy(synthesize(tmp_path / "first", "RunId", prompts))["JobArn"]
    started = cloud.started

    assert cloud.deploy(synthesize(tmp_path / "second", "RunId", prompts, run_id="2"))["JobArn"] != first
    assert cloud.started == started + 1


@pytest.mark.soak
def test_what_is_left_running_is_taken_back_by_its_declaration(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    """One after the other in one stack, and the one that nobody declares any more outlives it."""

    def deploy(run_id: str, on_removal: OnRemoval) -> str:
        folder = tmp_path / f"{run_id}-{on_removal}"
        return str(cloud.deploy(synthesize(folder, "Left", prompts, run_id=run_id, on_removal=on_removal))["JobArn"])

    first = deploy("1", OnRemoval.LEAVE_RUNNING)
    second = deploy("2", OnRemoval.LEAVE_RUNNING)
    started = cloud.started

    assert deploy("1", OnRemoval.STOP) == first
    assert cloud.started == started
    for job_arn in (first, second):
        assert cloud.client("bedrock").list_tags_for_resource(resourceARN=job_arn)["tags"] == []
    cloud.cli(tmp_path / "1-STOP").destroy()

    assert cloud.job(first)["status"] in {"Stopping", "Stopped"}
    assert second in cloud.live("Job-")
    cloud.client("bedrock").stop_model_invocation_job(jobIdentifier=second)


def _service_role_policy(cloud: Cloud, job_arn: str) -> object:
    name = cloud.job(job_arn)["roleArn"].rpartition("/")[2]
    return cloud.client("iam").get_role_policy(RoleName=name, PolicyName="BatchInference")["PolicyDocument"]


def _stack_status(cloud: Cloud, name: str) -> str:
    return str(cloud.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])


def _buckets(cloud: Cloud, assembly: Path, name: str) -> set[str]:
    template = json.loads((assembly / f"{name}.template.json").read_text("utf-8"))
    logical_ids = {key for key, each in template["Resources"].items() if each["Type"] == "AWS::S3::Bucket"}
    resources = cloud.client("cloudformation").list_stack_resources(StackName=name)["StackResourceSummaries"]
    return {each["PhysicalResourceId"] for each in resources if each["LogicalResourceId"] in logical_ids}
