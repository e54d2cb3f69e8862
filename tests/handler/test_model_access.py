"""A third party's model asks a person for a subscription, once: the failure says how to get it."""

import pytest

from bedrock_batch_local.engine.workload import GivenWorkload
from handler.hooks import CREATE
from handler.vocabulary import refusal
from handler.world import World, build_world
from model_invocation_job.core.model_access import how_to_get_access


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ResourceNotFoundException", "Model use case details have not been submitted for this account."),
        (
            "AccessDeniedException",
            "Model access is denied due to IAM user or service role is not authorized to perform the required AWS"
            " Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to"
            " this model.",
        ),
        ("ValidationException", "The role has no AWS Marketplace subscription for this model."),
    ],
)
def test_a_model_that_asks_a_person_first_is_refused_with_the_way_to_get_access(
    world: World, code: str, message: str
) -> None:
    world.bedrock.fault(CREATE, refusal(code, message), times=1000)
    reason = world.create()["Reason"]

    assert reason.startswith(
        f"CreateModelInvocationJob: {code}: {message} A person must subscribe to the model once in"
    )
    assert reason.endswith("Then deploy again; raise run_id if the job failed after its deployment.")


@pytest.mark.parametrize(
    "message", ["no object s3://b/Marketplace/x", "no bucket aws-marketplace", "the file my-Marketplace is empty"]
)
def test_a_name_that_only_looks_like_the_marketplace_is_none(message: str) -> None:
    assert how_to_get_access(message) == ""


def test_a_job_of_a_model_that_asks_a_person_first_fails_with_the_way_to_get_access() -> None:
    message = "Model use case details have not been submitted for this account."
    reason = build_world(workload=GivenWorkload(validation_failure=message)).create(Gate="VALIDATED")["Reason"]

    assert f"failed: {message} A person must subscribe to the model once in this account: " in reason
    assert reason.endswith("raise run_id if the job failed after its deployment.")
