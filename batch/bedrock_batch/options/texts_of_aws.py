"""Texts that AWS defines, as kinds of values."""

import re
from typing import Final

from bedrock_batch import limits
from bedrock_batch.options.scalars import Text

_PARTITION: Final = limits.PARTITION.pattern
_ACCOUNT: Final = limits.ACCOUNT_ID.pattern

ACCOUNT: Final = Text(
    "an account id of 12 digits, in quotes if it begins with 0", limits.ACCOUNT_ID, examples=("111122223333",)
)
REGION: Final = Text("a Region, such as eu-central-1", limits.REGION, examples=("eu-central-1", "us-east-1"))
MODEL: Final = Text(
    "the id or ARN of a model or inference profile",
    longest=limits.MODEL_ID_LENGTH,
    examples=("amazon.nova-lite-v1:0", "us.anthropic.claude-haiku-4-5-20251001-v1:0"),
)
# Amazon S3 User Guide, "General purpose bucket naming rules".
BUCKET: Final = Text(
    "the name of a bucket, 3 to 63 lower-case letters, digits, dots and hyphens",
    re.compile(r"(?=.{3,63}$)(?![0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$)[a-z0-9]([a-z0-9]|-+(?=[a-z0-9])|\.(?=[a-z0-9]))*"),
    examples=("amzn-s3-demo-bucket",),
)
S3_KEY: Final = Text(
    "a path of letters, digits and -!_'(). with single slashes",
    limits.S3_KEY_PATH,
    longest=limits.S3_KEY_LENGTH,
    examples=("support/records.jsonl",),
)
KEY_ARN: Final = Text(
    "the ARN of a KMS key",
    re.compile(rf"arn:{_PARTITION}:kms:[a-z0-9-]+:{_ACCOUNT}:key/[a-zA-Z0-9-]{{1,64}}"),
    examples=("arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",),
)
# IAM API Reference, CreateRole and CreatePolicy: paths and names.
ROLE_ARN: Final = Text(
    "the ARN of a role",
    re.compile(rf"arn:{_PARTITION}:iam::{_ACCOUNT}:role/([\w+=,.@-]+/)*[\w+=,.@-]{{1,64}}", re.A),
    examples=("arn:aws:iam::111122223333:role/BatchInference",),
)
POLICY_ARN: Final = Text(
    "the ARN of a managed policy",
    re.compile(rf"arn:{_PARTITION}:iam::({_ACCOUNT}|aws):policy/([\w+=,.@-]+/)*[\w+=,.@-]{{1,128}}", re.A),
    examples=("arn:aws:iam::111122223333:policy/Boundary",),
)
ROLE_PATH: Final = Text("an IAM path such as /team/, with a slash at both ends", limits.ROLE_PATH, examples=("/team/",))
VPC_ID: Final = Text("the id of a VPC", re.compile(r"vpc-[0-9a-f]{8,17}"), examples=("vpc-1a2b3c4d",))
SUBNET_ID: Final = Text("the id of a subnet", re.compile(r"subnet-[0-9a-f]{8,17}"), examples=("subnet-9d4a7b6c",))
SECURITY_GROUP_ID: Final = Text(
    "the id of a security group", re.compile(r"sg-[0-9a-f]{8,17}"), examples=("sg-903004f8",)
)
