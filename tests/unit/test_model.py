"""Which models a job can name, and what its role may invoke for each."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from aws_cdk import Aws, CfnParameter, Stack

from bedrock_batch.families import family_of
from cdk_bedrock_batch import BatchModel
from unit.templates import as_text

ACCOUNT = "arn:aws:bedrock:us-east-1:111122223333:"
FOUNDATION_MODEL = "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/"


def invoke_policy(stack: Stack, model: BatchModel) -> list[tuple[Any, Any]]:
    """Resource and condition of each statement."""
    found = []
    for statement in model._invoke_statements():
        rendered = as_text(stack.resolve(statement))
        assert rendered["Action"] == "bedrock:InvokeModel"
        assert rendered["Effect"] == "Allow"
        found.append((rendered["Resource"], rendered.get("Condition")))
    return found


@pytest.mark.parametrize(
    "model_id",
    ["amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0:300k", "deepseek.v3.2", "openai.gpt-oss-120b-1:0", "ai21.jamba-1"],
)
def test_a_foundation_model_is_invoked_in_the_region_of_the_stack(stack: Stack, model_id: str) -> None:
    model = BatchModel.from_model_id(model_id)
    assert model.model_id == model_id
    assert invoke_policy(stack, model) == [(FOUNDATION_MODEL + model_id, None)]


def test_a_foundation_model_arn_is_taken_as_it_is(stack: Stack) -> None:
    arn = "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-lite-v1:0"
    model = BatchModel.from_model_id(arn)
    assert (model.model_id, invoke_policy(stack, model)) == (arn, [(arn, None)])


@pytest.mark.parametrize("geography", ["us", "eu", "jp", "au", "ca", "amer", "apac", "us-gov", "us-iso"])
def test_a_geographic_profile_reaches_its_model_in_every_region_and_only_through_itself(
    stack: Stack, geography: str
) -> None:
    model = BatchModel.from_model_id(f"{geography}.amazon.nova-lite-v1:0")
    profile = (
        "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:"
        f"inference-profile/{geography}.amazon.nova-lite-v1:0"
    )
    assert model.model_id == f"{geography}.amazon.nova-lite-v1:0"
    assert invoke_policy(stack, model) == [
        (profile, None),
        (
            "arn:${AWS::Partition}:bedrock:*::foundation-model/amazon.nova-lite-v1:0",
            {"StringEquals": {"bedrock:InferenceProfileArn": profile}},
        ),
    ]


def test_a_global_profile_reaches_its_model_here_and_without_a_region(stack: Stack) -> None:
    model_id = "amazon.nova-2-lite-v1:0"
    profile = "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:inference-profile/global." + model_id
    assert invoke_policy(stack, BatchModel.from_model_id(f"global.{model_id}")) == [
        (profile, None),
        (
            [
                FOUNDATION_MODEL + model_id,
                f"arn:${{AWS::Partition}}:bedrock:::foundation-model/{model_id}",
            ],
            {
                "StringEquals": {
                    "bedrock:InferenceProfileArn": profile,
                    "aws:RequestedRegion": ["${AWS::Region}", "unspecified"],
                }
            },
        ),
    ]


def test_a_geographic_profile_may_name_its_destinations(stack: Stack) -> None:
    model = BatchModel.from_model_id(
        "us.amazon.nova-lite-v1:0", destination_regions=["us-west-2", "us-east-1", "us-west-2"]
    )
    assert invoke_policy(stack, model)[1][0] == [
        f"arn:${{AWS::Partition}}:bedrock:{region}::foundation-model/amazon.nova-lite-v1:0"
        for region in ("us-east-1", "us-west-2")
    ]


@pytest.mark.parametrize(
    ("model", "regions", "reason"),
    [
        ("amazon.nova-lite-v1:0", ["us-east-1"], "destination_regions is for a geographic inference profile, got 'ama"),
        ("global.amazon.nova-2-lite-v1:0", ["us-east-1"], "destination_regions is for a geographic inference profile"),
        ("us.amazon.nova-lite-v1:0", [], "destination_regions must list at least one Region, got []"),
        ("us.amazon.nova-lite-v1:0", "us-east-1", "destination_regions must be a list of strings, got str"),
        ("us.amazon.nova-lite-v1:0", ["*"], "destination_regions must be names of Regions such as us-east-1, got '*'"),
    ],
)
def test_fails_on_destinations_that_are_none(model: str, regions: list[str], reason: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(reason)):
        BatchModel.from_model_id(model, destination_regions=regions)


@pytest.mark.parametrize(
    "make",
    [
        lambda: BatchModel.from_model_id("us.amazon.nova-lite-v1:0", restrict_to_profile=False),
        lambda: BatchModel.from_model_id("global.amazon.nova-2-lite-v1:0", restrict_to_profile=False),
        lambda: BatchModel.from_inference_profile(
            f"{ACCOUNT}inference-profile/xx.amazon.nova-lite-v1:0",
            foundation_models=["amazon.nova-lite-v1:0"],
            restrict_to_profile=False,
        ),
        lambda: BatchModel.from_application_inference_profile(
            f"{ACCOUNT}application-inference-profile/abcd1234",
            foundation_models=["amazon.nova-lite-v1:0"],
            restrict_to_profile=False,
        ),
    ],
    ids=["geographic", "global", "by ARN", "application"],
)
def test_the_condition_on_the_profile_can_be_left_out(stack: Stack, make: Callable[[], BatchModel]) -> None:
    model = make()
    assert invoke_policy(stack, model) == [(as_text(stack.resolve([*model._all_arns()])), None)]


@pytest.mark.parametrize(
    ("model", "value", "reason"),
    [
        ("amazon.nova-v1:0", False, "restrict_to_profile is for an inference profile, got 'amazon.nova-v1:0'"),
        ("us.amazon.nova-lite-v1:0", "false", "restrict_to_profile must be True or False, got str"),
    ],
)
def test_fails_on_a_restriction_that_has_no_use(model: str, value: bool, reason: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(reason) + "$"):
        BatchModel.from_model_id(model, restrict_to_profile=value)


def test_a_profile_arn_names_itself_in_the_condition(stack: Stack) -> None:
    arn = f"{ACCOUNT}inference-profile/us.amazon.nova-lite-v1:0"
    model = BatchModel.from_model_id(arn)
    assert model.model_id == arn
    assert invoke_policy(stack, model)[1][1] == {"StringEquals": {"bedrock:InferenceProfileArn": arn}}


@pytest.mark.parametrize("profile_id", ["us.openai.gpt-5.6-sol", "us.deepseek.v3.2"])
def test_a_profile_id_that_the_api_refuses_becomes_its_arn(stack: Stack, profile_id: str) -> None:
    model_id = as_text(stack.resolve(BatchModel.from_model_id(profile_id).model_id))
    assert model_id == "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:inference-profile/" + profile_id


def test_an_application_profile_reaches_the_models_that_its_user_names(stack: Stack) -> None:
    arn = f"{ACCOUNT}application-inference-profile/a1b2c3d4e5f6"
    model = BatchModel.from_application_inference_profile(arn, foundation_models=["amazon.nova-lite-v1:0"])
    assert model.model_id == arn
    assert invoke_policy(stack, model) == [
        (arn, None),
        (
            "arn:${AWS::Partition}:bedrock:*::foundation-model/amazon.nova-lite-v1:0",
            {"StringEquals": {"bedrock:InferenceProfileArn": arn}},
        ),
    ]


def test_a_custom_model_is_invoked_by_its_arn(stack: Stack) -> None:
    arn = f"{ACCOUNT}custom-model/amazon.titan-embed-image-v1:0/a1b2c3d4e5f6"
    assert invoke_policy(stack, BatchModel.from_model_id(arn)) == [(arn, None)]


def test_an_arn_may_hold_tokens_before_its_model(stack: Stack) -> None:
    arn = f"arn:{Aws.PARTITION}:bedrock:{Aws.REGION}:{Aws.ACCOUNT_ID}:inference-profile/us.amazon.nova-lite-v1:0"
    assert as_text(stack.resolve([*BatchModel.from_model_id(arn).resource_arns])) == [
        "arn:${AWS::Partition}:bedrock:*::foundation-model/amazon.nova-lite-v1:0"
    ]


def test_a_token_is_taken_where_its_kind_is_said(stack: Stack) -> None:
    arn = CfnParameter(stack, "Arn").value_as_string
    models = [
        BatchModel.from_foundation_model(arn),
        BatchModel.from_custom_model(arn),
        BatchModel.from_inference_profile(arn, foundation_models=["amazon.nova-lite-v1:0"]),
        BatchModel.from_application_inference_profile(arn, foundation_models=["amazon.nova-lite-v1:0"]),
    ]
    assert [stack.resolve(model.model_id) for model in models] == [{"Ref": "Arn"}] * 4


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("provisioned-model/abc", "batch inference does not run on Provisioned Throughput; name the model itself"),
        ("imported-model/abc", "batch inference does not run imported models"),
        ("custom-model/imported/a1b2c3d4e5f6", "batch inference does not run imported models"),
        (
            "custom-model-deployment/a1b2c3d4e5f6",
            "batch inference runs a custom model by its custom-model ARN, not by a deployment",
        ),
        (
            "prompt-router/abc",
            "batch inference does not take prompt routers; name one model or inference profile",
        ),
        (
            "default-prompt-router/anthropic.claude:1",
            "batch inference does not take prompt routers; name one model or inference profile",
        ),
        (
            "application-inference-profile/a1b2c3d4e5f6",
            "an application inference profile does not name its models; "
            "use BatchModel.from_application_inference_profile",
        ),
    ],
)
def test_fails_on_an_arn_that_the_api_refuses_with_the_reason(model: str, reason: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        BatchModel.from_model_id(ACCOUNT + model)
    assert str(error.value) == f"{reason}, got '{ACCOUNT}{model}'"


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("", "'' is not the id of a foundation model, as CreateModelInvocationJob accepts it"),
        ("nova", "'nova' is not the id of a foundation model, as CreateModelInvocationJob accepts it"),
        ("us.Amazon.nova", "'us.Amazon.nova' is not the id of an inference profile"),
        ("amazon.nova lite", "'amazon.nova lite' is not the id of a foundation model"),
        ("arn:aws:sagemaker:us-east-1:111122223333:endpoint/x", "model must be the ARN of an Amazon Bedrock model"),
        (ACCOUNT + "agent/x", "model must be one of foundation-model, inference-profile, "),
        (
            "arn:aws:bedrock:us-east-1::inference-profile/us.amazon.nova-lite-v1:0",
            "the ARN of an inference profile must have a Region and a 12-digit account, got",
        ),
        (
            ACCOUNT + "foundation-model/amazon.nova-lite-v1:0",
            "the ARN of a foundation model must have a Region and no account, got",
        ),
        (ACCOUNT + "custom-model/x", "'x' is not the id of a custom model, as CreateModelInvocationJob accepts it"),
    ],
)
def test_fails_on_what_is_no_model(model: str, reason: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(reason)):
        BatchModel.from_model_id(model)


def test_fails_on_a_token_of_unknown_kind(stack: Stack) -> None:
    with pytest.raises(ValueError, match=r"whose kind cannot be seen; use BatchModel.from_foundation_model, "):
        BatchModel.from_model_id(CfnParameter(stack, "Model").value_as_string)


@pytest.mark.parametrize("models", [[], ()])
def test_fails_on_a_profile_without_a_list_of_models(models: Sequence[str]) -> None:
    arn = f"{ACCOUNT}application-inference-profile/a1b2c3d4e5f6"
    with pytest.raises(ValueError, match="foundation_models must list at least one foundation model id or ARN, got"):
        BatchModel.from_application_inference_profile(arn, foundation_models=models)


def test_fails_on_a_model_of_another_kind_than_the_method_says() -> None:
    with pytest.raises(ValueError, match="must be the id or ARN of a foundation model, got an inference profile, 'us"):
        BatchModel.from_foundation_model("us.amazon.nova-lite-v1:0")
    with pytest.raises(ValueError, match="must be the id or ARN of a custom model, got a foundation model, 'amazon"):
        BatchModel.from_custom_model("amazon.nova-lite-v1:0")
    with pytest.raises(ValueError, match=r"profile_arn must be the ARN of an inference profile, got 'us\.amazon"):
        BatchModel.from_inference_profile("us.amazon.nova-lite-v1:0", foundation_models=["amazon.nova-lite-v1:0"])


CLAUDE = "anthropic.claude-haiku-4-5-20251001-v1:0"


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (BatchModel.from_model_id(CLAUDE), "Anthropic Claude"),
        (BatchModel.from_model_id(f"us.{CLAUDE}"), "Anthropic Claude"),
        (
            BatchModel.from_application_inference_profile(
                f"{ACCOUNT}application-inference-profile/abc", foundation_models=[CLAUDE]
            ),
            "Anthropic Claude",
        ),
        (
            BatchModel.from_application_inference_profile(
                f"{ACCOUNT}application-inference-profile/abc", foundation_models=[CLAUDE, "unknown.model-v1:0"]
            ),
            None,
        ),
        (BatchModel.from_custom_model(f"{ACCOUNT}custom-model/unknown.model-v1:0/abcdefghijkl"), None),
        (BatchModel.from_foundation_model(Aws.NO_VALUE), None),
    ],
)
def test_the_family_of_request_bodies_is_that_of_the_models_behind(model: BatchModel, name: str | None) -> None:
    family = model._family(converse=False)
    assert (family.name if family else None) == name
    assert model._family(converse=True) is family_of("", converse=True)
