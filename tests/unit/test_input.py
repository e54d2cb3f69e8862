"""Where the records come from, as the job's resource and role see it."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from cdk_bedrock_batch import JobInput, ModelInvocationJob

Declare = Callable[..., ModelInvocationJob]
Properties = Callable[[], dict[str, Any]]
Statements = Callable[[str], list[dict[str, Any]]]


def source(properties: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = properties["Job"]["inputDataConfig"]["s3InputDataConfig"]
    return found


def test_a_file_is_read_in_place_from_the_asset_bucket(
    stack: Stack, declare: Declare, prompts: Path, job_properties: Properties
) -> None:
    declare()
    digest = hashlib.sha256(prompts.read_bytes()).hexdigest()
    assert job_properties()["InputDigest"] == digest
    found = source(job_properties())
    assert found["s3InputFormat"] == "JSONL"
    assert found["s3BucketOwner"] == {"Ref": "AWS::AccountId"}
    asset_bucket = re.escape("cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}")
    assert re.fullmatch(rf"s3://{asset_bucket}/[0-9a-f]{{64}}\.jsonl", found["s3Uri"]["Fn::Sub"])
    assert Template.from_stack(stack).find_resources("Custom::CDKBucketDeployment") == {}


def test_the_role_reads_that_one_object_and_lists_its_key(
    declare: Declare, job_properties: Properties, statements: Statements
) -> None:
    declare()
    uri = source(job_properties())["s3Uri"]["Fn::Sub"]
    bucket, key = uri.removeprefix("s3://").split("/")
    read = statements("s3:GetObject")[0]
    assert read["Action"] == "s3:GetObject"
    assert read["Resource"] == {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{bucket}/{key}"}
    (listing,) = statements("s3:ListBucket")
    assert {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{bucket}"} in listing["Resource"]
    assert f"{key}*" in listing["Condition"]["StringLike"]["s3:prefix"]


def test_the_same_bytes_under_another_name_are_the_same_input(tmp_path: Path, prompts: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(prompts.read_bytes())

    def seen(path: Path) -> list[Any]:
        stack = Stack(App(), "Stack")
        bound = JobInput.from_file(path).bind(stack)
        return [stack.resolve(bound.location.uri), bound.digest]

    assert seen(copy) == seen(prompts)


def test_other_line_ends_are_the_same_object_and_the_same_run(tmp_path: Path, prompts: Path, stack: Stack) -> None:
    """A checkout with CR LF; either upload is read alike."""
    other = tmp_path / "prompts.jsonl"
    other.write_bytes(prompts.read_bytes().replace(b"\n", b"\r\n"))
    keys = [
        JobInput.from_file(path).bind(Stack(stack, name)).location.key
        for name, path in {"One": prompts, "Two": other}.items()
    ]
    assert keys[0] == keys[1]


def test_one_file_serves_two_jobs(stack: Stack, declare: Declare, prompts: Path) -> None:
    shared = JobInput.from_file(prompts)
    declare("One", input=shared)
    declare("Two", input=shared)
    declare("Three", input=JobInput.from_file(str(prompts)))
    jobs = Template.from_stack(stack).find_resources("Custom::BedrockModelInvocationJob")
    assert len({json.dumps(source(job["Properties"])) for job in jobs.values()}) == 1


def test_a_file_is_checked_when_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_text('{"modelInput": {}}\n' * 99 + "no\n")
    with pytest.raises(ValueError, match=r"prompts\.jsonl:100: not JSON: Expecting value at column 1$"):
        JobInput.from_file(path)


def test_raised_quotas_are_taken_from_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_text('{"modelInput": {}}\n' * 150)
    with pytest.raises(ValueError, match=r"a batch must have 100 to 120 records, got 150$"):
        JobInput.from_file(path, max_records=120)
    with pytest.raises(ValueError, match=r"an input file may have 1,000 bytes at most, got 2,850$"):
        JobInput.from_file(path, max_bytes=1000)


def test_a_folder_in_a_bucket_is_read_whole_and_listed_as_a_folder(
    stack: Stack, declare: Declare, job_properties: Properties, statements: Statements
) -> None:
    bucket = s3.Bucket(stack, "Bucket", encryption=s3.BucketEncryption.KMS)
    declare(input=JobInput.from_bucket(bucket, prefix="in/2026"))
    name = stack.resolve(bucket.bucket_name)["Ref"]
    key = stack.resolve(bucket.encryption_key.key_arn)["Fn::GetAtt"][0] if bucket.encryption_key else ""
    assert source(job_properties())["s3Uri"] == {"Fn::Sub": f"s3://${{{name}}}/in/2026/"}
    assert "InputDigest" not in job_properties()
    assert statements("s3:GetObject")[0]["Resource"] == {"Fn::Sub": f"${{{name}.Arn}}/in/2026/*"}
    (listing,) = statements("s3:ListBucket")
    assert listing["Condition"]["StringLike"]["s3:prefix"][:2] == ["in/2026", "in/2026/*"]
    assert statements("kms:Decrypt")[0]["Action"] == "kms:Decrypt"
    assert statements("kms:Decrypt")[0]["Resource"] == {"Fn::Sub": f"${{{key}.Arn}}"}


def test_an_object_in_a_bucket_of_another_account(
    stack: Stack, declare: Declare, job_properties: Properties, statements: Statements
) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "theirs")
    digest = "0" * 64
    declare(input=JobInput.from_bucket(bucket, key="in/x.jsonl", digest=digest, bucket_owner="999988887777"))
    assert job_properties()["InputRevision"] == digest
    assert source(job_properties()) == {
        "s3Uri": "s3://theirs/in/x.jsonl",
        "s3InputFormat": "JSONL",
        "s3BucketOwner": "999988887777",
    }
    theirs = {"StringEquals": {"aws:ResourceAccount": "999988887777"}}
    assert statements("s3:GetObject")[0]["Condition"] == theirs
    (listing,) = statements("s3:ListBucket")
    accounts = listing["Condition"]["StringEquals"]["aws:ResourceAccount"]
    assert accounts == ["999988887777", {"Ref": "AWS::AccountId"}]


def test_a_whole_bucket_is_the_empty_prefix(
    stack: Stack, declare: Declare, job_properties: Properties, statements: Statements
) -> None:
    declare(input=JobInput.from_bucket(s3.Bucket.from_bucket_name(stack, "Bucket", "theirs"), prefix=""))
    assert source(job_properties())["s3Uri"] == "s3://theirs/"
    (listing,) = statements("s3:ListBucket")
    assert "*" in listing["Condition"]["StringLike"]["s3:prefix"]


def test_the_owner_is_the_one_that_the_bucket_knows(stack: Stack, declare: Declare, job_properties: Properties) -> None:
    bucket = s3.Bucket.from_bucket_attributes(stack, "Bucket", bucket_name="theirs", account="999988887777")
    declare(input=JobInput.from_bucket(bucket, prefix="in"))
    assert source(job_properties())["s3BucketOwner"] == "999988887777"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "from_bucket needs exactly one of key and prefix"),
        ({"key": "x.jsonl", "prefix": "in"}, "from_bucket needs exactly one of key and prefix"),
        ({"key": "in/x.json"}, "in/x.json: the name of an input file must end with .jsonl"),
        (
            {"key": "in/x.jsonl.gz"},
            "in/x.jsonl.gz: batch inference does not read compressed files; unpack it to a file that ends with .jsonl",
        ),
        (
            {"prefix": "dt=2026"},
            "prefix must be a path of letters, digits and -!_'(). with single slashes, got 'dt=2026/'",
        ),
        (
            {"key": "in//x.jsonl"},
            "key must be a path of letters, digits and -!_'(). with single slashes, got 'in//x.jsonl'",
        ),
        ({"prefix": "p" * 955}, "prefix must be at most 955 characters long, got 956"),
        ({"key": "x.jsonl", "digest": "ABC"}, "digest must be 64 lower-case hexadecimal digits, got 'ABC'"),
        ({"key": "x.jsonl", "bucket_owner": "me"}, "bucket_owner must be an account id of 12 digits, got 'me'"),
    ],
)
def test_fails_on_a_place_that_the_api_refuses(stack: Stack, options: dict[str, Any], reason: str) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "theirs")
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        JobInput.from_bucket(bucket, **options)
    assert str(error.value) == reason
