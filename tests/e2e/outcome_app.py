"""A stack whose jobs tell their outcomes to every kind of target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as stepfunctions

from cdk_bedrock_batch import BatchModel, InvocationType, JobInput, ModelInvocationJob, Outcome
from e2e.assembly import MODEL, without_action

RECORDS = "records-of-outcomes"
# The function sends what it got to a queue.
_CODE = """
import json, os, boto3

def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(event))
"""


@dataclass(frozen=True)
class Declared:
    """One job: so many records, of which so many have errors, and its options; `lacks` is a right of its role.

    `watched`: whether it has alarms of its own on being stuck, or late after 18 hours, which tell the topic.
    """

    records: int = 100
    errors: int = 0
    hours: int = 168
    outcome: Outcome | None = None
    hold: bool = False
    lacks: str = ""
    watched: bool = False


def synthesize_told(folder: Path, stack_name: str, jobs: Mapping[str, Declared]) -> Path:
    """Synthesize one stack with these jobs, each of which notifies one topic and tells all kinds of targets.

    Each job has an alarm on failure and one on an error rate of 5 %. The records of a job are in the bucket `RECORDS`,
    by its id.

    The outputs are the ARNs of the jobs by their ids, and the places where the targets leave what they got: the URLs
    `NotifiedUrl` (texts), `TopicUrl`, `QueueUrl`, `FunctionUrl`, and `MachineArn`.
    """
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    stack = cdk.Stack(app, stack_name)
    records = s3.Bucket.from_bucket_name(stack, "Records", RECORDS)
    notified = _topic(stack, "Notified")
    told: list[events.IRuleTarget] = [
        _topic_target(stack),
        _queue_target(stack),
        _function_target(stack),
        _machine_target(stack),
    ]
    for name, declared in jobs.items():
        job = ModelInvocationJob(
            stack,
            name,
            model=BatchModel.from_model_id(MODEL),
            input=JobInput.from_bucket(records, key=f"{name}.jsonl"),
            invocation_type=InvocationType.CONVERSE,
            timeout=cdk.Duration.hours(declared.hours),
            tags={"job": name},
            outcome=declared.outcome,
            notify=notified,
            hold=declared.hold,
        )
        rule = job.on_outcome("Told")
        for target in told:
            rule.add_target(target)
        job.alarm_on_failure("Failure")
        job.alarm_on_error_rate("ErrorRate", threshold=0.05)
        if declared.watched:
            for alarm in (job.alarm_when_stuck("Stuck"), job.alarm_when_late("Late", after=cdk.Duration.hours(18))):
                alarm.add_alarm_action(actions.SnsAction(notified))
        if declared.lacks:
            without_action(declared.lacks)(stack, job)
        cdk.CfnOutput(stack, f"{name}Arn", value=job.job_arn)
    app.synth()
    return folder


def _queue(stack: cdk.Stack, name: str) -> sqs.Queue:
    queue = sqs.Queue(stack, name, enforce_ssl=True)
    cdk.CfnOutput(stack, f"{name}Url", value=queue.queue_url)
    return queue


def _topic(stack: cdk.Stack, name: str) -> sns.Topic:
    """A topic with a queue that gets its messages."""
    topic = sns.Topic(stack, f"{name}Topic")
    topic.add_subscription(subscriptions.SqsSubscription(_queue(stack, name), raw_message_delivery=True))
    return topic


def _topic_target(stack: cdk.Stack) -> targets.SnsTopic:
    return targets.SnsTopic(_topic(stack, "Topic"))


def _queue_target(stack: cdk.Stack) -> targets.SqsQueue:
    return targets.SqsQueue(_queue(stack, "Queue"))


def _function_target(stack: cdk.Stack) -> targets.LambdaFunction:
    queue = _queue(stack, "Function")
    function = lambda_.Function(
        stack,
        "Recorder",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="index.handler",
        code=lambda_.Code.from_inline(_CODE),
        environment={"QUEUE_URL": queue.queue_url},
    )
    queue.grant_send_messages(function)
    return targets.LambdaFunction(function)


def _machine_target(stack: cdk.Stack) -> targets.SfnStateMachine:
    body = stepfunctions.DefinitionBody.from_chainable(stepfunctions.Pass(stack, "Pass"))
    machine = stepfunctions.StateMachine(stack, "Machine", definition_body=body)
    cdk.CfnOutput(stack, "MachineArn", value=machine.state_machine_arn)
    return targets.SfnStateMachine(machine)
