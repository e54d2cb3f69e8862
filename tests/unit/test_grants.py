"""What others may be allowed to do with a job, its output, its model and its records."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchModel, BatchStorage, JobInput, ModelInvocationJob
from unit.templates import as_text

Declare = Callable[..., ModelInvocationJob]
OURS = Environment(account="111111111111", region="eu-west-1")


@pytest.fixture
def reader(stack: Stack) -> iam.Role:
    return iam.Role(stack, "Reader", assumed_by=iam.AccountRootPrincipal())


def granted(stack: Stack) -> list[dict[str, Any]]:
    """The statements of the only policy that is a resource of its own."""
    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    found: list[dict[str, Any]] = policy["Properties"]["PolicyDocument"]["Statement"]
    return found


def test_describe_is_two_actions_on_this_job(stack: Stack, declare: Declare, reader: iam.Role) -> None:
    job = declare()
    job.grant_describe(reader).assert_success()
    assert granted(stack) == [
        {
            "Effect": "Allow",
            "Action": ["bedrock:GetModelInvocationJob", "bedrock:ListTagsForResource"],
            "Resource": stack.resolve(job.job_arn),
        }
    ]


def test_stop_lets_its_effect_be_seen(stack: Stack, declare: Declare, reader: iam.Role) -> None:
    job = declare()
    job.grant_stop(reader).assert_success()
    (statement,) = granted(stack)
    assert set(statement["Action"]) == {
        "bedrock:StopModelInvocationJob",
        "bedrock:GetModelInvocationJob",
        "bedrock:ListTagsForResource",
    }
    assert statement["Resource"] == stack.resolve(job.job_arn)


def test_reading_answers_is_the_folder_of_the_job_and_its_key(stack: Stack, declare: Declare, reader: iam.Role) -> None:
    declare(output_prefix="answers").grant_read_output(reader).assert_success()
    found = {json.dumps(statement["Action"]): statement for statement in granted(stack)}
    objects, listing, key = (found[f'"{action}"'] for action in ("s3:GetObject", "s3:ListBucket", "kms:Decrypt"))
    assert json.dumps(objects["Resource"]).endswith('"/answers/*"]]}')
    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["answers", "answers/*"]}}
    assert "kms:ViaService" in key["Condition"]["StringEquals"]
    assert all(statement["Resource"] != "*" for statement in found.values())


def test_a_reader_of_another_stack_is_granted_across_stacks(prompts: Any) -> None:
    app = App()
    stack, readers = (Stack(app, name, env=OURS) for name in ("Jobs", "Readers"))
    job = ModelInvocationJob(
        stack, "Job", model=BatchModel.from_model_id("amazon.nova-lite-v1:0"), input=JobInput.from_file(prompts)
    )
    reader = iam.Role(readers, "Reader", assumed_by=iam.AccountRootPrincipal())
    job.grant_read_output(reader).assert_success()
    job.grant_describe(reader).assert_success()
    assert "Fn::ImportValue" in json.dumps(granted(readers))


def test_a_reader_of_another_account_is_let_in_by_bucket_and_key(prompts: Any) -> None:
    stack = Stack(App(), "Jobs", env=OURS)
    job = ModelInvocationJob(
        stack, "Job", model=BatchModel.from_model_id("amazon.nova-lite-v1:0"), input=JobInput.from_file(prompts)
    )
    job.grant_read_output(iam.ArnPrincipal("arn:aws:iam::222222222222:role/reader")).assert_success()
    template = Template.from_stack(stack)
    policies = json.dumps(template.find_resources("AWS::S3::BucketPolicy"))
    (key,) = template.find_resources("AWS::KMS::Key").values()
    assert policies.count("arn:aws:iam::222222222222:role/reader") == 2
    assert "s3:prefix" in policies
    statement = key["Properties"]["KeyPolicy"]["Statement"][-1]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::222222222222:role/reader"}
    assert "kms:ViaService" in statement["Condition"]["StringEquals"]


def test_a_writer_of_prompts_writes_into_one_folder_with_the_key(stack: Stack, reader: iam.Role) -> None:
    BatchStorage(stack, "Storage").grant_write_input(reader, prefix="in").assert_success()
    objects, key = granted(stack)
    assert objects["Action"] == "s3:PutObject"
    assert json.dumps(objects["Resource"]).endswith('"/in/*"]]}')
    assert key["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


def test_a_reader_of_all_answers_reads_the_output_bucket_only(stack: Stack, reader: iam.Role) -> None:
    storage = BatchStorage(stack, "Storage")
    storage.grant_read_output(reader).assert_success()
    found = {json.dumps(statement["Action"]): statement for statement in granted(stack)}
    objects, listing = found['"s3:GetObject"'], found['"s3:ListBucket"']
    bucket = stack.resolve(storage.output_bucket.bucket_arn)
    assert listing["Resource"] == bucket
    # No pattern of s3:prefix matches a call without one.
    assert "Condition" not in listing
    assert objects["Resource"]["Fn::Join"][1] == [bucket, "/*"]


def test_fails_on_a_prefix_that_s3_uris_do_not_hold(stack: Stack, reader: iam.Role) -> None:
    with pytest.raises(ValueError, match=r"^prefix must be a path of letters, digits"):
        BatchStorage(stack, "Storage").grant_write_input(reader, prefix="day=1")


@pytest.mark.parametrize(
    ("model", "arns"),
    [("amazon.nova-lite-v1:0", 2), ("us.amazon.nova-lite-v1:0", 3), ("global.amazon.nova-2-lite-v1:0", 4)],
)
def test_batch_inference_is_the_right_to_start_jobs_with_this_model(
    stack: Stack, reader: iam.Role, model: str, arns: int
) -> None:
    """The model, through whatever it is reached, and jobs, whose ids nobody knows before."""
    BatchModel.from_model_id(model).grant_batch_inference(reader).assert_success()
    (statement,) = granted(stack)
    assert statement["Action"] == "bedrock:CreateModelInvocationJob"
    assert len(statement["Resource"]) == arns
    assert as_text(statement["Resource"][-1]).endswith(":model-invocation-job/*")


def test_invoke_is_what_the_role_of_a_job_has(stack: Stack, reader: iam.Role) -> None:
    model = BatchModel.from_model_id("global.amazon.nova-2-lite-v1:0")
    model.grant_invoke(reader).assert_success()
    assert granted(stack) == stack.resolve(model._invoke_statements())
