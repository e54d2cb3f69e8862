"""Deployed rules: what reaches their targets when jobs run and end, with the real CLI."""

from __future__ import annotations

import json
import time
from pathlib import Path

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs

from cdk_bedrock_batch import BatchModel, InvocationType, JobInput, ModelInvocationJob
from e2e.cloud import Cloud
from e2e.prompts import many, write_prompts

METHODS = ("on_state_change", "on_completed", "on_failed", "on_ended")


def declared(folder: Path, prompts: Path) -> Path:
    """Two jobs; one of them has a queue behind each of its rules."""
    stack = Stack(app := App(outdir=str(folder)), "Followed")
    followed, other = (
        ModelInvocationJob(
            stack,
            name,
            model=BatchModel.from_model_id("us.amazon.nova-lite-v1:0"),
            input=JobInput.from_file(prompts),
            invocation_type=InvocationType.CONVERSE,
        )
        for name in ("Rivers", "OtherRivers")
    )
    message = events.RuleTargetInput.from_object(
        {name: events.EventField.from_path(f"$.detail.{name}") for name in ("batchJobArn", "status")}
    )
    for method in METHODS:
        queue = sqs.Queue(stack, f"Queue-{method}")
        getattr(followed, method)(method, target=targets.SqsQueue(queue, message=message))
        CfnOutput(stack, method.replace("_", ""), value=queue.queue_url)
    for name, job in (("Followed", followed), ("Other", other)):
        CfnOutput(stack, name, value=job.job_arn)
    app.synth()
    return folder


def received(cloud: Cloud, url: str, count: int) -> list[dict[str, str]]:
    """What is in a queue when it holds so many messages, and a moment later."""
    found: list[dict[str, str]] = []
    until = time.monotonic() + 10
    while time.monotonic() < until and len(found) < count:
        answer = cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        found += [json.loads(message["Body"]) for message in answer.get("Messages", [])]
    answer = cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return found + [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_the_first_run_reaches_each_rule_from_its_first_status_on(cloud: Cloud, tmp_path: Path) -> None:
    prompts = write_prompts(tmp_path / "rivers.jsonl", many(120, "rivers"))
    outputs = cloud.deploy(declared(tmp_path / "out", prompts))
    for name in ("Other", "Followed"):
        cloud.ended(outputs[name])

    told = {
        method: received(cloud, outputs[method.replace("_", "")], count)
        for method, count in zip(METHODS, (5, 1, 0, 1), strict=True)
    }
    assert {each["batchJobArn"] for messages in told.values() for each in messages} == {outputs["Followed"]}
    assert {method: sorted(each["status"] for each in messages) for method, messages in told.items()} == {
        "on_state_change": ["Completed", "InProgress", "Scheduled", "Submitted", "Validating"],
        "on_completed": ["Completed"],
        "on_failed": [],
        "on_ended": ["Completed"],
    }
