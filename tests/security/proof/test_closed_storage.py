"""What the buckets of BatchStorage refuse whoever asks: plain HTTP, encryption without a KMS key, another owner."""

from __future__ import annotations

from typing import Any

import pytest

from security.proof.deployment import Deployment
from security.proof.places import STACK, STORAGE, Places, answers, refusal
from security.proof.sessions import allow, user
from security.proof.surroundings import OTHER_REGION, OURS, THEIRS, Account

DENIED = "with an explicit deny in a resource-based policy"
# What a proxy that ends TLS would tell: the embedded AWS itself speaks plain HTTP, and takes it for TLS otherwise.
HTTP = {"x-forwarded-proto": "http"}


@pytest.fixture(scope="module")
def places(deployment: Deployment) -> Places:
    return Places.of(deployment)


@pytest.fixture(scope="module")
def s3(deployment: Deployment) -> Any:
    """Of a user who may do everything with buckets and keys: explicit denials alone stand in the way."""
    return deployment.ours.client("s3", user(deployment.ours, allow(["s3:*", "kms:*"])))


def test_plain_http_reaches_no_bucket(deployment: Deployment, s3: Any) -> None:
    elsewhere = Account(deployment.aws, OURS, OTHER_REGION)
    stacks = {STACK: deployment.ours, "CDKToolkit": deployment.ours, "ProofElsewhere": elsewhere}
    buckets = [name for stack, account in stacks.items() for name in account.resources(stack, "AWS::S3::Bucket")]
    # Three of each BatchStorage, and that of the CDK's assets, where local files of records go.
    assert len(buckets) == 3 * 4 + 1
    plain = deployment.ours.client("s3", user(deployment.ours, allow(["s3:*", "kms:*"])))
    plain.meta.events.register("before-send.s3", lambda request, **_: request.headers.update(HTTP))
    for bucket in buckets:
        s3.list_objects_v2(Bucket=bucket)
        assert refusal(plain.list_objects_v2, Bucket=bucket).endswith(DENIED)
        assert refusal(plain.get_object, Bucket=bucket, Key="any").endswith(DENIED)
        assert refusal(plain.put_object, Bucket=bucket, Key="any", Body=b"").endswith(DENIED)


class TestEncryption:
    """S3 leaves nothing unencrypted since 2023; what a bucket can refuse is another key than that of KMS."""

    @pytest.fixture(params=["InputBucket", "OutputBucket"])
    def bucket(self, request: pytest.FixtureRequest, deployment: Deployment) -> str:
        (name,) = deployment.ours.resources(STACK, "AWS::S3::Bucket", f"{STORAGE}{request.param}")
        return name

    def test_an_upload_that_asks_for_a_key_of_s3_is_refused(self, places: Places, s3: Any, bucket: str) -> None:
        asked = {"Bucket": bucket, "Key": "closed/a", "ServerSideEncryption": "AES256"}
        copied = {"Bucket": places.prompts.bucket, "Key": places.prompts.key}
        assert refusal(s3.put_object, **asked, Body=b"").endswith(DENIED)
        assert refusal(s3.create_multipart_upload, **asked).endswith(DENIED)
        assert refusal(s3.copy_object, **asked, CopySource=copied).endswith(DENIED)

    @pytest.mark.parametrize("asks", [False, True])
    def test_every_other_upload_gets_the_key_of_the_bucket(
        self, places: Places, s3: Any, bucket: str, asks: bool
    ) -> None:
        asked = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": places.key_arn} if asks else {}
        s3.put_object(Bucket=bucket, Key="closed/whole", Body=b"", **asked)
        parts = {"Bucket": bucket, "Key": "closed/parts"}
        parts["UploadId"] = s3.create_multipart_upload(**parts, **asked)["UploadId"]
        tag = s3.upload_part(**parts, PartNumber=1, Body=b"x")["ETag"]
        s3.complete_multipart_upload(**parts, MultipartUpload={"Parts": [{"ETag": tag, "PartNumber": 1}]})
        for key in ("closed/whole", "closed/parts"):
            found = s3.head_object(Bucket=bucket, Key=key)
            assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", places.key_arn)

    def test_without_a_right_on_the_key_there_is_no_upload(self, deployment: Deployment, bucket: str) -> None:
        keyless = deployment.ours.client("s3", user(deployment.ours, allow("s3:*")))
        assert "is not authorized to perform: s3:PutObject" in refusal(
            keyless.put_object, Bucket=bucket, Key="closed/a", Body=b""
        )

    def test_answers_are_encrypted_with_the_key(self, places: Places, s3: Any) -> None:
        found = s3.head_object(Bucket=places.answers.bucket, Key=places.answers.key)
        assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", places.key_arn)

    def test_a_bucket_that_decides_by_its_default_refuses_no_kind(self, deployment: Deployment, s3: Any) -> None:
        """How Amazon Bedrock asks S3 when a job names no key is not documented, so that a denial might fail the job."""
        bucket = answers(deployment.job("DefaultEncryption")).bucket
        s3.put_object(Bucket=bucket, Key="closed/a", Body=b"", ServerSideEncryption="AES256")


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ("inputDataConfig", "Could not validate ListBucket permissions for S3URI s3://"),
        ("outputDataConfig", "Could not validate PutObject permissions to access Amazon S3 bucket: "),
    ],
)
def test_a_job_whose_bucket_is_said_to_be_of_another_account_fails(
    deployment: Deployment, member: str, message: str
) -> None:
    ((kind, location),) = deployment.job("FoundationModel")[member].items()
    started = deployment.again("FoundationModel", **{member: {kind: location | {"s3BucketOwner": THEIRS}}})
    deployment.run()
    job = deployment.get(deployment.ours, started)
    assert (job["status"], job["message"][: len(message)]) == ("Failed", message)
