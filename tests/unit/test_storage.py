"""The buckets and the key."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, RemovalPolicy, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from cdk_bedrock_batch import BatchModel, BatchStorage, JobInput, ModelInvocationJob, OnRemoval


def buckets(stack: Stack) -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = Template.from_stack(stack).find_resources("AWS::S3::Bucket")
    return found


def test_storage(stack: Stack, matches_snapshot: Callable[[Stack], None]) -> None:
    BatchStorage(stack, "Storage", input_retention=Duration.days(30), output_retention=Duration.days(90))
    matches_snapshot(stack)


def test_every_bucket_is_private_versioned_owned_and_clears_unfinished_uploads(stack: Stack) -> None:
    BatchStorage(stack, "Storage")
    assert len(buckets(stack)) == 3
    Template.from_stack(stack).all_resources_properties(
        "AWS::S3::Bucket",
        {
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "VersioningConfiguration": {"Status": "Enabled"},
            "LifecycleConfiguration": {
                "Rules": Match.array_with(
                    [Match.object_like({"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}})]
                )
            },
        },
    )


def test_every_bucket_denies_plain_http(stack: Stack) -> None:
    BatchStorage(stack, "Storage")
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::S3::BucketPolicy", 3)
    deny = {"Effect": "Deny", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    template.all_resources_properties(
        "AWS::S3::BucketPolicy",
        {"PolicyDocument": {"Statement": Match.array_with([Match.object_like(deny)])}},
    )


@pytest.mark.parametrize(
    ("options", "refusing"), [({}, ["Input", "Output"]), ({"use_bucket_default_encryption": True}, ["Input"])]
)
def test_buckets_of_prompts_and_answers_deny_encryption_without_a_kms_key(
    stack: Stack, options: dict[str, Any], refusing: list[str]
) -> None:
    BatchStorage(stack, "Storage", **options)
    kind = "s3:x-amz-server-side-encryption"
    denied = {"Null": {kind: "false"}, "StringNotEquals": {kind: ["aws:kms", "aws:kms:dsse"]}}
    found = {}
    for policy in Template.from_stack(stack).find_resources("AWS::S3::BucketPolicy").values():
        bucket = policy["Properties"]["Bucket"]["Ref"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if statement.get("Condition") == denied:
                assert (statement["Effect"], statement["Principal"]) == ("Deny", {"AWS": "*"})
                assert statement["Action"] == "s3:PutObject"
                assert statement["Resource"] == {"Fn::Join": ["", [{"Fn::GetAtt": [bucket, "Arn"]}, "/*"]]}
                found[re.sub(r"^Storage(.*)Bucket.*", r"\1", bucket)] = statement
    assert sorted(found) == refusing


def test_prompts_and_answers_are_encrypted_with_a_rotating_key_of_the_customer(stack: Stack) -> None:
    BatchStorage(stack, "Storage")
    template = Template.from_stack(stack)
    template.has_resource_properties("AWS::KMS::Key", {"EnableKeyRotation": True})
    rules = [
        bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
        for name, bucket in sorted(buckets(stack).items())
    ]
    (key,) = template.find_resources("AWS::KMS::Key")
    with_key = {
        "BucketKeyEnabled": True,
        "ServerSideEncryptionByDefault": {
            "SSEAlgorithm": "aws:kms",
            "KMSMasterKeyID": {"Fn::GetAtt": [key, "Arn"]},
        },
    }
    assert rules == [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}, with_key, with_key]


@pytest.mark.parametrize("context", [{}, {"@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": False}])
def test_access_logs_are_delivered_by_bucket_policy_whatever_the_flags_of_the_app(context: dict[str, Any]) -> None:
    stack = Stack(App(context=context), "Stack")
    BatchStorage(stack, "Storage")
    assert all("AccessControl" not in bucket["Properties"] for bucket in buckets(stack).values())
    Template.from_stack(stack).has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Effect": "Allow",
                                "Action": "s3:PutObject",
                                "Principal": {"Service": "logging.s3.amazonaws.com"},
                                "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
                            }
                        )
                    ]
                )
            }
        },
    )


def test_everything_is_kept_when_it_leaves_the_stack(stack: Stack) -> None:
    BatchStorage(stack, "Storage")
    for kind in ("AWS::S3::Bucket", "AWS::KMS::Key"):
        Template.from_stack(stack).all_resources(kind, {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"})


def test_destroy_empties_and_deletes_everything(stack: Stack) -> None:
    BatchStorage(stack, "Storage", removal_policy=RemovalPolicy.DESTROY)
    template = Template.from_stack(stack)
    template.resource_count_is("Custom::S3AutoDeleteObjects", 3)
    for kind in ("AWS::S3::Bucket", "AWS::KMS::Key"):
        template.all_resources(kind, {"DeletionPolicy": "Delete"})


def test_retention_lets_older_versions_expire_too(stack: Stack) -> None:
    BatchStorage(stack, "Storage", output_retention=Duration.days(90), access_log_retention=Duration.days(30))
    rules = {
        re.sub(r"^Storage(.*)Bucket.*", r"\1", name): bucket["Properties"]["LifecycleConfiguration"]["Rules"][1:]
        for name, bucket in buckets(stack).items()
    }

    def expire(days: int) -> list[dict[str, Any]]:
        older = {"NoncurrentDays": 1}
        return [{"Id": "Expire", "Status": "Enabled", "ExpirationInDays": days, "NoncurrentVersionExpiration": older}]

    older = {"Id": "Expire", "Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
    assert rules == {"AccessLog": expire(30), "Input": [older], "Output": expire(90)}


@pytest.mark.parametrize(("timeout", "days"), [(None, 8), (24, 2), (25, 3), (168, 8)])
def test_prompts_are_kept_as_long_as_a_job_may_read_them(
    stack: Stack, prompts: Path, timeout: int | None, days: int
) -> None:
    def declare(kept: int, **options: Any) -> ModelInvocationJob:
        return ModelInvocationJob(
            stack,
            f"Job{kept}",
            model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
            input=JobInput.from_file(prompts),
            storage=BatchStorage(stack, f"Storage{kept}", input_retention=Duration.days(kept)),
            timeout=None if timeout is None else Duration.hours(timeout),
            **options,
        )

    declare(days)
    with pytest.raises(
        ValueError,
        match=rf"^Stack/Job{days - 1}: input_retention must be at least {days} days, the timeout of the job "
        rf"\({timeout or 168} hours{'' if timeout else ' if none is given'}\) and a day, got {days - 1} days?; "
        r"keep records longer, or give the job a shorter timeout$",
    ):
        declare(days - 1)


def test_prompts_that_are_not_copied_may_expire_whenever_they_do(stack: Stack) -> None:
    storage = BatchStorage(stack, "Storage", input_retention=Duration.days(1))
    source = JobInput.from_bucket(storage.input_bucket, prefix="in")
    ModelInvocationJob(
        stack, "Job", model=BatchModel.from_model_id("amazon.nova-lite-v1:0"), input=source, storage=storage
    )


@pytest.mark.parametrize("bucket", ["input_bucket", "output_bucket"])
def test_the_owner_of_a_bucket_is_for_one_that_is_brought_in(stack: Stack, bucket: str) -> None:
    owner: Any = {f"{bucket}_owner": "222222222222"}
    with pytest.raises(ValueError, match=rf"^{bucket}_owner is for a bucket that is brought in, needs {bucket}$"):
        BatchStorage(stack, "Storage", **owner)
    theirs: Any = s3.Bucket.from_bucket_name(stack, "Theirs", "theirs")
    with pytest.raises(ValueError, match=rf"^{bucket}_owner must be an account id of 12 digits, got '2222'$"):
        BatchStorage(stack, "Other", **{bucket: theirs, f"{bucket}_owner": "2222"})


@pytest.mark.parametrize(
    ("policy", "left", "warned"),
    [
        (RemovalPolicy.DESTROY, OnRemoval.LEAVE_RUNNING, True),
        (RemovalPolicy.DESTROY, OnRemoval.STOP, False),
        (RemovalPolicy.RETAIN, OnRemoval.LEAVE_RUNNING, False),
    ],
)
def test_a_job_that_outlives_its_output_bucket_is_warned_of(
    stack: Stack, prompts: Path, policy: RemovalPolicy, left: OnRemoval, *, warned: bool
) -> None:
    ModelInvocationJob(
        stack,
        "Job",
        model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
        input=JobInput.from_file(prompts),
        storage=BatchStorage(stack, "Storage", removal_policy=policy),
        on_removal=left,
    )
    found, text = Annotations.from_stack(stack), Match.string_like_regexp("has nowhere to read or write")
    if warned:
        found.has_warning("/Stack/Job", text)
    else:
        found.has_no_warning("/Stack/Job", text)


def test_what_is_brought_in_is_not_made(stack: Stack) -> None:
    BatchStorage(
        stack,
        "Storage",
        key=kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:us-east-1:111122223333:key/" + "a" * 36),
        input_bucket=s3.Bucket.from_bucket_name(stack, "Input", "their-input"),
        output_bucket=s3.Bucket.from_bucket_name(stack, "Output", "their-output"),
    )
    assert Template.from_stack(stack).to_json().get("Resources", {}) == {}


def test_a_brought_output_bucket_keeps_its_own_key(stack: Stack) -> None:
    theirs = s3.Bucket(stack, "Theirs", encryption=s3.BucketEncryption.KMS)
    plain = s3.Bucket.from_bucket_name(stack, "Plain", "plain")
    own = BatchStorage(stack, "One", output_bucket=theirs).output_key
    assert own is not None
    assert theirs.encryption_key is not None
    assert own.key_arn == theirs.encryption_key.key_arn
    assert BatchStorage(stack, "Two", output_bucket=plain).output_key is None


def test_a_brought_log_bucket_is_used_without_a_warning(stack: Stack) -> None:
    logs = s3.Bucket(stack, "Logs", object_ownership=s3.ObjectOwnership.OBJECT_WRITER)
    BatchStorage(stack, "Storage", access_log_bucket=logs)
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
    name = stack.resolve(logs.bucket_name)
    logged = {"LoggingConfiguration": Match.object_like({"DestinationBucketName": name})}
    Template.from_stack(stack).resource_properties_count_is("AWS::S3::Bucket", logged, 2)


@pytest.mark.parametrize(
    ("retention", "shown"),
    [(Duration.hours(36), "1 day 12 hours"), (Duration.days(0), "0 days"), (Duration.millis(5), "5 millis")],
)
def test_fails_on_a_retention_that_is_not_whole_days(stack: Stack, retention: Duration, shown: str) -> None:
    with pytest.raises(ValueError, match=f"^output_retention must be a positive number of whole days, got {shown}$"):
        BatchStorage(stack, "Storage", output_retention=retention)


def test_fails_on_a_retention_for_a_bucket_that_is_brought_in(stack: Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Input", "their-input")
    reason = "input_retention is for a bucket made here; set the lifecycle rules of the given input_bucket itself"
    with pytest.raises(ValueError, match=f"^{reason}$"):
        BatchStorage(stack, "Storage", input_bucket=bucket, input_retention=Duration.days(1))
