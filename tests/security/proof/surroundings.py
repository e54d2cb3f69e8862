"""What users bring: buckets and keys of two accounts, roles, profiles, made by hand on the embedded AWS."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bedrock_batch_local.embedded import EmbeddedAws

OURS, THEIRS = "111122223333", "444455556666"
REGION, OTHER_REGION = "us-east-1", "eu-west-1"
MODEL = "amazon.nova-lite-v1:0"
RECORDS = 110
# Enough for the largest job in simulated time.
LONG = 7200.0


def records(size: int = 20) -> bytes:
    """Converse records, each with a text of so many characters."""
    lines = (
        json.dumps(
            {
                "recordId": f"R{number:04}",
                "modelInput": {
                    "messages": [{"role": "user", "content": [{"text": f"{number} {'word ' * (size // 5)}"}]}]
                },
            }
        )
        for number in range(RECORDS)
    )
    return "\n".join(lines).encode() + b"\n"


class Account:
    """One account of the embedded AWS in one Region, as its own root."""

    def __init__(self, aws: EmbeddedAws, account: str, region: str = REGION) -> None:
        self.aws, self.account, self.region = aws, account, region

    def client(self, service: str, credentials: Mapping[str, Any] | None = None) -> Any:
        return self.aws.client(service, account=self.account, region=self.region, credentials=credentials)

    def bucket(self, name: str, *, key_arn: str | None = None, files: Mapping[str, bytes] | None = None) -> str:
        """A bucket, encrypted by default with a key if one is given, with files in it."""
        s3 = self.client("s3")
        location = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        s3.create_bucket(Bucket=name, **({} if self.region == "us-east-1" else location))
        if key_arn is not None:
            default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_arn}
            rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
            s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
        for path, content in (files or {}).items():
            s3.put_object(Bucket=name, Key=path, Body=content)
        return name

    def key(self, alias: str | None = None) -> str:
        """A key with KMS's own default policy, which leaves everything to the IAM of its account."""
        kms = self.client("kms")
        found = kms.create_key(Description="of the user")["KeyMetadata"]
        if alias is not None:
            kms.create_alias(AliasName=alias, TargetKeyId=found["KeyId"])
        return str(found["Arn"])

    def allow_bucket(self, name: str, statements: Iterable[Mapping[str, Any]]) -> None:
        """Make these the bucket's policy."""
        self.client("s3").put_bucket_policy(Bucket=name, Policy=document(statements))

    def allow_key(self, key_arn: str, statements: Iterable[Mapping[str, Any]]) -> None:
        """Add these to the key's policy."""
        kms = self.client("kms")
        policy = json.loads(kms.get_key_policy(KeyId=key_arn, PolicyName="default")["Policy"])
        kms.put_key_policy(KeyId=key_arn, PolicyName="default", Policy=document([*policy["Statement"], *statements]))

    def session(self, role: str) -> dict[str, Any]:
        """Credentials of a role that trusts the account."""
        arn = f"arn:aws:iam::{self.account}:role/{role}"
        found = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="proof")["Credentials"]
        return dict(found)

    def role(self, name: str, trust: Iterable[Mapping[str, Any]]) -> str:
        """A role without rights."""
        made = self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))
        return str(made["Role"]["Arn"])

    def resources(self, stack: str, kind: str, logical_id: str = "") -> list[str]:
        """The names or ids of a stack's resources of a type whose logical id begins so."""
        found = self.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        return [
            str(resource["PhysicalResourceId"])
            for resource in found
            if resource["ResourceType"] == kind and resource["LogicalResourceId"].startswith(logical_id)
        ]


def document(statements: Iterable[Mapping[str, Any]]) -> str:
    """A policy as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
