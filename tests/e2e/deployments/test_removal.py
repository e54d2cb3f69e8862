"""`cdk destroy` of stacks whose jobs run, are stopping, or hold a network."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from aws_cdk import RemovalPolicy

from cdk_bedrock_batch import OnRemoval
from e2e.assembly import Options, synthesize, synthesize_all
from e2e.cloud import HIGH_SPEED, SPEED, Cloud

# At which nothing that takes simulated time gets done.
STANDSTILL = 0.001


@dataclass(frozen=True)
class Removed:
    """The jobs of the removed stacks, and what there was before."""

    jobs: dict[str, str]
    subnets: set[str]
    """Those that a job held."""
    buckets: set[str]
    status_at_delete: str
    """Of the job that was being stopped."""


@pytest.fixture(scope="module")
def removed(cloud: Cloud, prompts: Path, tmp_path_factory: pytest.TempPathFactory) -> Removed:
    """Three stacks that were deployed together and destroyed one after the other."""
    declared: dict[str, Options] = {
        "Stopping": {"prompts": prompts},
        "InVpc": {"prompts": prompts, "in_vpc": True},
        "Destroyed": {"prompts": prompts, "removal_policy": RemovalPolicy.DESTROY},
    }
    assembly = synthesize_all(tmp_path_factory.mktemp("removal") / "out", declared)
    cli = cloud.cli(assembly)
    jobs = {stack: outputs["JobArn"] for stack, outputs in cli.deploy().items()}
    subnets = _held_subnets(cloud)
    buckets = _buckets(cloud, assembly, "Destroyed")
    with cloud.at_speed(STANDSTILL), ThreadPoolExecutor(1) as beside:
        cloud.client("bedrock").stop_model_invocation_job(jobIdentifier=jobs["Stopping"])
        destroyed = beside.submit(cli.destroy, "Stopping")
        status = _when_deleted(cloud, "Stopping", jobs["Stopping"])
        cloud.aws.set_speed(SPEED)
        destroyed.result()
    cli.destroy("InVpc", "Destroyed")
    return Removed(jobs, subnets, buckets, status)


def test_a_delete_while_the_job_is_stopping_waits_for_its_end(cloud: Cloud, removed: Removed) -> None:
    assert removed.status_at_delete == "Stopping"
    assert cloud.job(removed.jobs["Stopping"])["status"] == "Stopped"


def test_destroy_waits_until_the_job_has_let_go_of_its_network(cloud: Cloud, removed: Removed) -> None:
    """Else the subnets and the security group, which the job's network interfaces hold, could not be deleted."""
    assert len(removed.subnets) == 2
    assert cloud.job(removed.jobs["InVpc"])["status"] == "Stopped"
    assert cloud.client("ec2").describe_network_interfaces()["NetworkInterfaces"] == []
    stacks = cloud.client("cloudformation").list_stacks(StackStatusFilter=["DELETE_FAILED"])["StackSummaries"]
    assert stacks == []


def test_destroy_stops_the_job_and_empties_what_may_be_destroyed(cloud: Cloud, removed: Removed) -> None:
    assert cloud.job(removed.jobs["Destroyed"])["status"] == "Stopped"
    assert len(removed.buckets) == 3
    assert not removed.buckets & {bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]}


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
    assert cloud.live("Left") == {second}
    cloud.client("bedrock").stop_model_invocation_job(jobIdentifier=second)


def _held_subnets(cloud: Cloud) -> set[str]:
    """The subnets of the job's network interfaces, once it has them."""
    deadline = time.monotonic() + 60
    with cloud.at_speed(HIGH_SPEED):
        while not (held := cloud.client("ec2").describe_network_interfaces()["NetworkInterfaces"]):
            assert time.monotonic() < deadline, "no network interface"
            time.sleep(0.05)
    return {interface["SubnetId"] for interface in held}


def _when_deleted(cloud: Cloud, stack: str, job_arn: str) -> str:
    """The job's status when CloudFormation has begun to delete its resource."""
    cloudformation, deadline = cloud.client("cloudformation"), time.monotonic() + 60
    while True:
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        kinds = {each["ResourceType"] for each in events if each["ResourceStatus"] == "DELETE_IN_PROGRESS"}
        if "Custom::BedrockModelInvocationJob" in kinds:
            return str(cloud.job(job_arn)["status"])
        assert time.monotonic() < deadline, kinds
        time.sleep(0.05)


def _buckets(cloud: Cloud, assembly: Path, name: str) -> set[str]:
    template = json.loads((assembly / f"{name}.template.json").read_text("utf-8"))
    logical_ids = {key for key, each in template["Resources"].items() if each["Type"] == "AWS::S3::Bucket"}
    resources = cloud.client("cloudformation").list_stack_resources(StackName=name)["StackResourceSummaries"]
    return {each["PhysicalResourceId"] for each in resources if each["LogicalResourceId"] in logical_ids}
