"""The AWS clients that the handler uses; the only file that imports boto3."""

from functools import cached_property
from typing import Any, Protocol

import boto3
from botocore.config import Config

# A call that hangs must leave time for another try and for the answer, so both time-outs are far below the function's.
# The SDK repeats nothing: it would hide that a request before the one that was refused may have had its effect.
_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 1})
# S3 answers a copy when it is done, which takes minutes for gigabytes.
_S3_CONFIG = _CONFIG.merge(Config(read_timeout=300))


class Clients(Protocol):
    """What the handler needs from AWS; tests pass the embedded batch service through this door."""

    @property
    def bedrock(self) -> Any:
        """A boto3 `bedrock` client."""

    @property
    def cloudformation(self) -> Any:
        """A boto3 `cloudformation` client."""

    @property
    def s3(self) -> Any:
        """A boto3 `s3` client."""


class AwsClients:
    """boto3 clients for the function's own Region and role, made on first use: a Delete may need only one."""

    @cached_property
    def bedrock(self) -> Any:
        """Client of Amazon Bedrock's control plane."""
        return boto3.client("bedrock", config=_CONFIG)

    @cached_property
    def cloudformation(self) -> Any:
        """Client of AWS CloudFormation."""
        return boto3.client("cloudformation", config=_CONFIG)

    @cached_property
    def s3(self) -> Any:
        """Client of Amazon S3."""
        return boto3.client("s3", config=_S3_CONFIG)
