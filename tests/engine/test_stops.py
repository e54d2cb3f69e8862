"""Stops that are refused, and stops that change nothing although they are answered with success."""

from __future__ import annotations

import pytest
from engine.jobs import client_of, client_with, create, get, refusal

from bedrock_batch_local import BatchEngine, InProcessClient, ManualClock, Quirks


def stop(client: InProcessClient, arn: str) -> str:
    """Stop a job: the status that it has then."""
    client.stop_model_invocation_job(jobIdentifier=arn)
    return str(get(client, arn)["status"])


@pytest.mark.parametrize("code", ["ValidationException", "ConflictException"])
def test_stopping_an_ended_or_stopping_job_is_refused_with_its_state(clock: ManualClock, code: str) -> None:
    client = client_with(clock, ended_stop_error=code)
    arn = create(client)
    client.stop_model_invocation_job(jobIdentifier=arn)

    assert refusal(client.stop_model_invocation_job, jobIdentifier=arn)[1].endswith("State was: Stopping")
    clock.advance(100)
    found = refusal(client.stop_model_invocation_job, jobIdentifier=arn)

    assert (found[0], found[1][-18:]) == (code, "State was: Stopped")


@pytest.mark.parametrize("ineffective", [0, 2])
def test_the_first_stops_of_each_job_may_change_nothing(clock: ManualClock, ineffective: int) -> None:
    engine = BatchEngine(clock, quirks=Quirks(ineffective_stops=ineffective))
    client = client_of(engine)
    arns = create(client), create(client, "nightly-2")

    for arn in arns:
        assert [stop(client, arn) for _ in range(ineffective)] == ["Submitted"] * ineffective
    assert engine.bill().stopped == 0
    assert [stop(client, arn) for arn in arns] == ["Stopping", "Stopping"]
    assert engine.bill().stopped == 2


@pytest.mark.parametrize("conflicts", [0, 2])
def test_the_first_stops_of_each_running_job_may_be_refused(clock: ManualClock, conflicts: int) -> None:
    client = client_with(clock, running_stop_conflicts=conflicts)
    arns = create(client), create(client, "nightly-2")

    for arn in arns:
        for _ in range(conflicts):
            code, message = refusal(client.stop_model_invocation_job, jobIdentifier=arn)
            assert (code, message[-20:]) == ("ConflictException", "State was: Submitted")
        assert stop(client, arn) == "Stopping"


def test_refused_stops_come_before_those_that_change_nothing(clock: ManualClock) -> None:
    client = client_with(clock, running_stop_conflicts=1, ineffective_stops=1)
    arn = create(client)

    assert refusal(client.stop_model_invocation_job, jobIdentifier=arn)[0] == "ConflictException"
    assert [stop(client, arn), stop(client, arn)] == ["Submitted", "Stopping"]


def test_a_job_that_has_ended_keeps_its_own_answer(clock: ManualClock) -> None:
    client = client_with(clock, running_stop_conflicts=1, ineffective_stops=1)
    arn = create(client)
    clock.advance(3600)

    assert refusal(client.stop_model_invocation_job, jobIdentifier=arn)[0] == "ValidationException"
