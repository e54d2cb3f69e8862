"""Where the records come from, as the job's resource and role see it."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Size, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchModel, BatchStorage, JobInput, ModelInvocationJob
from cdk_bedrock_batch._template.stack_view import StackView
from unit.templates import as_text

Declare = Callable[..., ModelInvocationJob]
Properties = Callable[[], dict[str, Any]]
Statements = Callable[[str], list[dict[str, Any]]]

EXACTLY_ONE = 'from_bucket needs exactly one of key and prefix; prefix="" is the whole bucket'


def output(properties: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = properties["Job"]["outputDataConfig"]["s3OutputDataConfig"]
    return found


def source(properties: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = properties["Job"]["inputDataConfig"]["s3InputDataConfig"]
    return found


def test_a_file_is_uploaded_and_read_from_its_copy_in_the_storage(
    stack: Stack, declare: Declare, prompts: Path, job_properties: Properties
) -> None:
    storage = BatchStorage(stack, "Storage")
    declare(storage=storage)
    digest = hashlib.sha256(prompts.read_bytes()).hexdigest()
    bucket = stack.resolve(storage.input_bucket.bucket_name)["Ref"]
    folder = f"Stack/Job-{hashlib.sha256(b'/Job').hexdigest()[:8]}"
    found = job_properties()
    assert (found["InputDigest"], found["InputRecords"]) == (digest, "100")
    assert source(found) == {
        "s3InputFormat": "JSONL",
        "s3Uri": f"s3://${{{bucket}}}/{folder}/{digest[:16]}/prompts.jsonl",
        "s3BucketOwner": "${AWS::AccountId}",
    }
    (file,) = found["InputFiles"]
    asset_bucket = re.escape("cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}")
    assert re.fullmatch(rf"s3://{asset_bucket}/[0-9a-f]{{64}}\.jsonl", file["Source"])
    assert file["Name"] == "prompts.jsonl"
    assert found["InputKey"] == output(found)["s3EncryptionKeyId"]
    assert Template.from_stack(stack).find_resources("Custom::CDKBucketDeployment") == {}


def test_the_role_reads_the_folder_of_its_job_and_lists_it(
    stack: Stack, declare: Declare, statements: Statements
) -> None:
    storage = BatchStorage(stack, "Storage")
    declare(storage=storage)
    bucket = stack.resolve(storage.input_bucket.bucket_name)["Ref"]
    folder = f"Stack/Job-{hashlib.sha256(b'/Job').hexdigest()[:8]}"
    read = statements("s3:GetObject")[0]
    assert read["Action"] == "s3:GetObject"
    assert read["Resource"] == f"${{{bucket}.Arn}}/{folder}/*"
    (listing,) = statements("s3:ListBucket")
    assert listing["Resource"][0] == f"${{{bucket}.Arn}}"
    assert listing["Condition"]["StringLike"]["s3:prefix"] == [folder, f"{folder}/*"]


@pytest.mark.parametrize(
    ("name", "copy"),
    [
        ("prompts", "prompts.jsonl"),
        ("prompts.txt", "prompts.txt.jsonl"),
        ("Übersicht für März.jsonl", "Ubersicht_fur_Marz.jsonl"),
    ],
)
def test_any_file_name_works_and_is_known_again(
    stack: Stack, prompts: Path, tmp_path: Path, name: str, copy: str
) -> None:
    path = tmp_path / name
    path.write_bytes(prompts.read_bytes())
    bound = JobInput.from_file(path)._bind(stack, StackView.of(stack), BatchStorage(stack, "Storage"), "folder/", None)

    assert bound.files[0].name == copy
    assert bound.files[0].uploaded.key.endswith(".jsonl")
    assert as_text(stack.resolve(bound.location.uri)).endswith(f"/{copy}")


def test_the_uploaded_file_is_the_file_whatever_its_name_ends_with(tmp_path: Path, prompts: Path) -> None:
    path = tmp_path / "prompts.txt"
    path.write_bytes(prompts.read_bytes())
    app = App(outdir=str(tmp_path / "out"))
    stack = Stack(app, "Stack")
    ModelInvocationJob(
        stack, "Job", model=BatchModel.from_model_id("amazon.nova-lite-v1:0"), input=JobInput.from_file(path)
    )
    app.synth()

    (staged,) = (tmp_path / "out").glob("asset.*.jsonl")
    assert (staged.read_bytes(), staged.is_symlink()) == (prompts.read_bytes(), False)


def test_the_same_records_under_another_name_or_with_other_line_ends_are_the_same_upload_and_run(
    tmp_path: Path, prompts: Path
) -> None:
    """A checkout with CR LF; either upload is read alike."""
    other = tmp_path / "other.jsonl"
    other.write_bytes(prompts.read_bytes().replace(b"\n", b"\r\n"))

    def seen(path: Path) -> list[Any]:
        stack = Stack(App(), "Stack")
        bound = JobInput.from_file(path)._bind(
            stack, StackView.of(stack), BatchStorage(stack, "Storage"), "folder/", None
        )
        return [stack.resolve(bound.files[0].uploaded.uri), stack.resolve(bound.reads.uri), bound.digest]

    assert seen(other) == seen(prompts)


def test_one_file_serves_jobs_that_each_have_a_copy_of_their_own(stack: Stack, declare: Declare, prompts: Path) -> None:
    shared = JobInput.from_file(prompts)
    declare("One", input=shared)
    declare("Two", input=shared)
    declare("Three", input=JobInput.from_file(str(prompts)))
    jobs = Template.from_stack(stack).find_resources("Custom::BedrockModelInvocationJob").values()
    assert len({json.dumps(source(job["Properties"])) for job in jobs}) == 3
    assert len({json.dumps(job["Properties"]["InputFiles"]) for job in jobs}) == 1


def test_fails_on_a_file_that_s3_would_not_copy_at_once(prompts: Path) -> None:
    JobInput.from_file(prompts, max_size=Size.gibibytes(5))
    with pytest.raises(
        ValueError,
        match=r"^max_size must be at most 5 GiB, which is what Amazon S3 copies at once, got 6 GiB$",
    ):
        JobInput.from_file(prompts, max_size=Size.gibibytes(6))


def test_a_file_is_looked_for_when_it_is_named_and_read_when_a_job_uses_it(declare: Declare, tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    with pytest.raises(ValueError, match=r"prompts\.jsonl: no such file$"):
        JobInput.from_file(path)
    path.write_text('{"modelInput": {}}\n' * 99 + "no\n")
    source = JobInput.from_file(path)
    with pytest.raises(ValueError, match=r"prompts\.jsonl:100: not JSON: Expecting value at column 1$"):
        declare(input=source)


def test_raised_quotas_are_taken_from_the_caller(declare: Declare, tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_text('{"modelInput": {}}\n' * 150)
    with pytest.raises(ValueError, match=r"a batch must have 100 to 120 records, got 150$"):
        declare(input=JobInput.from_file(path, max_records=120))
    with pytest.raises(ValueError, match=r"an input file may have 1,000 bytes at most, got 2,850$"):
        JobInput.from_file(path, max_size=Size.bytes(1000))


def test_a_folder_in_a_bucket_is_read_whole_and_listed_as_a_folder(
    stack: Stack, declare: Declare, job_properties: Properties, statements: Statements
) -> None:
    bucket = s3.Bucket(stack, "Bucket", encryption=s3.BucketEncryption.KMS)
    declare(input=JobInput.from_bucket(bucket, prefix="in/2026"))
    name = stack.resolve(bucket.bucket_name)["Ref"]
    key = stack.resolve(bucket.encryption_key.key_arn)["Fn::GetAtt"][0] if bucket.encryption_key else ""
    assert source(job_properties())["s3Uri"] == f"s3://${{{name}}}/in/2026/"
    assert "InputDigest" not in job_properties()
    assert statements("s3:GetObject")[0]["Resource"] == f"${{{name}.Arn}}/in/2026/*"
    (listing,) = statements("s3:ListBucket")
    assert listing["Condition"]["StringLike"]["s3:prefix"][:2] == ["in/2026", "in/2026/*"]
    assert statements("kms:Decrypt")[0]["Action"] == "kms:Decrypt"
    assert statements("kms:Decrypt")[0]["Resource"] == f"${{{key}.Arn}}"


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
    assert accounts == ["999988887777", "${AWS::AccountId}"]


def test_a_whole_bucket_is_the_empty_prefix(
    stack: Stack, declare: Declare, job_properties: Properties, statements: Statements
) -> None:
    declare(input=JobInput.from_bucket(s3.Bucket.from_bucket_name(stack, "Bucket", "theirs"), prefix=""))
    assert source(job_properties())["s3Uri"] == "s3://theirs/"
    own, whole = statements("s3:ListBucket")
    # No pattern of s3:prefix matches a call without one.
    assert "theirs" in str(whole["Resource"])
    assert [*whole["Condition"]] == ["StringEquals"]
    assert "*" not in own["Condition"]["StringLike"]["s3:prefix"]


def test_the_owner_is_the_one_that_the_bucket_knows(stack: Stack, declare: Declare, job_properties: Properties) -> None:
    bucket = s3.Bucket.from_bucket_attributes(stack, "Bucket", bucket_name="theirs", account="999988887777")
    declare(input=JobInput.from_bucket(bucket, prefix="in"))
    assert source(job_properties())["s3BucketOwner"] == "999988887777"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, 'from_bucket needs exactly one of key and prefix; prefix="" is the whole bucket'),
        (
            {"key": "x.jsonl", "prefix": "in"},
            'from_bucket needs exactly one of key and prefix; prefix="" is the whole bucket',
        ),
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
