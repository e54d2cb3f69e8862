"""The rollback of an update stops what the update had started, and returns to the job from before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bedrock_batch_local.engine.pacing import Pacing
from handler.vocabulary import CFN_MADE_ID, DAY, OTHER_RUN, by_hand, created, operator_stops
from handler.world import World, properties, world_and_stack
from model_invocation_job.core.stack_state import StackState

_OLD, _NEW = properties(), properties(**OTHER_RUN)


def rolled_back_after_its_answer() -> tuple[World, dict[str, Any], str, str]:
    """A world, an Update that is rolled back, the job from before and the one that it had started."""
    world, stack = world_and_stack()
    recorded = created(world)
    stack.update()
    event = world.event("Update", PhysicalResourceId=recorded, OldResourceProperties=_OLD, ResourceProperties=_NEW)
    started = world.deliver(event)["PhysicalResourceId"]
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    return world, event, recorded, started


def test_a_cancelled_update_delivered_again_in_its_rollback_stops_what_it_had_started() -> None:
    world, event, recorded, started = rolled_back_after_its_answer()
    world.clock.sleep(30)

    answer = world.deliver(event)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", recorded)
    assert answer["Reason"] == (f"the stack does not go forward with this request, so {started} was stopped again.")
    assert world.live() == [recorded]


def test_a_cancelled_update_delivered_again_says_of_a_job_that_has_ended_that_it_was_not_stopped() -> None:
    world, event, _, started = rolled_back_after_its_answer()
    world.clock.sleep(24 * 3600)
    world.bedrock.calls.clear()

    event |= {"ResponseURL": world.event("Update")["ResponseURL"]}
    answer = world.deliver(event)

    assert answer["Reason"] == f"the stack does not go forward with this request, and {started} had ended before."
    assert "stop_model_invocation_job" not in [method for method, _ in world.bedrock.calls]


@pytest.mark.parametrize("lag", [0.0, 5.0, 45.0, 120.0])
@pytest.mark.parametrize("shown", [_NEW, _OLD], ids=["attempt shown", "attempt not shown"])
def test_a_rollback_stops_what_the_cancelled_update_has_started(shown: dict[str, Any], lag: float) -> None:
    world, stack = world_and_stack(list_lag_seconds=lag)
    recorded = created(world)
    stack.update()
    world.update(recorded, _OLD, _NEW)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    answer = world.update(recorded, shown, _OLD)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", recorded)
    assert world.live() == [recorded]


@pytest.mark.parametrize("shown", [_NEW, _OLD], ids=["attempt shown", "attempt not shown"])
@pytest.mark.parametrize(("seconds", "lives_on"), [(24 * 3600 + 5, True), (24 * 3600 - 60, False)])
def test_a_rollback_stops_no_job_of_more_than_a_day_ago(
    shown: dict[str, Any], seconds: float, *, lives_on: bool
) -> None:
    """No operation of a stack lasts longer; a job that was left running since is not told from an attempt's."""
    world, stack = world_and_stack(pacing=Pacing(submitted=14 * DAY))
    left = created(world, **OTHER_RUN)
    recorded = created(world)
    world.service_clock.advance(seconds)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(recorded, shown, _OLD)["PhysicalResourceId"] == recorded
    assert (left in world.live(), recorded in world.live()) == (lives_on, True)


@pytest.mark.parametrize("rollback_is_an_update", [True, False])
def test_a_rollback_stops_what_the_update_declared_also_when_it_ran_before(rollback_is_an_update: bool) -> None:
    world, stack = world_and_stack()
    again, recorded = created(world, **OTHER_RUN), created(world)
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")
    if not rollback_is_an_update:
        stack.updated_at = None

    world.update(recorded, _NEW, _OLD)

    assert again not in world.live()
    assert world.live() == [recorded]


def test_a_rollback_without_a_job_on_record_takes_the_earlier_one_back() -> None:
    world, stack = world_and_stack()
    earlier = created(world)
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")

    assert world.update(CFN_MADE_ID, _NEW, _OLD)["PhysicalResourceId"] == earlier


def test_a_rollback_that_shows_no_attempt_leaves_the_jobs_of_others_alone() -> None:
    world, stack = world_and_stack()
    theirs, recorded = by_hand(world), created(world)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, _OLD, _OLD)
    assert set(world.live()) == {theirs, recorded}


@pytest.mark.parametrize(("seconds", "began_before"), [(-1, False), (0, True), (1, True)])
def test_a_job_of_the_very_second_of_an_update_is_the_updates(seconds: int, began_before: bool) -> None:
    began = datetime(2026, 11, 25, tzinfo=UTC)

    assert StackState("UPDATE_IN_PROGRESS", began).began_before(began + timedelta(seconds=seconds)) is began_before


@pytest.mark.parametrize(("alive", "returned_to"), [(None, 3), (3, 3), (2, 2), (1, 1)])
@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_a_rollback_returns_to_the_attempt_that_runs_or_else_to_the_newest(
    alive: int | None, returned_to: int, order: list[int]
) -> None:
    world, stack = world_and_stack()
    attempts = []
    for _ in range(3):
        attempts.append(created(world))
        operator_stops(world, attempts[-1])
    new = created(world, **OTHER_RUN)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    shown = [{"jobArn": arn, "status": "Stopped"} for arn in attempts]
    if alive:
        shown[alive - 1]["status"] = "InProgress"
    listed = world.bedrock.list_model_invocation_jobs

    def as_told(**arguments: Any) -> dict[str, Any]:
        jobs = {job["jobArn"]: job for job in listed(**arguments)["invocationJobSummaries"]}
        return {"invocationJobSummaries": [jobs[shown[n]["jobArn"]] | shown[n] for n in order if len(jobs) == 3]}

    world.bedrock.list_model_invocation_jobs = as_told  # type: ignore[method-assign] # statuses that no engine mixes so

    assert world.update(new, _NEW, _OLD)["PhysicalResourceId"] == attempts[returned_to - 1]


def test_a_rollback_of_what_an_unknown_version_declared_returns_to_what_is_on_record() -> None:
    world, stack = world_and_stack()
    recorded = created(world)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    answer = world.update(recorded, {"Job": "?"}, _OLD)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", recorded)
