"""Answers of Create and of tags that AWS does not document: the engine can give each, by default the cautious one."""

from __future__ import annotations

from typing import Any

import pytest
from engine.jobs import client_with, create, names, refusal, request, tags

from bedrock_batch_local import ManualClock, Quirks


def test_the_name_of_an_ended_job_may_be_free_again_that_of_a_live_one_never(clock: ManualClock) -> None:
    client = client_with(clock, frees_ended_names=True)
    first = create(client)
    assert refusal(client.create_model_invocation_job, **request())[0] == "ConflictException"
    client.stop_model_invocation_job(jobIdentifier=first)
    assert refusal(client.create_model_invocation_job, **request())[0] == "ConflictException"
    clock.advance(3600)

    assert create(client) != first


@pytest.mark.parametrize("code", ["ValidationException", "ConflictException"])
def test_a_known_token_with_other_parameters_may_be_refused(clock: ManualClock, code: str) -> None:
    client = client_with(clock, changed_token_error=code)
    first = create(client, clientRequestToken="once")

    assert create(client, clientRequestToken="once") == first
    changed = request(clientRequestToken="once", timeoutDurationInHours=100)
    assert refusal(client.create_model_invocation_job, **changed) == (code, "The token was used with other parameters")


@pytest.mark.parametrize("replays_arn", [True, False])
def test_a_repeated_token_may_be_answered_without_the_arn(clock: ManualClock, replays_arn: bool) -> None:
    client = client_with(clock, replays_arn=replays_arn)
    first = create(client, clientRequestToken="once")

    assert create(client, clientRequestToken="once") == (first if replays_arn else "")
    assert names(client) == ["nightly-1"]


@pytest.mark.parametrize(("seconds", "jobs"), [(599, 1), (601, 2)])
def test_a_token_may_be_forgotten_early(clock: ManualClock, seconds: int, jobs: int) -> None:
    client = client_with(clock, token_memory_seconds=600)
    create(client, clientRequestToken="once")
    clock.advance(seconds)
    create(client, "nightly-2", clientRequestToken="once")

    assert len(names(client)) == jobs


@pytest.mark.parametrize("lists_ended_tags", [False, True])
def test_the_tags_of_an_ended_job_cannot_be_read_unless_asked_otherwise(
    clock: ManualClock, lists_ended_tags: bool
) -> None:
    client = client_with(clock, lists_ended_tags=True) if lists_ended_tags else client_with(clock)
    arn = create(client, tags=[{"key": "team", "value": "support"}])
    client.stop_model_invocation_job(jobIdentifier=arn)
    assert tags(client, arn) == {"team": "support"}
    clock.advance(3600)
    client.tag_resource(resourceARN=arn, tags=[{"key": "team", "value": "sales"}])

    if lists_ended_tags:
        assert tags(client, arn) == {"team": "sales"}
    else:
        found = refusal(client.list_tags_for_resource, resourceARN=arn)
        assert found == ("ValidationException", "The tags of a job that is Stopped can not be read")


@pytest.mark.parametrize("seconds", [0, 3600], ids=["stopping", "ended"])
def test_a_job_that_ends_may_refuse_changes_of_its_tags(clock: ManualClock, seconds: int) -> None:
    client = client_with(clock, ended_refuses_tags=True)
    arn = create(client, tags=[{"key": "team", "value": "support"}])
    assert tags(client, arn) == {"team": "support"}
    client.stop_model_invocation_job(jobIdentifier=arn)
    clock.advance(seconds)

    tag = [{"key": "team", "value": "sales"}]
    assert refusal(client.tag_resource, resourceARN=arn, tags=tag)[0] == "ValidationException"
    assert refusal(client.untag_resource, resourceARN=arn, tagKeys=["team"])[0] == "ValidationException"


@pytest.mark.parametrize(
    ("quirks", "message"),
    [
        (
            {"hidden_members": frozenset({"jobname", "status"})},
            r"hidden_members must be members of GetModelInvocationJob's answer, got \['jobname'\]",
        ),
        ({"page_size": 0}, "page_size must be 1 or more, got 0"),
        ({"calls_per_second": 0.0}, r"calls_per_second must be more than 0, got 0\.0"),
        ({"running_stop_conflicts": -1}, "running_stop_conflicts must be 0 or more, got -1"),
        ({"ineffective_stops": -1}, "ineffective_stops must be 0 or more, got -1"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_fails_for_a_quirk_that_no_service_can_have(quirks: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        Quirks(**quirks)
