"""What the engine's tests share: a request that is accepted, and shorthands for what they do most."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from bedrock_batch_local import BatchEngine, InProcessClient, ManualClock, Quirks

ACCOUNT = "111122223333"
REGION = "eu-west-1"


def client_with(clock: ManualClock, **quirks: Any) -> InProcessClient:
    """A client of a new engine that has these quirks."""
    return client_of(BatchEngine(clock, quirks=Quirks(**quirks)))


def client_of(engine: BatchEngine) -> InProcessClient:
    return InProcessClient(engine, account=ACCOUNT, region=REGION)


def request(name: str = "nightly-1", **members: Any) -> dict[str, Any]:
    """A valid CreateModelInvocationJob request; keyword arguments replace or add members."""
    return {
        "jobName": name,
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/service-role",
        "modelId": "amazon.nova-lite-v1:0",
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://prompts/in/"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://answers/out/"}},
        **members,
    }


def create(client: InProcessClient, name: str = "nightly-1", **members: Any) -> str:
    return str(client.create_model_invocation_job(**request(name, **members))["jobArn"])


def get(client: InProcessClient, arn: str) -> dict[str, Any]:
    return client.get_model_invocation_job(jobIdentifier=arn)


def names(client: InProcessClient, **filters: Any) -> list[str]:
    answer = client.list_model_invocation_jobs(**filters)
    return [job["jobName"] for job in answer["invocationJobSummaries"]]


def tags(client: InProcessClient, arn: str) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in client.list_tags_for_resource(resourceARN=arn)["tags"]}


def refusal(call: Any, **kwargs: Any) -> tuple[str, str]:
    """The code and message of the ``ClientError`` that a call must raise."""
    with pytest.raises(ClientError) as raised:
        call(**kwargs)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]
