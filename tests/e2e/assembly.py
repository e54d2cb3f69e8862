"""Cloud assemblies for the CDK CLI: stacks with a job in the variants that a test needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

from cdk_bedrock_batch import BatchModel, BatchStorage, InvocationType, JobGate, JobInput, ModelInvocationJob, OnRemoval

MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
Options = Mapping[str, Any]


def synthesize(folder: Path, stack_name: str, prompts: Path, **options: Any) -> Path:
    """Synthesize a stack with one job, see `declare`, and return the assembly's folder."""
    return synthesize_all(folder, {stack_name: {"prompts": prompts, **options}})


def synthesize_all(folder: Path, stacks: Mapping[str, Options]) -> Path:
    """Synthesize several stacks, each by its options of `declare`, and return the assembly's folder."""
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    for stack_name, options in stacks.items():
        declare(cdk.Stack(app, stack_name), **options)
    app.synth()
    return folder


def synthesize_jobs(folder: Path, stack_name: str, jobs: Mapping[str, Options]) -> Path:
    """Synthesize one stack with several jobs and an output for each; return the assembly's folder.

    The options of a job are `prompts`, `tags` and `change`, as in `declare`.
    """
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    stack = cdk.Stack(app, stack_name)
    for name, options in jobs.items():
        job = ModelInvocationJob(
            stack,
            name,
            model=BatchModel.from_model_id(MODEL),
            input=JobInput.from_file(options["prompts"]),
            invocation_type=InvocationType.CONVERSE,
            tags=options.get("tags"),
        )
        cdk.CfnOutput(stack, f"{name}JobArn", value=job.job_arn)
        cdk.CfnOutput(stack, f"{name}OutputUri", value=job.output_uri)
        if change := options.get("change"):
            change(stack, job)
    app.synth()
    return folder


def declare(
    stack: cdk.Stack,
    prompts: Path,
    *,
    tags: Mapping[str, str] | None = None,
    model: str = MODEL,
    run_id: str = "1",
    fails: str = "",
    removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.RETAIN,
    gate: JobGate = JobGate.SUBMITTED,
    on_removal: OnRemoval = OnRemoval.STOP,
    hold: bool = False,
    in_vpc: bool = False,
    change: Callable[[cdk.Stack, ModelInvocationJob], None] | None = None,
) -> None:
    """Declare one Converse job and its outputs in a stack.

    `in_vpc` runs the job in a VPC of the stack's own. `fails` adds a resource that CloudFormation cannot create,
    "before" or "after" the job in the order of work. `change` may alter the stack at the end, to take rights away for
    instance.
    """
    job = ModelInvocationJob(
        stack,
        "Job",
        model=BatchModel.from_model_id(model),
        input=JobInput.from_file(str(prompts)),
        invocation_type=InvocationType.CONVERSE,
        storage=BatchStorage(stack, "Storage", removal_policy=removal_policy),
        run_id=run_id,
        tags=tags,
        gate=gate,
        on_removal=on_removal,
        hold=hold,
        **(isolated_network(stack) if in_vpc else {}),
    )
    if in_vpc:
        job.add_s3_endpoint()
    if fails:
        failing = cdk.CfnResource(
            stack,
            "Fails",
            type="Custom::Fails",
            properties={
                "ServiceToken": f"arn:{cdk.Aws.PARTITION}:lambda:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:function:no"
            },
        )
        first, second = (failing, job) if fails == "before" else (job, failing)
        second.node.add_dependency(first)
    cdk.CfnOutput(stack, "JobArn", value=job.job_arn)
    cdk.CfnOutput(stack, "OutputUri", value=job.output_uri)
    if change:
        change(stack, job)


def isolated_network(stack: cdk.Stack) -> dict[str, Any]:
    """Subnets with no way to the internet, and a security group."""
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0, restrict_default_security_group=False)
    return {
        "vpc": vpc,
        "subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        "security_groups": [ec2.SecurityGroup(stack, "Group", vpc=vpc)],
    }


def without_action(action: str) -> Callable[[cdk.Stack, ModelInvocationJob], None]:
    """A change that takes one action out of every statement of the job's service role."""

    def change(_stack: cdk.Stack, job: ModelInvocationJob) -> None:
        role = job.service_role.node.default_child
        assert isinstance(role, iam.CfnRole)
        policies = job.node.scope.resolve(role.policies)  # type: ignore[union-attr]  # the scope of a job is its stack
        taken = 0
        for policy in policies:
            for statement in policy["policyDocument"]["Statement"]:
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                taken += action in actions
                statement["Action"] = [each for each in actions if each != action] or ["s3:GetBucketTagging"]
        assert taken, f"{action} is in no statement"
        role.policies = policies

    return change
