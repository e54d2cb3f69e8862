"""The CDK app of what job files cannot say: a whole bucket, a key of the user's, a VPC, and the roles to ask with."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from live.names import MORE_STACK, ROLES_STACK

from cdk_bedrock_batch import BatchModel, BatchStorage, InvocationType, JobGate, JobInput, ModelInvocationJob
from e2e.assembly import isolated_network

_JOBS = f"arn:{cdk.Aws.PARTITION}:bedrock:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:model-invocation-job/*"


def build(app: cdk.App) -> None:
    """Declare two stacks; the context tells the places and the model of the jobs that were deployed before."""
    stack = cdk.Stack(app, MORE_STACK)
    told = {name: str(app.node.get_context(name)) for name in ("model", "bucket", "records", "network")}
    key = kms.Key(stack, "Key", removal_policy=cdk.RemovalPolicy.DESTROY)
    storage = BatchStorage(stack, "Storage", key=key, removal_policy=cdk.RemovalPolicy.DESTROY)
    options = {
        "model": BatchModel.from_model_id(told["model"]),
        "storage": storage,
        "invocation_type": InvocationType.CONVERSE,
        "gate": JobGate.VALIDATED,
    }
    bucket = s3.Bucket.from_bucket_name(stack, "WholeBucket", told["bucket"])
    _job(stack, "whole-bucket", input=JobInput.from_bucket(bucket, prefix=""), **options)
    _job(stack, "folder", input=JobInput.from_bucket(bucket, prefix="deeper"), **options)
    _job(stack, "own-key", input=JobInput.from_file(f"{told['records']}/own-key.jsonl"), **options)
    if told["network"] == "yes":
        declared = _job(
            stack,
            "network",
            input=JobInput.from_file(f"{told['records']}/network.jsonl"),
            **options,
            **isolated_network(stack),
        )
        declared.add_s3_endpoint()
    _roles(cdk.Stack(app, ROLES_STACK), app)


def _job(stack: cdk.Stack, name: str, **options: Any) -> ModelInvocationJob:
    job = ModelInvocationJob(stack, name, **options)
    cdk.CfnOutput(stack, f"{name}JobArn", value=job.job_arn)
    return job


def _roles(stack: cdk.Stack, app: cdk.App) -> None:
    base = app.node.get_context("base")
    buckets = [f"arn:{cdk.Aws.PARTITION}:s3:::{name}" for name in base["buckets"]]
    objects = [f"{bucket}/*" for bucket in buckets]
    trust = iam.ServicePrincipal(
        "bedrock.amazonaws.com",
        conditions={
            "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
            "ArnLike": {"aws:SourceArn": _JOBS},
        },
    )
    storage_only = [
        _allow(["s3:GetObject", "s3:PutObject"], objects),
        _allow(["s3:ListBucket"], buckets),
        _allow(["kms:Decrypt", "kms:GenerateDataKey"], [base["key"]]),
    ]
    _role(stack, "WithoutInvoke", trust, storage_only)
    anybody = iam.AccountRootPrincipal()
    models = [f"arn:{cdk.Aws.PARTITION}:bedrock:*::foundation-model/{base['profiled']}"]
    starting = [
        _allow(["bedrock:CreateModelInvocationJob"], [*models, _JOBS]),
        _allow(["iam:PassRole"], [base["role"]]),
    ]
    _role(stack, "Starter", anybody, starting)
    tagged = {"StringEquals": {"aws:ResourceTag/live": "yes"}}
    _role(stack, "Stopper", anybody, [_allow(["bedrock:StopModelInvocationJob"], [_JOBS], tagged)])


def _role(stack: cdk.Stack, name: str, principal: iam.IPrincipal, statements: list[iam.PolicyStatement]) -> None:
    role = iam.Role(
        stack, name, assumed_by=principal, inline_policies={"Asked": iam.PolicyDocument(statements=statements)}
    )
    cdk.CfnOutput(stack, f"{name}RoleArn", value=role.role_arn)


def _allow(actions: list[str], resources: list[str], conditions: dict[str, Any] | None = None) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources, conditions=conditions)


if __name__ == "__main__":
    main = cdk.App()
    build(main)
    main.synth()
