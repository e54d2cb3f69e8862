"""Rules of templates, tried by MiniStack's matcher of event patterns."""

from __future__ import annotations

import itertools
import json
from typing import Any

from aws_cdk import Stack
from aws_cdk.assertions import Template
from ministack.services import eventbridge

from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from cdk_bedrock_batch import ModelInvocationJob
from unit.test_job_name import STACK_ID, deployed, logical_id

JOB_ARN = "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/a1b2c3d4e5f6"


def rules(stack: Stack) -> list[dict[str, Any]]:
    return [rule["Properties"] for rule in Template.from_stack(stack).find_resources("AWS::Events::Rule").values()]


def pattern(stack: Stack, *, source: str = "aws.bedrock") -> dict[str, Any]:
    """The pattern of the only rule of a stack for events of a source, as EventBridge gets it."""
    patterns = [rule.get("EventPattern", {}) for rule in rules(stack)]
    (ours,) = [each for each in patterns if each.get("source") == [source]]
    found: dict[str, Any] = _with_values(ours, STACK_ID)
    return found


def _with_values(value: Any, stack_id: str) -> Any:
    if isinstance(value, list):
        return [_with_values(item, stack_id) for item in value]
    if isinstance(value, dict) and not any(key == "Ref" or key.startswith("Fn::") for key in value):
        return {key: _with_values(item, stack_id) for key, item in value.items()}
    return deployed(value, stack_id)


def event(name: str, status: str = "Completed", arn: str = JOB_ARN) -> dict[str, Any]:
    """An event of a job, as Bedrock sends it."""
    return {
        "source": "aws.bedrock",
        "detail-type": "Batch Inference Job State Change",
        "account": "111122223333",
        "region": "us-east-1",
        "resources": [arn],
        "detail": {"batchJobName": name, "batchJobArn": arn, "status": status},
    }


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """Whether a pattern is valid and matches an event."""
    request = {"EventPattern": json.dumps(pattern), "Event": json.dumps(event)}
    status, _, body = eventbridge._test_event_pattern(request)
    assert status == 200, body
    return bool(json.loads(body)["Result"])


def names(job: ModelInvocationJob, prefix: str, stack_id: str = STACK_ID) -> list[str]:
    """Names that the handler gives to runs and attempts of a job."""
    resource = ResourceIdentity(stack_id, logical_id(job))
    return [
        RunIdentity(resource, {"runId": run}).name(prefix, attempt)
        for run, attempt in itertools.product("12", (1, 12, 99_999))
    ]
