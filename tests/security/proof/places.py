"""Where the records and the output of the deployed jobs are, for principals without a right to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from security.proof.deployment import Deployment

STACK, STORAGE = "Proof", "BedrockBatchStorage"
PROMPT_KEY = "in/prompt.jsonl"


@dataclass(frozen=True)
class Object:
    """An object in S3."""

    bucket: str
    key: str

    @classmethod
    def of(cls, uri: str) -> Object:
        """By its `s3://` address."""
        return cls(*uri.removeprefix("s3://").split("/", 1))


@dataclass(frozen=True)
class Places:
    """The storage that most jobs of the large stack share, and what is in it."""

    deployment: Deployment
    uploaded: Object
    """Records of a local file, in the bucket of CDK's assets."""
    prompts: Object
    answers: Object
    key_arn: str
    ciphertext: bytes
    """Something encrypted with the key."""
    role_arn: str
    """Of the job whose answers these are."""
    function_arn: str

    @classmethod
    def of(cls, deployment: Deployment) -> Places:
        """After all jobs have run."""
        deployment.run()
        ours, job = deployment.ours, deployment.job("FoundationModel")
        output = job["outputDataConfig"]["s3OutputDataConfig"]
        (bucket,) = ours.resources(STACK, "AWS::S3::Bucket", f"{STORAGE}InputBucket")
        ours.client("s3").put_object(Bucket=bucket, Key=PROMPT_KEY, Body=b"prompt")
        (function,) = ours.resources(STACK, "AWS::Lambda::Function", "BedrockBatchHandler")
        key_arn = output["s3EncryptionKeyId"]
        return cls(
            deployment,
            uploaded=Object.of(job["inputDataConfig"]["s3InputDataConfig"]["s3Uri"]),
            prompts=Object(bucket, PROMPT_KEY),
            answers=answers(job),
            key_arn=key_arn,
            ciphertext=ours.client("kms").encrypt(KeyId=key_arn, Plaintext=b"prompt")["CiphertextBlob"],
            role_arn=job["roleArn"],
            function_arn=ours.client("lambda").get_function(FunctionName=function)["Configuration"]["FunctionArn"],
        )


def answers(job: dict[str, Any]) -> Object:
    """The manifest of a job that has run."""
    folder = Object.of(job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])
    return Object(folder.bucket, f"{folder.key}{job['jobArn'].rpartition('/')[2]}/manifest.json.out")


def refusal(call: Any, **arguments: Any) -> str:
    """AWS's words for the refusal of a call, which must be for want of rights."""
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    error = raised.value.response["Error"]
    assert error["Code"] in {"AccessDenied", "AccessDeniedException"}, error
    return str(error["Message"])
