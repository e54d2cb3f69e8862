"""A rule with a queue behind it that EventBridge may send to, and what the queue gets."""

from __future__ import annotations

import json
import time
from typing import Any

from local.cloud import REGION, Cloud, Statement, document

RULE = "changes"


def rule_arn(cloud: Cloud, name: str = RULE) -> str:
    return f"arn:aws:events:{REGION}:{cloud.account}:rule/{name}"


def from_events(action: str, resource: str, rule: str, service: str = "events.amazonaws.com") -> Statement:
    """A statement of a resource's policy, as CDK writes it for a target of a rule."""
    condition = {"ArnEquals": {"aws:SourceArn": rule}}
    principal = {"Service": service}
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, "Condition": condition}


def queue(cloud: Cloud, name: str = RULE, *statements: Statement) -> tuple[str, str]:
    """URL and ARN of a new queue; default: that the rule of this account may send to."""
    sqs, arn = cloud.client("sqs"), f"arn:aws:sqs:{REGION}:{cloud.account}:{name}"
    policy = document(*(statements or [from_events("sqs:SendMessage", arn, rule_arn(cloud))]))
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
    return str(url), arn


def rule(cloud: Cloud, target: dict[str, Any], **options: Any) -> None:
    """The rule with one target; ``options`` are those of PutRule."""
    events = cloud.client("events")
    events.put_rule(Name=RULE, **options)
    events.put_targets(Rule=RULE, Targets=[{"Id": "target", **target}])


def queue_of_rule(cloud: Cloud, *, stack: bool = False, **options: Any) -> str:
    """The URL of a queue behind a new rule, which the API or a stack makes."""
    url, arn = queue(cloud)
    if not stack:
        rule(cloud, {"Arn": arn}, **options)
        return url
    properties = {"Name": RULE, **options, "Targets": [{"Id": "target", "Arn": arn}]}
    deployed(cloud, {"Rule": {"Type": "AWS::Events::Rule", "Properties": properties}})
    return url


def deployed(cloud: Cloud, resources: dict[str, Any], name: str = "stack") -> None:
    formation = cloud.client("cloudformation")
    formation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
    formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


def received(cloud: Cloud, url: str, at_least: int = 0) -> list[dict[str, Any]]:
    """All messages of a queue, in order; waits until there are ``at_least`` so many."""
    found: list[dict[str, Any]] = []
    until = time.monotonic() + 5
    while True:
        answer = cloud.client("sqs").receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=0
        )
        new = answer.get("Messages", [])
        found += new
        if not new and (len(found) >= at_least or time.monotonic() > until):
            return found
        if not new:
            time.sleep(0.05)


def messages(cloud: Cloud, url: str, at_least: int = 0) -> list[dict[str, Any]]:
    """The bodies of the messages of a queue."""
    return [json.loads(message["Body"]) for message in received(cloud, url, at_least)]
