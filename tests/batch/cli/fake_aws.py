"""AWS in this process, for the command line: jobs, objects and stacks as they are set, and refusals."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from batch.cli.made import ARN, job
from botocore.exceptions import ClientError

from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.main import main

JOB_TYPE = "Custom::BedrockModelInvocationJob"


def refusal(code: str, message: str = "no", status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}},
        "Get",
    )


def arn_of(name: str) -> str:
    """An ARN with a job id that begins so."""
    return f"{ARN.rpartition('/')[0]}/{name.lower():0<12}"


def records(count: int, start: int = 0) -> bytes:
    return b"".join(b'{"recordId": "r%d", "modelInput": {}}\n' % number for number in range(start, start + count))


def answers(count: int, start: int = 0) -> bytes:
    message = {"role": "assistant", "content": [{"text": "yes"}]}
    output = {"output": {"message": message}, "stopReason": "end_turn"}
    lines = ({"recordId": f"r{number}", "modelOutput": output} for number in range(start, start + count))
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


@dataclass
class Paginator:
    pages: Callable[..., Iterator[dict[str, Any]]]

    def paginate(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        return self.pages(**arguments)


@dataclass
class FakeAws:
    """The clients of the command line. What is an exception is raised; what can be called says what is there now."""

    jobs: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)
    """By `<bucket>/<key>`."""
    stack: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Logical id, then type and physical id."""
    refused_stops: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def client(self, _service: str, **_: object) -> FakeAws:
        return self

    def add(self, name: str, **members: Any) -> str:
        """A job of the stack."""
        arn = arn_of(name)
        self.jobs[arn] = {**job().shown, "jobArn": arn, "jobName": name, **members}
        self.stack[name] = (JOB_TYPE, arn)
        return arn

    def get_model_invocation_job(self, *, jobIdentifier: str) -> Any:  # noqa: N803 - of boto3
        return _now(self.jobs.get(jobIdentifier, refusal("ResourceNotFoundException", "Could not find job", 404)))

    def stop_model_invocation_job(self, *, jobIdentifier: str) -> None:  # noqa: N803 - of boto3
        self.asked.append(jobIdentifier)
        if jobIdentifier in self.refused_stops:
            raise self.refused_stops[jobIdentifier]
        self.jobs[jobIdentifier] = {**self.jobs[jobIdentifier], "status": "Stopping"}

    def get_object(self, *, Bucket: str, Key: str, **_: object) -> dict[str, Any]:  # noqa: N803 - of boto3
        return {"Body": io.BytesIO(_now(self.objects.get(f"{Bucket}/{Key}", refusal("NoSuchKey", "no", 404))))}

    def get_paginator(self, operation: str) -> Paginator:
        return Paginator(self._resources if operation == "list_stack_resources" else self._keys)

    def _resources(self, **_: object) -> Iterator[dict[str, Any]]:
        members = ("LogicalResourceId", "ResourceType", "PhysicalResourceId")
        found = [dict(zip(members, (name, *each), strict=True)) for name, each in self.stack.items()]
        yield {"StackResourceSummaries": found}

    def _keys(self, *, Bucket: str, Prefix: str, **_: object) -> Iterator[dict[str, Any]]:  # noqa: N803 - of boto3
        _now(self.objects.get(f"{Bucket}/", b""))
        keys = [each.removeprefix(f"{Bucket}/") for each in sorted(self.objects) if each.startswith(f"{Bucket}/")]
        yield {"IsTruncated": False, "Contents": [{"Key": key} for key in keys if key and key.startswith(Prefix)]}


def _now(what: Any) -> Any:
    found = what() if callable(what) else what
    if isinstance(found, Exception):
        raise found
    return found


@dataclass
class Fake:
    """A fake AWS, and the command line on it."""

    aws: FakeAws
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        self.capsys.readouterr()
        code = main([*arguments])
        return (code, *self.capsys.readouterr())


def faked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fake:
    """Replaces the clients of the command line. Nothing is waited for."""
    fake = FakeAws()
    monkeypatch.setattr(Aws, "client", fake.client)
    monkeypatch.setattr(Aws, "region_name", "eu-west-1")
    monkeypatch.setattr("time.sleep", lambda _: None)
    return Fake(fake, capsys)
