"""Runs the command line on an account of the embedded AWS."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from local.cloud import REGION, Cloud, document, jsonl

from bedrock_batch.cli.main import main

RECORDS = 120
ACCOUNTS = itertools.count(210_000_000_000)


@dataclass
class Done:
    """What a command has left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


def prepared(cloud: Cloud) -> Cloud:
    """An account with input and output buckets and 120 records."""
    cloud.bucket("in")
    cloud.bucket("out")
    cloud.upload(jsonl(RECORDS))
    return cloud


def runner(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with the rights of the account's root, or with a user's."""

    def run(*arguments: str, user: Mapping[str, str] | None = None) -> Done:
        variables = cloud.aws.environment(cloud.account, REGION)
        if user:
            variables |= {"AWS_ACCESS_KEY_ID": user["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": user["SecretAccessKey"]}
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        code = main(list(arguments))
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return run


def finished(cloud: Cloud, **members: Any) -> str:
    """The ARN of a job that has ended."""
    return str(cloud.finish(cloud.role(*cloud.rights()), **members)["jobArn"])


def user(cloud: Cloud, *statements: Mapping[str, Any]) -> dict[str, str]:
    """The keys of an IAM user with these rights."""
    iam = cloud.client("iam")
    iam.create_user(UserName="reader")
    iam.put_user_policy(UserName="reader", PolicyName="rights", PolicyDocument=document(*map(dict, statements)))
    return dict(iam.create_access_key(UserName="reader")["AccessKey"])
