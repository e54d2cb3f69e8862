"""A job that something else has started."""

import re
from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from cdk_bedrock_batch import IModelInvocationJob, ModelInvocationJob
from unit.templates import as_text

JOB_ARN = "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/a1b2c3d4e5f6"


def granted(stack: Stack) -> list[dict[str, Any]]:
    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    found: list[dict[str, Any]] = as_text(policy["Properties"]["PolicyDocument"]["Statement"])
    return found


def test_an_imported_job_is_granted_and_nothing_else(stack: Stack) -> None:
    job: IModelInvocationJob = ModelInvocationJob.from_job_arn(stack, "Theirs", JOB_ARN)
    reader = iam.Role(stack, "Reader", assumed_by=iam.AccountRootPrincipal())
    job.grant(reader, "bedrock:GetModelInvocationJob").assert_success()

    assert (job.job_arn, job.job_id) == (JOB_ARN, "a1b2c3d4e5f6")
    assert granted(stack) == [
        {"Effect": "Allow", "Action": "bedrock:GetModelInvocationJob", "Resource": JOB_ARN},
    ]
    Template.from_stack(stack).resource_count_is("Custom::BedrockModelInvocationJob", 0)


def test_its_arn_may_be_a_token(stack: Stack) -> None:
    job = ModelInvocationJob.from_job_arn(stack, "Theirs", CfnParameter(stack, "Arn").value_as_string)

    assert stack.resolve(job.job_id) == {"Fn::Select": [1, {"Fn::Split": ["/", {"Ref": "Arn"}]}]}


@pytest.mark.parametrize("arn", ["", "a1b2c3d4e5f6", JOB_ARN + "7", JOB_ARN.replace("model-invocation-job", "agent")])
def test_fails_on_what_is_no_arn_of_a_job(stack: Stack, arn: str) -> None:
    with pytest.raises(
        ValueError, match=rf"^job_arn must be the ARN of a model invocation job, got {re.escape(repr(arn))}$"
    ):
        ModelInvocationJob.from_job_arn(stack, "Theirs", arn)


@pytest.mark.parametrize("more", ["/{token}", "/more/{token}", "{token}/"])
def test_fails_on_what_follows_the_id_of_a_job_even_if_it_is_a_token(stack: Stack, more: str) -> None:
    """The id would be known in part only, and a grant would name more than one job."""
    arn = JOB_ARN + more.format(token=CfnParameter(stack, "More").value_as_string)
    with pytest.raises(ValueError, match=r"^job_arn must be the ARN of a model invocation job, got "):
        ModelInvocationJob.from_job_arn(stack, "Theirs", arn)


def test_its_id_may_be_a_token(stack: Stack) -> None:
    job_id = CfnParameter(stack, "Id").value_as_string
    job = ModelInvocationJob.from_job_arn(stack, "Theirs", JOB_ARN.replace("a1b2c3d4e5f6", job_id))

    assert stack.resolve(job.job_arn)["Fn::Join"][1] == [JOB_ARN.removesuffix("a1b2c3d4e5f6"), {"Ref": "Id"}]


def test_fails_on_a_grant_of_nothing(stack: Stack) -> None:
    job = ModelInvocationJob.from_job_arn(stack, "Theirs", JOB_ARN)

    with pytest.raises(ValueError, match=r"^actions must name at least one IAM action$"):
        job.grant(iam.AccountRootPrincipal())
    with pytest.raises(
        ValueError, match=r"^actions must be IAM actions such as bedrock:GetModelInvocationJob, got '\*'$"
    ):
        job.grant(iam.AccountRootPrincipal(), "*")
