"""Stacks whose jobs tell one queue, in the variants that a test of updates needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from cdk_bedrock_batch import BatchModel, InvocationType, JobInput, ModelInvocationJob, Outcome
from e2e.assembly import MODEL, without_action
from e2e.outcome_app import RECORDS

Change = Callable[[cdk.Stack, ModelInvocationJob], None]


@dataclass(frozen=True)
class Telling:
    """One job with the records of a job of the story. `told`: whether it has an outcome, which a queue gets.

    `notifies`: whether it names a topic, which nobody subscribes to, so that its stack has the usual alarms.
    """

    records: str = "Good"
    told: bool = True
    notifies: bool = False
    max_error_rate: float = 0
    run_id: str = "1"
    prefix: str | None = None
    lacks: str = ""
    change: Change | None = None


def synthesize_telling(folder: Path, stack_name: str, jobs: Mapping[str, Telling], *, fails: bool = False) -> Path:
    """Synthesize one stack with these jobs. The outputs are their ARNs, `<id>Arn`, and `QueueUrl`, that of the queue.

    `fails` adds a resource that CloudFormation cannot create, after all jobs.
    """
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    stack = cdk.Stack(app, stack_name)
    records = s3.Bucket.from_bucket_name(stack, "Records", RECORDS)
    dead = queue_of(stack, "Dead")
    target = targets.SqsQueue(queue_of(stack, "Queue"), dead_letter_queue=dead)
    failing = _failing(stack) if fails else None
    topic = sns.Topic(stack, "Topic") if any(each.notifies for each in jobs.values()) else None
    for name, each in jobs.items():
        job = ModelInvocationJob(
            stack,
            name,
            model=BatchModel.from_model_id(MODEL),
            input=JobInput.from_bucket(records, key=f"{each.records}.jsonl"),
            invocation_type=InvocationType.CONVERSE,
            timeout=cdk.Duration.hours(168),
            tags={"job": name},
            run_id=each.run_id,
            job_name_prefix=each.prefix,
            outcome=Outcome(max_error_rate=each.max_error_rate) if each.told else None,
            notify=topic if each.notifies else None,
        )
        if each.told:
            job.on_outcome("Told", target=target)
        if each.lacks:
            without_action(each.lacks)(stack, job)
        if each.change:
            each.change(stack, job)
        if failing:
            failing.node.add_dependency(job)
        cdk.CfnOutput(stack, f"{name}Arn", value=job.job_arn)
    app.synth()
    return folder


def queue_of(stack: cdk.Stack, name: str) -> sqs.Queue:
    """A queue whose URL is an output."""
    queue = sqs.Queue(stack, name, enforce_ssl=True)
    cdk.CfnOutput(stack, f"{name}Url", value=queue.queue_url)
    return queue


def _failing(stack: cdk.Stack) -> cdk.CfnResource:
    token = stack.format_arn(service="lambda", resource="function", resource_name="no")
    return cdk.CfnResource(stack, "Fails", type="Custom::Fails", properties={"ServiceToken": token})
