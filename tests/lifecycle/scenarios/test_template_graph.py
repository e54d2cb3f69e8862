"""What needs what: rights come before the job and go after it, and what is imported is left alone."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.client import InProcessClient
from bedrock_batch_local.engine.clock import ManualClock
from cdk_bedrock_batch import BatchStorage, JobInput
from handler.scenario import scenario
from handler.world import ACCOUNT, world_around
from lifecycle.scenarios.synthesis import JOB, declare, needed_by, of_type, template_of


@scenario(47)
@pytest.mark.parametrize("policy", [RemovalPolicy.RETAIN, RemovalPolicy.DESTROY])
def test_a_removal_policy_reaches_the_job_s_resource(prompts: Path, policy: RemovalPolicy) -> None:
    """DeletionPolicy / UpdateReplacePolicy of the job as CDK sets them -> in the template, so no Delete is sent."""

    def build(stack: Stack) -> None:
        resource = declare(stack, prompts).node.default_child
        resource.apply_removal_policy(policy)  # type: ignore[union-attr]  # the child is a CfnResource

    (job,) = of_type(template_of(build), JOB).values()
    assert job["DeletionPolicy"] == job["UpdateReplacePolicy"] == policy.name.title().replace("Destroy", "Delete")


@scenario(59)
@pytest.mark.parametrize("from_bucket", [False, True])
def test_everything_that_the_job_needs_outlives_it(prompts: Path, from_bucket: bool) -> None:
    """Template graph -> the job waits for, and is deleted before, handler and service role, policies, bucket, key."""

    def build(stack: Stack) -> None:
        storage = BatchStorage(stack, "Storage")
        options: dict[str, Any] = (
            {"input": JobInput.from_bucket(storage.input_bucket, prefix="in")} if from_bucket else {}
        )
        declare(stack, prompts, storage=storage, **options)

    template = template_of(build)
    ((logical_id, _),) = of_type(template, JOB).items()
    needed = needed_by(template, logical_id)

    kinds = {template["Resources"][name]["Type"] for name in needed}
    assert {"AWS::Lambda::Function", "AWS::Logs::LogGroup", "AWS::IAM::Role", "AWS::KMS::Key"} <= kinds
    roles = of_type(template, "AWS::IAM::Role")
    assert set(roles) <= needed
    assert all(role["Properties"]["Policies"] for role in roles.values()), "policies lie inside the roles"
    buckets = {"Output", "Input"} if from_bucket else {"Output"}
    for bucket in buckets:
        assert any(name.startswith(f"Storage{bucket}BucketPolicy") for name in needed)
        assert any(re.fullmatch(f"Storage{bucket}Bucket[0-9A-F]{{8}}", name) for name in needed)


@scenario(59)
@pytest.mark.parametrize("ordered", [False, True])
def test_a_policy_beside_an_imported_role_is_ordered_by_the_user(prompts: Path, ordered: bool) -> None:
    """A role with `without_policy_updates` and a ManagedPolicy -> before the job once the user adds the dependency."""

    def build(stack: Stack) -> None:
        role = iam.Role(stack, "Theirs", assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))
        statement = iam.PolicyStatement(actions=["s3:GetObject"], resources=["arn:x:s3:::b/*"])
        policy = iam.ManagedPolicy(stack, "Policy", roles=[role], statements=[statement])
        job = declare(stack, prompts, service_role=role.without_policy_updates())
        if ordered:
            job.node.add_dependency(policy)

    template = template_of(build)
    ((logical_id, _),) = of_type(template, JOB).items()
    ((policy, _),) = of_type(template, "AWS::IAM::ManagedPolicy").items()
    assert (policy in needed_by(template, logical_id)) is ordered


@scenario(60)
def test_nothing_that_is_imported_is_written_to(prompts: Path) -> None:
    """Imported bucket/key/role -> no policy we cannot write is assumed: none is in the template, and all is used."""
    key_arn = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555"

    def build(stack: Stack) -> None:
        bucket = s3.Bucket.from_bucket_name(stack, "TheirBucket", "theirs")
        key = kms.Key.from_key_arn(stack, "TheirKey", key_arn)
        role = iam.Role.from_role_name(stack, "TheirRole", "theirs", mutable=False)
        storage = BatchStorage(stack, "Storage", key=key, input_bucket=bucket, output_bucket=bucket)
        declare(stack, prompts, storage=storage, service_role=role)

    template = template_of(build)
    kinds = {each["Type"] for each in template["Resources"].values()}
    assert kinds.isdisjoint({"AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::KMS::Key", "AWS::IAM::Policy"})
    (job,) = of_type(template, JOB).values()
    output = job["Properties"]["Job"]["outputDataConfig"]["s3OutputDataConfig"]
    assert output["s3EncryptionKeyId"] == key_arn
    assert "theirs" in json.dumps(output["s3Uri"])


@scenario(60)
@pytest.mark.parametrize("what", ["role", "key"])
def test_an_import_is_warned_about(prompts: Path, what: str) -> None:
    """Imported key or role that takes no policies -> synth warning tells what to add; none for what is made here."""
    key_arn = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555"

    def warnings(imported: bool) -> str:
        stack = Stack(App(), "Stack")
        options: dict[str, Any] = {}
        if imported and what == "role":
            options["service_role"] = iam.Role.from_role_name(stack, "TheirRole", "theirs", mutable=False)
        if imported and what == "key":
            options["storage"] = BatchStorage(stack, "Storage", key=kms.Key.from_key_arn(stack, "TheirKey", key_arn))
        declare(stack, prompts, **options)
        Template.from_stack(stack)
        entries = [entry for construct in stack.node.find_all() for entry in construct.node.metadata]
        return "".join(str(entry.data) for entry in entries if entry.type == "aws:cdk:warning")

    assert "cdk-bedrock-batch:" in warnings(imported=True)
    assert "cdk-bedrock-batch:" not in warnings(imported=False)


@scenario(61)
def test_a_bucket_is_emptied_only_after_the_job_was_stopped(prompts: Path) -> None:
    """auto_delete_objects bucket + running job + stack delete -> job stopped first and written out, then emptied."""

    def build(stack: Stack) -> None:
        declare(stack, prompts, storage=BatchStorage(stack, "Storage", removal_policy=RemovalPolicy.DESTROY))

    template = template_of(build)
    ((logical_id, _),) = of_type(template, JOB).items()
    emptiers = {name for name in of_type(template, "Custom::S3AutoDeleteObjects") if "OutputBucket" in name}
    assert len(emptiers) == 1
    assert emptiers <= needed_by(template, logical_id)

    clock = ManualClock()
    engine = BatchEngine(clock)
    world = world_around(engine, InProcessClient(engine, account=ACCOUNT), clock)
    arn = world.create()["PhysicalResourceId"]
    world.clock.sleep(500)
    world.cloudformation.status = "DELETE_IN_PROGRESS"
    assert (world.status(arn), world.delete(arn)["Status"], world.status(arn)) == ("InProgress", "SUCCESS", "Stopped")
