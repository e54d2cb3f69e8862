"""A status that this version does not know is one of a job that may be running."""

import pytest

from bedrock_batch.statuses import JobStatus
from handler.update_stories import updating
from handler.vocabulary import OTHER_RUN, created
from handler.world import World, build_world, properties

UNKNOWN = "Queued"
EARLY = {JobStatus.SUBMITTED: UNKNOWN, JobStatus.VALIDATING: UNKNOWN, JobStatus.SCHEDULED: UNKNOWN}


@pytest.fixture
def world() -> World:
    """Bedrock shows jobs that do not run yet by a new word."""
    return build_world(shown_as=EARLY)


def stops(world: World) -> int:
    return [method for method, _ in world.bedrock.calls].count("stop_model_invocation_job")


def test_a_delete_stops_it_once_and_waits_for_its_end(world: World) -> None:
    arn = created(world)

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert (stops(world), world.status(arn)) == (1, "Stopped")


def test_a_delete_is_no_success_while_it_shows_and_no_stop_was_accepted(world: World) -> None:
    arn = created(world)
    world.bedrock.fault("stop_model_invocation_job", "ConflictException", times=1000)

    answer = world.delete(arn)

    assert answer["Status"] == "FAILED"
    assert f"{arn} is still running and billing" in answer["Reason"]
    assert "aws bedrock stop-model-invocation-job" in answer["Reason"]


def test_the_gate_does_not_open_for_it(world: World) -> None:
    world = build_world(shown_as={**EARLY, JobStatus.IN_PROGRESS: UNKNOWN})
    answer = world.create(Gate="VALIDATED", GateSeconds="30")

    assert answer["Status"] == "SUCCESS"
    assert f"is still {UNKNOWN} after 30 seconds" in answer["Reason"]


def test_the_gate_opens_when_a_known_status_follows(world: World) -> None:
    answer = world.create(Gate="VALIDATED", GateSeconds="600")

    assert (answer["Status"], answer.get("Reason", "")) == ("SUCCESS", "")
    assert world.status(answer["PhysicalResourceId"]) == "InProgress"


def test_a_rollback_stops_it_and_keeps_the_job_before(world: World) -> None:
    before, after = updating(world, {}, OTHER_RUN)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(before, properties(**OTHER_RUN), properties())["PhysicalResourceId"] == before
    assert world.status(after) in ("Stopping", "Stopped")
    assert world.live() == [before]


def test_the_same_declaration_again_pays_for_no_second_job(world: World) -> None:
    assert created(world) == created(world)
    assert world.started == 1
