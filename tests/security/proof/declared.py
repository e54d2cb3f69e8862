"""The stacks of the proof: a job for each configuration that the embedded AWS can express."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from cdk_bedrock_batch import (
    BatchModel,
    BatchServiceRole,
    BatchStorage,
    InvocationType,
    JobInput,
    ModelInvocationJob,
    RequiredPolicy,
)
from security.proof.surroundings import MODEL, OTHER_REGION, OURS, REGION, THEIRS

PROFILED = "anthropic.claude-haiku-4-5-20251001-v1:0"
ADMINISTRATION = ["kms:Create*", "kms:Describe*", "kms:Get*", "kms:List*", "kms:Put*", "kms:ScheduleKeyDeletion"]


@dataclass
class Declared:
    """An assembly, the names of its jobs, and what others must add before it is deployed."""

    app: cdk.App
    prompts: Path
    brought: dict[str, str]
    jobs: dict[str, ModelInvocationJob] = field(default_factory=dict)

    @property
    def required(self) -> dict[str, tuple[RequiredPolicy, ...]]:
        """By job; jobs that need nothing left out."""
        asked = {name: job.required_policies for name, job in self.jobs.items()}
        return {name: policies for name, policies in asked.items() if policies}

    def job(self, stack: cdk.Stack, name: str, **options: Any) -> ModelInvocationJob:
        """Declare a job; a foundation model over a file unless the options say otherwise."""
        options.setdefault("model", BatchModel.from_model_id(MODEL))
        options.setdefault("input", JobInput.from_file(self.prompts))
        job = ModelInvocationJob(stack, name, invocation_type=InvocationType.CONVERSE, tags={"proof": name}, **options)
        cdk.CfnOutput(stack, f"{name}Arn", value=job.job_arn)
        self.jobs[name] = job
        return job


def declare(folder: Path, prompts: Path, brought: dict[str, str]) -> Declared:
    """Declare all jobs; `brought` holds the ARNs and names of what was made by hand."""
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    declared = Declared(app, prompts, brought)
    stack = cdk.Stack(app, "Proof", env=cdk.Environment(account=OURS, region=REGION))
    _models(declared, stack)
    _keys(declared, stack)
    _buckets(declared, stack)
    _network(declared, stack)
    _roles(declared, stack)
    _grants(declared, stack)
    other = cdk.Stack(app, "ProofElsewhere", env=cdk.Environment(account=OURS, region=OTHER_REGION))
    declared.job(other, "OtherRegion", model=BatchModel.from_model_id(f"eu.{PROFILED}"))
    app.synth()
    return declared


def _models(declared: Declared, stack: cdk.Stack) -> None:
    profile = declared.brought["application-profile"]
    declared.job(stack, "FoundationModel")
    declared.job(stack, "GeographicProfile", model=BatchModel.from_model_id(f"us.{PROFILED}"))
    destinations = ["us-east-1", "us-east-2", "us-west-2"]
    narrow = BatchModel.from_model_id(f"us.{MODEL}", destination_regions=destinations)
    declared.job(stack, "NarrowProfile", model=narrow)
    unbound = BatchModel.from_model_id(f"us.{MODEL}", restrict_to_profile=False)
    declared.job(stack, "UnboundProfile", model=unbound)
    declared.job(stack, "GlobalProfile", model=BatchModel.from_model_id(f"global.{PROFILED}"))
    application = BatchModel.from_application_inference_profile(profile, foundation_models=[MODEL])
    declared.job(stack, "ApplicationProfile", model=application)
    custom = f"arn:aws:bedrock:{REGION}:{OURS}:custom-model/{MODEL}:300k/a1b2c3d4e5f6"
    declared.job(stack, "CustomModel", model=BatchModel.from_model_id(custom))


def _keys(declared: Declared, stack: cdk.Stack) -> None:
    names = declared.brought
    separate = BatchStorage(
        stack, "Separate", input_key=kms.Key(stack, "InputKey"), output_key=kms.Key(stack, "OutputKey")
    )
    # Encrypted by hand with a key of its own, as the stack's own bucket is empty when the job starts.
    prompts = s3.Bucket.from_bucket_name(stack, "Prompts", names["prompts"])
    source = JobInput.from_bucket(
        prompts, prefix="in", encryption_key=kms.Key.from_key_arn(stack, "PromptsKey", names["prompts-key"])
    )
    declared.job(stack, "SeparateKeys", storage=separate, input=source)
    declared.job(stack, "DefaultEncryption", storage=BatchStorage(stack, "Default", use_bucket_default_encryption=True))
    alias = kms.Alias.from_alias_name(stack, "AnswersAlias", names["alias"])
    answers = s3.Bucket.from_bucket_name(stack, "AliasAnswers", names["answers"])
    declared.job(
        stack,
        "Alias",
        storage=BatchStorage(stack, "AliasStorage", key=alias, input_bucket=prompts, output_bucket=answers),
    )
    administrator = iam.PolicyStatement(
        principals=[iam.AccountRootPrincipal()], actions=ADMINISTRATION, resources=["*"]
    )
    closed = kms.Key(stack, "Closed", policy=iam.PolicyDocument(statements=[administrator]))
    declared.job(
        stack,
        "ClosedKey",
        storage=BatchStorage(stack, "ClosedStorage", key=closed, input_bucket=prompts, output_bucket=answers),
    )


def _buckets(declared: Declared, stack: cdk.Stack) -> None:
    names = declared.brought
    prompts = s3.Bucket.from_bucket_name(stack, "OwnPrompts", names["own-prompts"])
    declared.job(stack, "BucketKey", input=JobInput.from_bucket(prompts, key="in/large.jsonl"))
    declared.job(stack, "BucketPrefix", input=JobInput.from_bucket(prompts, prefix="in/small"))
    whole = s3.Bucket.from_bucket_name(stack, "Whole", names["whole"])
    declared.job(stack, "WholeBucket", input=JobInput.from_bucket(whole, prefix=""))
    theirs = s3.Bucket.from_bucket_name(stack, "TheirPrompts", names["their-prompts"])
    key = kms.Key.from_key_arn(stack, "TheirKey", names["their-key"])
    abroad = JobInput.from_bucket(theirs, prefix="in", bucket_owner=THEIRS, encryption_key=key)
    declared.job(stack, "InputOfAnotherAccount", input=abroad)
    storage = BatchStorage(
        stack,
        "TheirStorage",
        input_bucket=theirs,
        input_bucket_owner=THEIRS,
        output_bucket=s3.Bucket.from_bucket_attributes(
            stack, "TheirAnswers", bucket_name=names["their-answers"], account=THEIRS
        ),
        output_key=key,
    )
    declared.job(stack, "CopyInAnotherAccount", storage=storage)
    declared.job(stack, "BothOfAnotherAccount", storage=storage, input=abroad)


def _network(declared: Declared, stack: cdk.Stack) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0, restrict_default_security_group=False)
    job = declared.job(
        stack,
        "Network",
        vpc=vpc,
        subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        security_groups=[ec2.SecurityGroup(stack, "Group", vpc=vpc)],
    )
    job.add_s3_endpoint()


def _roles(declared: Declared, stack: cdk.Stack) -> None:
    names = declared.brought
    shared = BatchServiceRole(stack, "Shared")
    declared.job(stack, "SharedOne", service_role=shared)
    declared.job(stack, "SharedTwo", service_role=shared, model=BatchModel.from_model_id(f"us.{PROFILED}"))
    mutable = iam.Role.from_role_arn(stack, "Mutable", names["mutable-role"])
    declared.job(stack, "BroughtRole", service_role=mutable)
    fixed = iam.Role.from_role_arn(stack, "Fixed", names["fixed-role"], mutable=False)
    storage = BatchStorage(
        stack,
        "FixedStorage",
        input_bucket=s3.Bucket.from_bucket_name(stack, "FixedIn", names["own-prompts"]),
        output_bucket=s3.Bucket.from_bucket_name(stack, "FixedOut", names["answers"]),
    )
    declared.job(
        stack,
        "ImmutableRole",
        service_role=fixed,
        storage=storage,
        input=JobInput.from_bucket(storage.input_bucket, prefix="in/small"),
    )
    boundary = iam.ManagedPolicy(
        stack,
        "Boundary",
        statements=[iam.PolicyStatement(actions=["s3:*", "kms:*", "bedrock:InvokeModel"], resources=["*"])],
    )
    declared.job(stack, "Bounded", role_path="/team/", permissions_boundary=boundary)


def _grants(declared: Declared, stack: cdk.Stack) -> None:
    job = declared.jobs["SeparateKeys"]
    storage = stack.node.find_child("Separate")
    assert isinstance(storage, BatchStorage)
    reader, writer, operator, starter = (
        iam.Role(stack, name, role_name=name, assumed_by=iam.AccountRootPrincipal())
        for name in ("reader", "writer", "operator", "starter")
    )
    job.grant_read_output(reader).assert_success()
    storage.grant_write_input(writer, prefix="incoming").assert_success()
    job.grant_stop(operator).assert_success()
    BatchModel.from_model_id(f"us.{PROFILED}").grant_batch_inference(starter).assert_success()
    job.service_role.grant_pass_role(starter).assert_success()
