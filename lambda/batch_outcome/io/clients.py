"""The AWS clients that the function uses; the only file that imports boto3."""

from functools import cached_property
from typing import Any, Protocol

import boto3
from botocore.config import Config

# Each call may be repeated, so the SDK's own retries are right here: with jitter, and the same for all services. 500
# jobs may end in one minute, and each of them asks Bedrock once.
_CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 5})


class Clients(Protocol):
    """The AWS clients of the function. Tests pass clients of the embedded AWS."""

    @property
    def bedrock(self) -> Any:
        """A boto3 `bedrock` client."""

    @property
    def cloudwatch(self) -> Any:
        """A boto3 `cloudwatch` client."""

    @property
    def events(self) -> Any:
        """A boto3 `events` client."""

    @property
    def s3(self) -> Any:
        """A boto3 `s3` client."""


class AwsClients:
    """boto3 clients for the function's own Region and role, created on first use."""

    @cached_property
    def bedrock(self) -> Any:
        """Client of Amazon Bedrock's control plane."""
        return boto3.client("bedrock", config=_CONFIG)

    @cached_property
    def cloudwatch(self) -> Any:
        """Client of Amazon CloudWatch."""
        return boto3.client("cloudwatch", config=_CONFIG)

    @cached_property
    def events(self) -> Any:
        """Client of Amazon EventBridge."""
        return boto3.client("events", config=_CONFIG)

    @cached_property
    def s3(self) -> Any:
        """Client of Amazon S3."""
        return boto3.client("s3", config=_CONFIG)
