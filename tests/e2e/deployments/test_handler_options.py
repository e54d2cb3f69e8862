"""A function in a VPC without a way to the internet, with a role and a log group of the user's own."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from cdk_bedrock_batch import BatchHandler, BatchModel, InvocationType, JobInput, ModelInvocationJob
from e2e.cloud import ACCOUNT, REGION, Cloud

STACK = "HandlerOptions"


def synthesize(folder: Path, prompts: Path, *, options: bool) -> Path:
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    stack = cdk.Stack(app, STACK, env=cdk.Environment(account=ACCOUNT, region=REGION))
    if options:
        handler = BatchHandler(
            stack,
            vpc=ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0, restrict_default_security_group=False),
            subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            role=iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")),
            log_group=logs.LogGroup(stack, "Logs", removal_policy=cdk.RemovalPolicy.RETAIN),
        )
        handler.add_endpoints()
    job = ModelInvocationJob(
        stack,
        "Job",
        model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
        input=JobInput.from_file(prompts),
        invocation_type=InvocationType.CONVERSE,
    )
    cdk.CfnOutput(stack, "JobArn", value=job.job_arn)
    app.synth()
    return folder


@pytest.mark.soak
def test_options_come_to_a_live_stack_and_go_with_it(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    """No job starts by them, the role has all that the function needs, and the logs outlive the stack."""
    started = cloud.started
    job_arn = cloud.deploy(synthesize(tmp_path / "plain", prompts, options=False))["JobArn"]
    assembly = synthesize(tmp_path / "options", prompts, options=True)
    assert cloud.deploy(assembly)["JobArn"] == job_arn
    resources = cloud.client("cloudformation").list_stack_resources(StackName=STACK)["StackResourceSummaries"]
    (log_group,) = (each["PhysicalResourceId"] for each in resources if each["ResourceType"] == "AWS::Logs::LogGroup")
    assert cloud.started == started + 1

    cloud.cli(assembly).destroy(STACK)

    assert cloud.job(job_arn)["status"] in {"Stopped", "Completed"}
    groups = cloud.client("logs").describe_log_groups(logGroupNamePrefix=log_group)["logGroups"]
    assert [each["logGroupName"] for each in groups] == [log_group]
