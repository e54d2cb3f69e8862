"""A model and the Region, account and partition of its stack."""

import re
from typing import Any

import pytest
from aws_cdk import App, Aws, Environment, Stack
from aws_cdk.assertions import Annotations, Match

from cdk_bedrock_batch import BatchModel, JobInput, ModelInvocationJob

ACCOUNT = "111111111111"


def declare(prompts: Any, model: str, region: str | None, account: str | None = ACCOUNT) -> Stack:
    stack = Stack(App(), "Stack", env=Environment(account=account, region=region))
    ModelInvocationJob(stack, "Job", model=BatchModel.from_model_id(model), input=JobInput.from_file(prompts))
    return stack


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (
            "arn:aws:bedrock:us-east-1:111111111111:inference-profile/us.amazon.nova-lite-v1:0",
            "a job runs a model of its own Region, the stack deploys to eu-west-1, but the model is of us-east-1: arn:",
        ),
        (
            "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
            "a job runs a model of its own Region, the stack deploys to eu-west-1, but the model is of us-east-1: arn:",
        ),
        (
            "arn:aws:bedrock:eu-west-1:222222222222:inference-profile/eu.amazon.nova-lite-v1:0",
            "a job runs a model of its own account, the stack deploys to 111111111111, but the model is of 22222222",
        ),
        (
            "arn:aws-cn:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",
            "a job runs a model of its own partition, the stack deploys to aws, but the model is of aws-cn: arn:aws-cn",
        ),
        (
            "us-gov.amazon.nova-lite-v1:0",
            "the inference profile us-gov.amazon.nova-lite-v1:0 cannot be called from eu-west-1: profiles of AWS "
            "GovCloud (US) start with us-gov., and no other profile exists there",
        ),
    ],
)
def test_fails_on_a_model_that_the_job_s_region_does_not_have(prompts: Any, model: str, reason: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(reason)):
        declare(prompts, model, "eu-west-1")


@pytest.mark.parametrize("model", ["us.amazon.nova-lite-v1:0", "global.amazon.nova-2-lite-v1:0"])
def test_fails_on_a_commercial_profile_in_govcloud(prompts: Any, model: str) -> None:
    with pytest.raises(ValueError, match="cannot be called from us-gov-west-1"):
        declare(prompts, model, "us-gov-west-1")


def test_warns_of_a_geography_that_is_likely_wrong(prompts: Any) -> None:
    Annotations.from_stack(declare(prompts, "us.amazon.nova-lite-v1:0", "eu-west-1")).has_warning(
        "/Stack/Job",
        Match.string_like_regexp(
            r"the inference profile us\.amazon\.nova-lite-v1:0 is of the geography us, the stack deploys to eu-west-1"
        ),
    )


@pytest.mark.parametrize(
    ("model", "region"),
    [
        ("us.amazon.nova-lite-v1:0", "us-west-2"),
        ("us.amazon.nova-lite-v1:0", None),
        ("us-gov.amazon.nova-lite-v1:0", "us-gov-east-1"),
        ("apac.amazon.nova-lite-v1:0", "ap-south-1"),
        ("global.amazon.nova-2-lite-v1:0", "sa-east-1"),
        ("amazon.nova-lite-v1:0", "me-central-1"),
        ("xx.amazon.nova-lite-v1:0", "eu-west-1"),
        ("us.openai.gpt-5.6-mini", "us-east-1"),
        (f"arn:{Aws.PARTITION}:bedrock:{Aws.REGION}:{Aws.ACCOUNT_ID}:inference-profile/eu.amazon.nova-lite-v1:0", None),
        ("arn:aws:bedrock:eu-west-1:111111111111:inference-profile/eu.amazon.nova-lite-v1:0", "eu-west-1"),
    ],
)
def test_says_nothing_of_what_fits_or_cannot_be_known(prompts: Any, model: str, region: str | None) -> None:
    stack = declare(prompts, model, region, None if region is None else ACCOUNT)
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
