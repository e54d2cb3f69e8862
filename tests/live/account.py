"""The account that is asked: clients, the environment of the CDK CLI, roles that can be assumed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from bedrock_batch_local import EmbeddedAws

_CONFIG = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 4})
_EMBEDDED_ACCOUNT, _EMBEDDED_REGION = "111122223333", "us-east-1"


@dataclass(frozen=True)
class Account:
    """One account and Region. `client` makes clients by service; `as_role` those of a role, by ARN and service."""

    account_id: str
    region: str
    partition: str
    environment: Mapping[str, str]
    client: Callable[[str], Any]
    as_role: Callable[[str, str], Any]
    is_embedded: bool

    @property
    def title(self) -> str:
        """How a report calls it."""
        return "the embedded AWS" if self.is_embedded else f"{self.partition}, {self.region}"


def real() -> Account:
    """The account of the ambient credentials.

    :raises botocore.exceptions.BotoCoreError: no credentials or no Region.

    """
    session = boto3.Session()

    def client(service: str) -> Any:
        return session.client(service, config=_CONFIG)

    def as_role(role_arn: str, service: str) -> Any:
        found = client("sts").assume_role(RoleArn=role_arn, RoleSessionName="live")["Credentials"]
        return boto3.client(
            service,
            region_name=session.region_name,
            aws_access_key_id=found["AccessKeyId"],
            aws_secret_access_key=found["SecretAccessKey"],
            aws_session_token=found["SessionToken"],
            config=_CONFIG,
        )

    arn = client("sts").get_caller_identity()["Arn"].split(":")
    region = client("cloudformation").meta.region_name
    return Account(arn[4], region, arn[1], {**os.environ, "AWS_REGION": region}, client, as_role, is_embedded=False)


def embedded(aws: EmbeddedAws, account_id: str = _EMBEDDED_ACCOUNT, region: str = _EMBEDDED_REGION) -> Account:
    """An account of the embedded AWS."""

    def client(service: str) -> Any:
        return aws.client(service, account=account_id, region=region)

    def as_role(role_arn: str, service: str) -> Any:
        found = client("sts").assume_role(RoleArn=role_arn, RoleSessionName="live")["Credentials"]
        return aws.client(service, account=account_id, region=region, credentials=found)

    environment = aws.environment(account_id, region)
    return Account(account_id, region, "aws", environment, client, as_role, is_embedded=True)
