"""The AWS clients that the handler uses; the only file that imports boto3."""

from functools import cached_property
from typing import Any, Protocol

import boto3
from botocore.config import Config

# A call that hangs must leave time for another try and for the response, so both timeouts are far below the function's.
# The SDK repeats nothing: a repetition would hide that an earlier request may have had its effect.
_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 1})
# S3 responds when the copy is complete, which takes minutes for gigabytes.
_S3_CONFIG = _CONFIG.merge(Config(read_timeout=300))


class Clients(Protocol):
    """The AWS clients of the handler. Tests pass clients of the embedded AWS."""

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
    """boto3 clients for the function's own Region and role, created on first use: a Delete may need only one."""

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
