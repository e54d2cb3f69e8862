"""A rollback that must look for a while, cannot look, or returns to a job that is forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from bedrock_batch_local.engine.faults import Outage
from bedrock_batch_local.engine.pacing import Pacing
from handler.cloudformation import OneStack
from handler.vocabulary import CFN_MADE_ID, OTHER_RUN, created, operator_stops
from handler.world import STACK_ID, World, properties, world_and_stack

_OLD, _NEW = properties(), properties(**OTHER_RUN)


def forgotten() -> tuple[World, OneStack, str]:
    """A rollback to a job that Bedrock knows no longer, from an update that answered with another."""
    world, stack = world_and_stack(retention_seconds=3600.0)
    before = created(world)
    operator_stops(world, before)
    world.service_clock.advance(3600.0)
    stack.update()
    after = str(world.update(before, _OLD, _NEW)["PhysicalResourceId"])
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    return world, stack, after


OUTAGES = ["list_model_invocation_jobs", "get_model_invocation_job"]


def cancelled(outage: Outage | None = None, shown: dict[str, Any] = _NEW) -> tuple[World, str, dict[str, Any]]:
    """A rollback Update after an update whose answer was lost, and an outage from the rollback on."""
    world, stack = world_and_stack(outages=(outage,) if outage else ())
    recorded = created(world)
    stack.update()
    world.update(recorded, _OLD, _NEW)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    event = world.event("Update", PhysicalResourceId=recorded, OldResourceProperties=shown, ResourceProperties=_OLD)
    return world, recorded, event


def test_a_rollback_looks_for_two_and_a_half_minutes_for_what_the_update_may_have_started() -> None:
    world, stack = world_and_stack()
    recorded = created(world)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(recorded, _NEW, _OLD)["PhysicalResourceId"] == recorded
    assert sum(world.clock.slept) == pytest.approx(150)


def test_a_rollback_of_an_update_that_answered_leaves_its_job_to_cloudformation() -> None:
    """It deletes the id that is no longer on record; a stop by both would hide which one failed."""
    world, stack = world_and_stack()
    before = created(world)
    stack.update()
    after = str(world.update(before, _OLD, _NEW)["PhysicalResourceId"])
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(after, _NEW, _OLD)["PhysicalResourceId"] == before
    assert set(world.live()) == {before, after}
    assert world.clock.slept == []


@pytest.mark.parametrize("lag", [5.0, 45.0, 120.0])
def test_the_job_that_is_returned_to_is_found_however_late_the_list_shows_it(lag: float) -> None:
    world, stack = world_and_stack(list_lag_seconds=lag)
    before = created(world)
    stack.status = "UPDATE_IN_PROGRESS"
    after = str(world.update(before, _OLD, _NEW)["PhysicalResourceId"])
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(after, _NEW, _OLD)["PhysicalResourceId"] == before
    assert world.started == 2


def test_a_rollback_to_a_job_that_is_forgotten_lets_cloudformation_delete_the_attempts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world, _, after = forgotten()

    answer = world.update(after, _NEW, _OLD)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", f"{after}#earlier-job-forgotten")
    assert answer["Data"]["JobArn"] == after
    assert "earlier job forgotten" in capsys.readouterr().out
    world.delete(after, _NEW)
    assert (world.started, world.live()) == (2, [])


def test_the_id_of_a_forgotten_job_lasts_through_the_next_update_and_its_rollback() -> None:
    world, stack, after = forgotten()
    recorded = str(world.update(after, _NEW, _OLD)["PhysicalResourceId"])
    world.delete(after, _NEW)
    third = properties(RunId="3")
    stack.update()

    assert world.update(recorded, _OLD, properties(Job={"tags": ""}))["PhysicalResourceId"] == recorded
    started = str(world.update(recorded, _OLD, third)["PhysicalResourceId"])
    assert world.live() == [started]
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    assert world.update(recorded, third, _OLD)["PhysicalResourceId"] == recorded
    assert world.live() == []
    assert world.delete(recorded)["Status"] == "SUCCESS"


def test_a_rollback_without_any_job_keeps_the_id() -> None:
    world, stack = world_and_stack()
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    answer = world.update(CFN_MADE_ID, _NEW, _OLD)

    assert (answer["Status"], answer["PhysicalResourceId"], world.started) == ("SUCCESS", CFN_MADE_ID, 0)


@pytest.mark.parametrize("seconds", [100.0, 200.0, 500.0])
@pytest.mark.parametrize("operation", ["ListModelInvocationJobs", "GetModelInvocationJob"])
def test_a_rollback_waits_out_an_outage_and_stops_what_the_update_had_started(operation: str, seconds: float) -> None:
    world, recorded, event = cancelled(Outage(operation, 61.0, 61.0 + seconds, "InternalServerException"))

    assert world.deliver(event)["PhysicalResourceId"] == recorded
    assert world.live() == [recorded]


@pytest.mark.parametrize("error", ["InternalServerException", "AccessDeniedException", "ProxyPage200"])
@pytest.mark.parametrize("operation", OUTAGES)
def test_a_rollback_that_cannot_look_names_what_may_run_and_how_to_go_on(operation: str, error: str) -> None:
    world, recorded, event = cancelled()
    world.bedrock.fault(operation, error, times=1000)

    answer = world.deliver(event)

    word = "UnreadableAnswerError" if error == "ProxyPage200" else error
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", recorded)
    assert answer["Reason"] == (
        f"what the cancelled update may have started could not be looked for ({word}): a job whose name holds"
        " 0a1b2c3dicketsE1-d4406fac may be running and billing. When Bedrock answers again, continue the rollback"
        f" with: aws cloudformation continue-update-rollback --stack-name {STACK_ID}."
    )
    assert "0a1b2c3dicketsE1-d4406fac" in next(
        call["jobName"] for name, call in reversed(world.bedrock.calls) if name == "create_model_invocation_job"
    )

    world.bedrock.faults.clear()
    assert world.deliver(event)["PhysicalResourceId"] == recorded
    assert world.live() == [recorded]


@pytest.mark.parametrize("shown", [{"Job": "?"}, _OLD], ids=["unreadable", "not shown"])
def test_a_rollback_that_cannot_look_and_does_not_know_the_attempt_names_what_all_names_hold(
    shown: dict[str, Any],
) -> None:
    world, _, event = cancelled(shown=shown)
    for operation in OUTAGES:
        world.bedrock.fault(operation, "AccessDeniedException", times=1000)

    reason = world.deliver(event)["Reason"]

    assert "a job whose name holds 0a1b2c3dicketsE1 may be running and billing" in reason


def test_a_late_update_whose_start_never_came_stops_nothing() -> None:
    """It comes while the stack rolls back, so it looks like a rollback from the recorded job to a forgotten one."""
    world, stack = world_and_stack()
    recorded = created(world)
    stack.update()
    event = world.event("Update", PhysicalResourceId=recorded, OldResourceProperties=_OLD, ResourceProperties=_NEW)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.deliver(event)

    assert (world.started, world.engine.bill().stopped) == (1, 0)


def test_a_dead_attempt_does_not_end_the_look_for_what_the_update_had_started() -> None:
    world, stack = world_and_stack(list_lag_seconds=45.0)
    operator_stops(world, created(world, **OTHER_RUN))
    recorded = created(world)
    stack.update()
    world.update(recorded, _OLD, _NEW)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(recorded, _NEW, _OLD)["PhysicalResourceId"] == recorded
    assert world.live() == [recorded]


def test_a_rollback_whose_address_tells_no_time_stops_what_the_update_had_started() -> None:
    world, recorded, event = cancelled()
    event["ResponseURL"] = event["ResponseURL"].partition("?")[0]

    assert world.deliver(event)["PhysicalResourceId"] == recorded
    assert world.live() == [recorded]


@pytest.mark.parametrize(("days", "is_stopped"), [(0.5, True), (1.5, False)])
def test_a_job_from_before_any_operation_that_can_still_go_on_is_left_alone(days: float, *, is_stopped: bool) -> None:
    world, stack = world_and_stack(pacing=Pacing(submitted=10 * 86_400.0))
    earlier = created(world, **OTHER_RUN)
    world.service_clock.advance(days * 86_400.0)
    recorded = created(world)
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")

    world.update(recorded, _NEW, _OLD)

    assert (earlier not in world.live()) is is_stopped


def test_tags_that_a_rollback_cannot_restore_do_not_hold_it_up() -> None:
    world, stack = world_and_stack()
    recorded = created(world)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    tagged = properties(Job={"tags": [{"key": "team", "value": "sales"}]})
    world.bedrock.fault("tag_resource", "ValidationException", times=1000)
    stack.after_looks(1, lambda: setattr(stack, "fails_with", "Throttling"))

    assert world.update(recorded, tagged, _OLD)["Status"] == "FAILED"
    assert sum(world.clock.slept) < 21


def test_a_rollback_to_a_job_whose_name_is_not_shown_names_it_as_the_first_attempt() -> None:
    world, stack = world_and_stack()
    recorded = created(world)
    name = world.answers[-1]["Data"]["JobName"]
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")
    get = world.bedrock.get_model_invocation_job
    world.bedrock.get_model_invocation_job = lambda **arguments: {  # type: ignore[method-assign] # a member left out
        member: value for member, value in get(**arguments).items() if member != "jobName"
    }

    answer = world.update(recorded, _NEW, _OLD)
    assert (answer["Status"], answer["Data"]["JobName"]) == ("SUCCESS", name)


def test_a_recorded_job_whose_clock_is_ahead_is_not_taken_for_the_updates() -> None:
    world, stack = world_and_stack()
    recorded = created(world)
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")
    stack.updated_at = world.clock.now() - timedelta(seconds=70)

    assert world.update(recorded, _NEW, _OLD)["PhysicalResourceId"] == recorded
    assert world.live() == [recorded]
