"""Model identifiers: what they become, and what is refused."""

from __future__ import annotations

import pytest
from engine.jobs import ACCOUNT, create, get, refusal, request

from bedrock_batch_local import InProcessClient, Scope
from bedrock_batch_local.engine.models import resolve

SCOPE = Scope(ACCOUNT, "eu-west-1", "aws")
PREFIX = "arn:aws:bedrock:eu-west-1:"


@pytest.mark.parametrize(
    ("model_id", "reported"),
    [
        ("amazon.nova-lite-v1:0", f"{PREFIX}:foundation-model/amazon.nova-lite-v1:0"),
        ("eu.amazon.nova-lite-v1:0", f"{PREFIX}{ACCOUNT}:inference-profile/eu.amazon.nova-lite-v1:0"),
        (
            f"{PREFIX}{ACCOUNT}:application-inference-profile/abc123",
            f"{PREFIX}{ACCOUNT}:application-inference-profile/abc123",
        ),
        (
            f"{PREFIX}{ACCOUNT}:custom-model/amazon.titan-embed/abcdefghijkl",
            f"{PREFIX}{ACCOUNT}:custom-model/amazon.titan-embed/abcdefghijkl",
        ),
    ],
)
def test_a_model_is_reported_as_an_arn(client: InProcessClient, model_id: str, reported: str) -> None:
    assert get(client, create(client, modelId=model_id))["modelId"] == reported


@pytest.mark.parametrize(
    ("model_id", "message"),
    [
        ("anthropic.claude-haiku-4-5-20251001-v1:0", "The provided model identifier is invalid."),
        ("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0", "The provided model identifier is inv"),
        ("nova", "The provided model identifier is invalid."),
        ("eu.anthropic.claude-sonnet-5-20260801-v1:0", "Batch inference is not supported for the requested model."),
        (f"{PREFIX}{ACCOUNT}:provisioned-model/abcdefghijkl", "1 validation error detected"),
        (f"{PREFIX}{ACCOUNT}:imported-model/abcdefghijkl", "1 validation error detected"),
    ],
    ids=["profile only", "other Region", "no provider", "no batch", "provisioned", "imported"],
)
def test_a_model_without_batch_is_refused_at_once(client: InProcessClient, model_id: str, message: str) -> None:
    code, text = refusal(client.create_model_invocation_job, **request(modelId=model_id))

    assert code == "ValidationException"
    assert text.startswith(message)


def test_a_geographic_profile_needs_the_model_in_every_destination() -> None:
    model = resolve("eu.amazon.nova-lite-v1:0", SCOPE)
    profile = f"{PREFIX}{ACCOUNT}:inference-profile/eu.amazon.nova-lite-v1:0"
    of_model = [needed for needed in model.invocations if needed.profile_arn]

    assert model.invocations[0].resource == profile
    assert {"eu-west-1", "eu-central-1"} <= {needed.region for needed in of_model}
    assert all(
        needed.resource == f"arn:aws:bedrock:{needed.region}::foundation-model/amazon.nova-lite-v1:0"
        and needed.profile_arn == profile
        for needed in of_model
    )


def test_a_global_profile_needs_the_model_without_a_region() -> None:
    model = resolve("global.anthropic.claude-haiku-4-5-20251001-v1:0", SCOPE)

    assert [(needed.resource, needed.region) for needed in model.invocations[1:]] == [
        (f"{PREFIX}:foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0", "eu-west-1"),
        ("arn:aws:bedrock:::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0", "unspecified"),
    ]


def test_a_role_of_another_account_is_refused_at_once(client: InProcessClient) -> None:
    wanted = request(roleArn="arn:aws:iam::999999999999:role/r")

    assert refusal(client.create_model_invocation_job, **wanted) == (
        "AccessDeniedException",
        "Cross-account pass role is not allowed.",
    )
