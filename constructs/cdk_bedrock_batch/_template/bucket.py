"""A bucket as a template names it."""

from __future__ import annotations

from functools import cached_property

from aws_cdk import aws_s3 as s3

from cdk_bedrock_batch._template.asked_once import AskedOnce
from cdk_bedrock_batch._template.key import EncryptionKey


class NamedBucket(AskedOnce[s3.IBucket]):
    """A bucket, with its attributes."""

    @cached_property
    def name(self) -> str:
        """The name of the bucket."""
        return self.construct.bucket_name

    @cached_property
    def arn(self) -> str:
        """The ARN of the bucket."""
        return self.construct.bucket_arn

    @cached_property
    def account(self) -> str:
        """The account that owns the bucket. For a bucket that is imported by name, CDK names the stack's account."""
        return self.construct.env.account

    @cached_property
    def region(self) -> str:
        """The Region that it lies in, which is the stack's for a bucket imported by name."""
        return self.construct.env.region

    @cached_property
    def encryption_key(self) -> EncryptionKey | None:
        """The key of the bucket, None if the construct does not know one."""
        key = self.construct.encryption_key
        return None if key is None else EncryptionKey.of(key)
