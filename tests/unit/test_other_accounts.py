"""Buckets of other accounts: what their policies must say, and where that can be written from here."""

import json
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from cdk_bedrock_batch import BatchModel, BatchStorage, JobInput, ModelInvocationJob, PolicyKind
from unit.templates import is_service_role

OURS = Environment(account="111111111111", region="eu-west-1")
THEIRS = Environment(account="222222222222", region="eu-west-1")
ROLES = "arn:aws:iam::111111111111:role/cdk-bedrock-batch/eu-west-1/Reports/*"
MODEL = BatchModel.from_model_id("amazon.nova-lite-v1:0")


def statement(actions: str | list[str], resource: str, **conditions: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
        "Action": actions,
        "Resource": resource,
        "Condition": {"ArnLike": {"aws:PrincipalArn": ROLES}} | conditions,
    }


@pytest.fixture
def reports() -> Stack:
    return Stack(App(), "Reports", env=OURS)


def test_the_owner_of_a_brought_input_is_sent_and_told_what_to_allow(reports: Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(reports, "Theirs", "their-prompts")
    source = JobInput.from_bucket(bucket, prefix="in", bucket_owner="222222222222")
    job = ModelInvocationJob(reports, "Job", model=MODEL, input=source)

    (required,) = job.required_policies
    assert (required.kind, required.resource) == (PolicyKind.BUCKET_POLICY, "arn:aws:s3:::their-prompts")
    assert list(required.statements) == [
        statement("s3:GetObject", "arn:aws:s3:::their-prompts/in/*"),
        statement("s3:ListBucket", "arn:aws:s3:::their-prompts", StringLike={"s3:prefix": ["in", "in/*"]}),
    ]
    (found,) = Template.from_stack(reports).find_resources("Custom::BedrockModelInvocationJob").values()
    assert found["Properties"]["Job"]["inputDataConfig"]["s3InputDataConfig"]["s3BucketOwner"] == "222222222222"
    Annotations.from_stack(reports).has_warning(
        "/Reports/Job",
        Match.string_like_regexp(
            r"the bucket policy of arn:aws:s3:::their-prompts cannot be written from this stack; the job fails unless "
            r"it holds these statements, or wider ones: \["
        ),
    )


@pytest.mark.parametrize("by_option", [True, False])
def test_an_output_of_another_account_is_written_and_read_back(reports: Stack, by_option: bool) -> None:
    if by_option:
        bucket = s3.Bucket.from_bucket_name(reports, "Theirs", "their-answers")
        storage = BatchStorage(reports, "Storage", output_bucket=bucket, output_bucket_owner="222222222222")
    else:
        bucket = s3.Bucket.from_bucket_attributes(
            reports, "Theirs", bucket_name="their-answers", account="222222222222"
        )
        storage = BatchStorage(reports, "Storage", output_bucket=bucket)
    source = JobInput.from_bucket(storage.input_bucket, prefix="in")
    job = ModelInvocationJob(reports, "Job", model=MODEL, input=source, storage=storage, output_prefix="out")

    required, of_handler = job.required_policies
    (written,) = of_handler.statements
    assert (written["Action"], written["Resource"]) == ("s3:PutObject", "arn:aws:s3:::their-answers/out/run/*")
    assert "/cdk-bedrock-batch-handler/" in written["Condition"]["ArnLike"]["aws:PrincipalArn"]
    assert list(required.statements) == [
        statement(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::their-answers/out/*"),
        statement("s3:ListBucket", "arn:aws:s3:::their-answers", StringLike={"s3:prefix": ["out", "out/*"]}),
    ]
    template = Template.from_stack(reports)
    (found,) = template.find_resources("Custom::BedrockModelInvocationJob").values()
    assert found["Properties"]["Job"]["outputDataConfig"]["s3OutputDataConfig"]["s3BucketOwner"] == "222222222222"
    (role,) = (each for each in template.find_resources("AWS::IAM::Role").values() if is_service_role(each))
    listing = next(
        each
        for each in role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
        if each["Action"] == "s3:ListBucket"
    )
    assert listing["Condition"]["StringEquals"]["aws:ResourceAccount"] == ["111111111111", "222222222222"]


def test_a_bucket_of_another_account_of_the_app_gets_its_policy(reports: Stack) -> None:
    app = reports.node.root
    theirs = Stack(app, "Data", env=THEIRS)  # type: ignore[arg-type]  # the root of a tree is its app
    bucket = s3.Bucket(theirs, "Prompts", bucket_name="their-prompts")
    job = ModelInvocationJob(reports, "Job", model=MODEL, input=JobInput.from_bucket(bucket, key="in/a.jsonl"))

    assert job.required_policies == ()
    (policy,) = Template.from_stack(theirs).find_resources("AWS::S3::BucketPolicy").values()
    (objects, listing) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert objects["Action"] == "s3:GetObject"
    assert ROLES.removeprefix("arn:aws") in json.dumps(objects["Condition"]["ArnLike"]["aws:PrincipalArn"])
    assert listing["Condition"]["StringLike"] == {"s3:prefix": ["in/a.jsonl*"]}
    assert "aws:PrincipalArn" not in json.dumps(Template.from_stack(reports).to_json())


def test_a_stack_that_does_not_know_its_account_takes_a_named_owner_for_another(stack: Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "their-prompts")
    source = JobInput.from_bucket(bucket, prefix="in", bucket_owner="222222222222")
    job = ModelInvocationJob(stack, "Job", model=MODEL, input=source)
    (required,) = job.required_policies
    assert required.statements[0]["Condition"]["ArnLike"]["aws:PrincipalArn"] == (
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-bedrock-batch/${AWS::Region}/Stack/*"
    )


def test_a_bucket_of_the_own_account_needs_nothing_of_it(stack: Stack, reports: Stack) -> None:
    for where in (stack, reports):
        bucket = s3.Bucket.from_bucket_name(where, "Own", "own-bucket")
        job = ModelInvocationJob(where, "Job", model=MODEL, input=JobInput.from_bucket(bucket, prefix="in"))
        assert job.required_policies == ()
        Annotations.from_stack(where).has_no_warning("*", Match.any_value())
