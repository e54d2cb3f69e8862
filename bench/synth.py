"""Milliseconds and kernel calls that one more declared resource costs, beside CDK's own ways to declare one.

Run from the root of a tree, which is the one measured:
`PYTHONPATH=constructs:batch:tests python bench/synth.py [repetitions]`.

Every run is a process of its own, in turn over what is compared, so that the machine's noise meets all of them alike.
A run makes an app with one stack, declares the resources in it and synthesizes; importing CDK and starting the kernel
are not counted. Milliseconds are medians; those for one more resource are what the app takes longer than one with one
resource, divided by the number of the others. CPU milliseconds are those of the whole process with its kernel. 200 jobs
with a service role each are as many as a stack may hold.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import App, CustomResource, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import custom_resources as cr
from kernel_calls import counted

from cdk_bedrock_batch import BatchModel, JobInput, ModelInvocationJob

if TYPE_CHECKING:
    from collections.abc import Callable


_COUNTS = (1, 10, 100, 200)
# Three resources each: 500 are as many as a stack may hold.
_MOST_WITH_ROLE = 160
_BUCKET = "records-of-somebody"
_MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"


def _call(number: int, role_arn: str) -> cr.AwsSdkCall:
    return cr.AwsSdkCall(
        service="Bedrock",
        action="CreateModelInvocationJob",
        parameters={
            "jobName": f"job-{number}",
            "roleArn": role_arn,
            "modelId": _MODEL,
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"s3://{_BUCKET}/{number}/records.jsonl"}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://{_BUCKET}/{number}/output/"}},
        },
        physical_resource_id=cr.PhysicalResourceId.from_response("jobArn"),
    )


def _bare_aws_custom_resource(stack: Stack, count: int, _: Path) -> None:
    for number in range(count):
        policy = cr.AwsCustomResourcePolicy.from_sdk_calls(resources=["*"])
        call = _call(number, "arn:aws:iam::111122223333:role/batch")
        cr.AwsCustomResource(stack, f"Job{number}", on_update=call, policy=policy)


def _aws_custom_resource(stack: Stack, count: int, _: Path) -> None:
    """With the service role that a job needs, as `ModelInvocationJob` makes one."""
    bucket, key = f"arn:aws:s3:::{_BUCKET}", "arn:aws:kms:us-east-1:111122223333:key/a1b2c3d4"
    profile = f"arn:aws:bedrock:us-east-1:111122223333:inference-profile/{_MODEL}"
    through_profile = {"StringEquals": {"bedrock:InferenceProfileArn": profile}}
    for number in range(count):
        statements = [
            iam.PolicyStatement(actions=["s3:GetObject"], resources=[f"{bucket}/{number}/records.jsonl"]),
            iam.PolicyStatement(actions=["s3:GetObject", "s3:PutObject"], resources=[f"{bucket}/{number}/output/*"]),
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket]),
            iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key]),
            iam.PolicyStatement(
                actions=["bedrock:InvokeModel"],
                resources=["arn:aws:bedrock:*::foundation-model/*", profile],
                conditions=through_profile,
            ),
        ]
        role = iam.Role(
            stack,
            f"Role{number}",
            assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"),
            inline_policies={"Batch": iam.PolicyDocument(statements=statements)},
        )
        policy = cr.AwsCustomResourcePolicy.from_sdk_calls(resources=["*"])
        cr.AwsCustomResource(stack, f"Job{number}", on_update=_call(number, role.role_arn), policy=policy)


def _provider(stack: Stack, count: int, _: Path) -> None:
    function = lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
    )
    provider = cr.Provider(stack, "Provider", on_event_handler=function)
    for number in range(count):
        CustomResource(
            stack,
            f"Job{number}",
            service_token=provider.service_token,
            properties={"jobName": f"job-{number}", "modelId": _MODEL},
        )


def _from_file(stack: Stack, count: int, folder: Path) -> None:
    for number in range(count):
        path = folder / f"records-{number}.jsonl"
        ModelInvocationJob(
            stack, f"Job{number}", model=BatchModel.from_model_id(_MODEL), input=JobInput.from_file(path)
        )


def _from_bucket(stack: Stack, count: int, _: Path) -> None:

    bucket = s3.Bucket.from_bucket_name(stack, "Records", _BUCKET)
    for number in range(count):
        source = JobInput.from_bucket(bucket, key=f"{number}/records.jsonl")
        ModelInvocationJob(stack, f"Job{number}", model=BatchModel.from_model_id(_MODEL), input=source)


_KINDS: dict[str, Callable[[Stack, int, Path], None]] = {
    "AwsCustomResource and service role": _aws_custom_resource,
    "AwsCustomResource without a role": _bare_aws_custom_resource,
    "Provider and CustomResource": _provider,
    "ModelInvocationJob, from_bucket": _from_bucket,
    "ModelInvocationJob, from_file": _from_file,
}


def _run(kind: str, count: int) -> dict[str, Any]:
    """One run in this process."""
    Stack(App(), "Warm")
    with tempfile.TemporaryDirectory() as folder, counted() as calls:
        for number in range(count):
            lines = (json.dumps({"recordId": f"r{each}", "modelInput": {"n": number}}) for each in range(100))
            Path(folder, f"records-{number}.jsonl").write_text("".join(f"{line}\n" for line in lines))
        began = time.perf_counter()
        app = App(outdir=f"{folder}/out", context={"@aws-cdk/core:suppressTemplateIndentation": True})
        stack = Stack(app, "Bench")
        if count:
            _KINDS[kind](stack, count, Path(folder))
        app.synth()
        seconds = time.perf_counter() - began
        template = Path(folder, "out", "Bench.template.json").read_bytes()
        resources = json.loads(template).get("Resources", {})
    return {
        "milliseconds": seconds * 1000,
        "calls": calls.total(),
        "resources": len(resources),
        "bytes": len(template),
        "by_name": calls.most_common(60),
    }


def _measured(kind: str, count: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--run", kind, str(count)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000
    return {**json.loads(ran.stdout.splitlines()[-1]), "cpu": cpu}


def main() -> None:
    """Print a table."""
    if sys.argv[1:2] == ["--run"]:
        print(json.dumps(_run(sys.argv[2], int(sys.argv[3]))))
        return
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    kinds = [
        (kind, min(count, _MOST_WITH_ROLE) if _KINDS[kind] is _aws_custom_resource else count)
        for kind in _KINDS
        for count in _COUNTS
    ]
    found: dict[tuple[str, int], list[dict[str, Any]]] = {each: [] for each in kinds}
    for _ in range(repetitions):
        for each in kinds:
            found[each].append(_measured(*each))

    def median(kind: str, count: int, what: str) -> float:
        return float(statistics.median(run[what] for run in found[kind, count]))

    print("| What | Number | ms for one more | CPU ms for one more | calls for one more | ms | resources | bytes |")
    print("|---|---|---|---|---|---|---|---|")
    for kind, count in kinds:
        more = [
            f"{(median(kind, count, what) - median(kind, 1, what)) / (count - 1):.1f}" if count > 1 else "-"
            for what in ("milliseconds", "cpu", "calls")
        ]
        print(
            f"| {kind} | {count} | {' | '.join(more)} | {median(kind, count, 'milliseconds'):.0f} "
            f"| {median(kind, count, 'resources'):.0f} | {median(kind, count, 'bytes'):,.0f} |"
        )


if __name__ == "__main__":
    main()
