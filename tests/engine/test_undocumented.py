"""Answers that AWS does not document: the engine can give each of them, and gives the cautious one by default."""

from __future__ import annotations

from typing import Any

import pytest
from engine.jobs import ACCOUNT, REGION, create, refusal, request

from bedrock_batch_local import BatchEngine, InProcessClient, ManualClock


def client_of(clock: ManualClock, **answers: Any) -> InProcessClient:
    return InProcessClient(BatchEngine(clock, **answers), account=ACCOUNT, region=REGION)


def test_the_name_of_an_ended_job_may_be_free_again_that_of_a_live_one_never(clock: ManualClock) -> None:
    client = client_of(clock, frees_ended_names=True)
    first = create(client)
    assert refusal(client.create_model_invocation_job, **request())[0] == "ConflictException"
    client.stop_model_invocation_job(jobIdentifier=first)
    assert refusal(client.create_model_invocation_job, **request())[0] == "ConflictException"
    clock.advance(3600)

    assert create(client) != first


@pytest.mark.parametrize("code", ["ValidationException", "ConflictException"])
def test_a_known_token_with_other_parameters_may_be_refused(clock: ManualClock, code: str) -> None:
    client = client_of(clock, changed_token_error=code)
    first = create(client, clientRequestToken="once")

    assert create(client, clientRequestToken="once") == first
    changed = request(clientRequestToken="once", timeoutDurationInHours=100)
    assert refusal(client.create_model_invocation_job, **changed) == (code, "The token was used with other parameters")


@pytest.mark.parametrize("seconds", [0, 3600], ids=["stopping", "ended"])
def test_a_job_that_ends_may_refuse_all_calls_about_tags(clock: ManualClock, seconds: int) -> None:
    client = client_of(clock, ended_refuses_tags=True)
    arn = create(client, tags=[{"key": "team", "value": "support"}])
    assert client.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "team", "value": "support"}]
    client.stop_model_invocation_job(jobIdentifier=arn)
    clock.advance(seconds)

    tag = [{"key": "team", "value": "sales"}]
    assert refusal(client.list_tags_for_resource, resourceARN=arn)[0] == "ValidationException"
    assert refusal(client.tag_resource, resourceARN=arn, tags=tag)[0] == "ValidationException"
    assert refusal(client.untag_resource, resourceARN=arn, tagKeys=["team"])[0] == "ValidationException"
