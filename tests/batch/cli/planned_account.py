"""An account whose stack is planned: what AWS answers, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from batch.cli.fake_aws import Paginator
from batch.cli.planned_app import JOB

from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity

STACK_ID = "arn:aws:cloudformation:eu-west-1:111122223333:stack/Stack/0a1b2c3d-0000-1111-2222-333344445555"
JOB_ARN = "arn:aws:bedrock:eu-west-1:111122223333:model-invocation-job/abcdefabcdef"
LOGICAL_ID = "Job0A1B2C3D"
DEPLOYED = "the deployed stacks of account 111122223333 in eu-west-1"


def run_named(run_id: str, attempt: int = 1) -> dict[str, str]:
    """Name and token of a job of the stack."""
    spec = JobSpec.parse({**JOB, "RunId": run_id})
    run = RunIdentity(ResourceIdentity(STACK_ID, LOGICAL_ID), spec.defining())
    return {"jobName": run.name("job", attempt), "clientRequestToken": run.token(attempt)}


@dataclass
class Account:
    """What AWS answers. What is an exception is raised."""

    status: Any = "CREATE_COMPLETE"
    run_id: str = "1"
    resource_status: str = "CREATE_COMPLETE"
    physical_id: str = JOB_ARN
    job_status: str = "InProgress"
    answers: dict[str, Any] = field(default_factory=dict)
    """By operation, instead of all else."""
    listed: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def client(self, _service: str, **_: object) -> Account:
        return self

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def answer(**arguments: Any) -> Any:
            self.asked.append(operation)
            found = self.answers.get(operation, getattr(self, f"_{operation}", None))
            found = found(**arguments) if callable(found) else found
            if isinstance(found, Exception):
                raise found
            return found

        return answer

    def get_paginator(self, operation: str) -> Paginator:
        return Paginator(lambda **arguments: iter([getattr(self, operation)(**arguments)]))

    def _get_caller_identity(self) -> dict[str, str]:
        return {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/a"}

    def _describe_stacks(self, **_: object) -> dict[str, Any]:
        return {"Stacks": [{"StackId": STACK_ID, "StackStatus": self.status}]}

    def _get_template(self, **_: object) -> dict[str, Any]:
        job = {"Type": "Custom::BedrockModelInvocationJob", "Properties": {**JOB, "RunId": self.run_id}}
        return {"TemplateBody": {"Resources": {LOGICAL_ID: job}}}

    def _list_stack_resources(self, **_: object) -> dict[str, Any]:
        resource = {
            "LogicalResourceId": LOGICAL_ID,
            "ResourceType": "Custom::BedrockModelInvocationJob",
            "PhysicalResourceId": self.physical_id,
            "ResourceStatus": self.resource_status,
        }
        return {"StackResourceSummaries": [resource]}

    def _job(self) -> dict[str, Any]:
        submitted = datetime(2026, 1, 1, tzinfo=UTC)
        return {"jobArn": JOB_ARN, "status": self.job_status, "submitTime": submitted, **run_named(self.run_id)}

    def _list_model_invocation_jobs(self, **_: object) -> dict[str, Any]:
        return {"invocationJobSummaries": [*self.listed, self._job()]}

    def _get_model_invocation_job(self, **_: object) -> dict[str, Any]:
        return self._job()
