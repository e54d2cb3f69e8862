"""The handler's own code with the rights of a deployed handler's role, and what CloudFormation may ask of it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from handler.runtime import Clients, Context
from handler.world import own_stack, response_url
from model_invocation_job.core.errors import StillRunningError
from model_invocation_job.invocation import Invocation
from security.proof.surroundings import Account

TAGS = {"kept": "1", "changed": "1", "removed": "1"}
NEW_TAGS = {"kept": "1", "changed": "2"}
LIVE = ("Submitted", "Validating", "Scheduled", "InProgress")
# Longer than a job takes to stop, in simulated seconds.
STOPPING = 120.0
# Of all names of jobs only those of these stories hold this.
PREFIX = "proof-handler"
_NUMBERS = itertools.count(1)
_REQUEST = ("roleArn", "modelId", "modelInvocationType", "inputDataConfig", "outputDataConfig")


class HastyClock:
    """Each wait takes longer than the handler's longest patience, and no time at all."""

    def __init__(self) -> None:
        self._waited = 0.0

    def monotonic(self) -> float:
        return self._waited

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._waited)

    def sleep(self, _seconds: float) -> None:
        self._waited += 300.0


class StackInProgress:
    """CloudFormation, asked with the role's rights: the deployed stack shows as one whose deployment goes on."""

    def __init__(self, cloudformation: Any) -> None:
        self._cloudformation = cloudformation

    def describe_stacks(self, **arguments: Any) -> dict[str, Any]:
        answer = self._cloudformation.describe_stacks(**arguments)
        return {"Stacks": [{**stack, "StackStatus": "UPDATE_IN_PROGRESS"} for stack in answer["Stacks"]]}


@dataclass
class Stories:
    """What one resource of a deployed stack goes through; only the resource itself is made up."""

    account: Account
    stack_id: str
    clients: Clients
    deployed: Mapping[str, Any]
    """The job whose request is made again, as GetModelInvocationJob shows it."""
    _logical_id: str = field(default_factory=lambda: f"Proof{next(_NUMBERS)}")

    def answers(self) -> dict[str, str]:
        """The outcome of each request, by the request."""
        return dict(self._life())

    def create(self) -> str:
        """The outcome of a Create alone."""
        outcome, _ = self._deliver("Create", self._properties())
        self.stop()
        return outcome

    def _life(self) -> Iterator[tuple[str, str]]:
        properties = self._properties()
        outcome, physical_id = self._deliver("Create", properties)
        yield "Create", outcome
        retagged = self._properties(tags=NEW_TAGS)
        yield "Update of tags", self._deliver("Update", retagged, old=properties, physical_id=physical_id)[0]
        yield "Delete", self._deliver("Delete", retagged, physical_id=physical_id)[0]
        yield "Left running", str(len(self._live()))
        self.stop()

    def stop(self) -> None:
        """Stop what is left, as the account's root, and let it end: ending jobs count towards the quota of a model."""
        for job_arn in self._live():
            self.account.client("bedrock").stop_model_invocation_job(jobIdentifier=job_arn)
        self.account.aws.advance(STOPPING)

    def _live(self) -> list[str]:
        found = self.account.client("bedrock").list_model_invocation_jobs(nameContains=PREFIX, maxResults=1000)
        return [job["jobArn"] for job in found["invocationJobSummaries"] if job["status"] in LIVE]

    def _properties(self, tags: Mapping[str, str] = TAGS) -> dict[str, Any]:
        job = {member: self.deployed[member] for member in _REQUEST}
        job["tags"] = [{"key": key, "value": value} for key, value in tags.items()]
        own = {"ServiceTimeout": "900", "JobNamePrefix": PREFIX, "RunId": "1", "Job": job}
        return own | self._uploaded(job["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])

    def _uploaded(self, uri: str) -> dict[str, Any]:
        """What is said of a file that `cdk deploy` has uploaded and the deployed function has copied to a URI."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        if not key.endswith("/prompts.jsonl"):
            return {}
        assets = f"cdk-hnb659fds-assets-{self.account.account}-{self.account.region}"
        listed = self.account.client("s3").list_objects_v2(Bucket=assets)["Contents"]
        (source,) = (each["Key"] for each in listed if each["Key"].endswith(".jsonl"))
        owner = self.deployed["inputDataConfig"]["s3InputDataConfig"]["s3BucketOwner"]
        copied = self.account.aws.client("s3", account=owner).head_object(Bucket=bucket, Key=key)
        key_id = {"InputKey": copied["SSEKMSKeyId"]} if "SSEKMSKeyId" in copied else {}
        file = {"Source": f"s3://{assets}/{source}", "Name": "prompts.jsonl"}
        return {"InputDigest": "a" * 64, "InputFiles": [file], **key_id}

    def _deliver(
        self,
        request_type: str,
        properties: Mapping[str, Any],
        *,
        old: Mapping[str, Any] | None = None,
        physical_id: str | None = None,
    ) -> tuple[str, str]:
        """Run the handler on an event that was signed a second ago; status and physical id of its answer."""
        clock = HastyClock()
        signed = clock.now() - timedelta(seconds=1)
        event = {
            "RequestType": request_type,
            "RequestId": "proof",
            "ResponseURL": response_url(self.stack_id, signed),
            "StackId": self.stack_id,
            "LogicalResourceId": self._logical_id,
            "ResourceProperties": properties,
            **({"OldResourceProperties": old} if old else {}),
            **({"PhysicalResourceId": physical_id} if physical_id else {}),
        }
        answers: list[dict[str, Any]] = []
        own = own_stack(self.stack_id)
        invocation = Invocation(self.clients, own, clock, lambda _url, body, _sleep: answers.append(json.loads(body)))
        # Raised after the answer, so that Lambda sends the event again.
        with suppress(StillRunningError):
            invocation.run(event, Context(100_000_000))
        (answer,) = answers
        return answer["Status"], answer["PhysicalResourceId"]
