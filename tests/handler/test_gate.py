"""The gate: a deployment may wait until Bedrock has validated the job, bounded, and never longer."""

import pytest

from bedrock_batch_local.engine.faults import Fault
from bedrock_batch_local.engine.pacing import Pacing
from bedrock_batch_local.engine.workload import GivenWorkload
from handler.vocabulary import started_and_running
from handler.world import World, build_world, properties, world_and_stack

FAULT = "The number of records is less than the minimum of 100"
GATED = {"Gate": "VALIDATED", "GateSeconds": "600"}


def failing_world() -> World:
    """A service in which every job fails its validation."""
    return build_world(workload=GivenWorkload(validation_failure=FAULT))


def test_without_a_gate_a_job_that_fails_later_leaves_the_deployment_green() -> None:
    world = failing_world()

    assert world.create()["Status"] == "SUCCESS"


def test_a_job_that_fails_its_validation_fails_the_create_with_the_service_s_own_words() -> None:
    world = failing_world()
    answer = world.create(**GATED)

    assert answer["Status"] == "FAILED"
    assert FAULT in answer["Reason"]
    assert world.live() == []


def test_the_delete_that_follows_a_failed_gate_finds_nothing_to_stop() -> None:
    world = failing_world()
    failed = world.create(**GATED)

    assert world.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert "stop_model_invocation_job" not in world.calls()


def test_a_failed_gate_of_an_update_keeps_the_old_id() -> None:
    failing = GivenWorkload(validation_failure=FAULT)
    world = build_world(workload=GivenWorkload(of=lambda job: failing if job.converse else None))
    old_properties = properties(Job={"modelInvocationType": "InvokeModel"})
    old = world.create(Job={"modelInvocationType": "InvokeModel"})["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    answer = world.update(old, old_properties, properties(**GATED))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", old)
    assert FAULT in answer["Reason"]
    assert world.live() == [old]


def test_a_job_that_passes_lets_the_deployment_through_at_once(world: World) -> None:
    answer = world.create(**GATED)

    assert answer["Status"] == "SUCCESS"
    assert "Reason" not in answer
    assert world.status(answer["PhysicalResourceId"]) == "Scheduled"
    assert 100 < sum(world.clock.slept) < 200


def test_when_the_bound_passes_the_deployment_succeeds_and_says_so() -> None:
    world = build_world(pacing=Pacing(validating=7200.0))
    answer = world.create(Gate="VALIDATED", GateSeconds="120")

    assert answer["Status"] == "SUCCESS"
    assert "is still Validating after 120 seconds" in answer["Reason"]
    assert world.live() == [answer["PhysicalResourceId"]]
    assert sum(world.clock.slept) < 140


def test_a_job_stopped_by_somebody_while_the_deployment_waits_fails_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = world.bedrock.get_model_invocation_job

    def stopped_meanwhile(jobIdentifier: str) -> dict[str, object]:  # noqa: N803 - boto3's own spelling
        if len(world.clock.slept) == 3:
            world.bedrock.stop_model_invocation_job(jobIdentifier=jobIdentifier)
            world.clock.sleep(600)
        return get(jobIdentifier=jobIdentifier)

    monkeypatch.setattr(world.bedrock, "get_model_invocation_job", stopped_meanwhile)

    assert "was stopped before the deployment was done" in world.create(**GATED)["Reason"]


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "CREATE_FAILED"])
def test_a_stack_that_turns_around_while_the_deployment_waits_gets_its_job_stopped(world: World, status: str) -> None:
    world.cloudformation.turn(status, after_looks=5)
    answer = world.create(**GATED)

    job_arn = answer["PhysicalResourceId"]
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == f"the stack does not go forward with this request, so {job_arn} was stopped again."
    assert world.live() == []


def test_a_job_that_the_next_operation_may_want_is_left_and_named_when_the_deployment_no_longer_waits() -> None:
    """It was there when that operation began, so whatever cancelled this request could find it."""
    world, stack = world_and_stack()
    stack.after_looks(5, stack.update)

    answer = world.create(**GATED)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", world.live()[0])
    assert answer["Reason"] == (
        "the stack has gone on to another operation since this request, so nothing more was done."
        + started_and_running(world.live()[0])
    )


def test_a_job_that_was_found_is_not_stopped_when_the_stack_turns_around_while_the_deployment_waits(
    world: World,
) -> None:
    """It may be on record; a Delete of the stack or of the resource stops it."""
    arn = world.create()["PhysicalResourceId"]
    world.service_clock.advance(30)
    world.cloudformation.turn("ROLLBACK_IN_PROGRESS", after_looks=3)

    assert world.create(**GATED)["PhysicalResourceId"] == arn
    assert world.live() == [arn]


def test_a_job_that_cannot_be_read_while_the_deployment_waits_is_named(world: World) -> None:
    world.bedrock.faults.add(
        "GetModelInvocationJob",
        Fault(meanwhile=lambda: world.bedrock.fault("get_model_invocation_job", "AccessDeniedException")),
    )
    answer = world.create(**GATED)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", world.live()[0])
    assert f"{world.live()[0]} was started by this request and may be running and billing." in answer["Reason"]


@pytest.mark.parametrize("status", ["Queued", None])
def test_a_status_that_is_not_known_does_not_open_it(world: World, status: str | None) -> None:
    get = world.bedrock.get_model_invocation_job
    world.bedrock.get_model_invocation_job = lambda **job: get(**job) | {"status": status}  # type: ignore[method-assign]  # a new word, or none

    answer = world.create(Gate="VALIDATED", GateSeconds="30")

    assert answer["Status"] == "SUCCESS"
    assert answer["Reason"] == (
        f"{answer['PhysicalResourceId']} is still {status or 'without a status'} after 30 seconds; the deployment does"
        " not wait longer, the job goes on"
    )


def test_the_same_event_again_after_a_failed_gate_says_the_same() -> None:
    world = failing_world()
    event = world.event("Create", ResourceProperties=properties(**GATED))
    first = world.deliver(event)
    world.clock.sleep(60)

    assert world.deliver(event) == first
    assert world.started == 1


@pytest.mark.parametrize("seconds", ["0", "721", "ten"])
def test_a_bound_outside_its_range_is_refused(world: World, seconds: str) -> None:
    answer = world.create(Gate="VALIDATED", GateSeconds=seconds)

    assert "GateSeconds must be a whole number between 1 and 720" in answer["Reason"]
    assert world.started == 0
