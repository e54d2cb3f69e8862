"""Delete of an id that names no job: it speaks for one attempt, and outside a rollback never for the newest job."""

from typing import Any

import pytest

from handler.vocabulary import CFN_MADE_ID, OTHER_RUN, created, operator_stops
from handler.world import REGION, World, build_world, properties, world_and_stack

NAME = "tickets-0a1b2c3dicketsE1-704dce9f"
NOT_STARTED = "not-started:3b67207372e8589b"
# A stack that is being created has no earlier attempts, and DescribeStacks may not show its rollback yet.
ROLLBACK_OR_DELETE = [
    "ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "DELETE_FAILED",
    "CREATE_IN_PROGRESS",
]
# With rollback disabled, CloudFormation may delete a failed attempt's id at any of these.
KEEPS = ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "CREATE_FAILED", "UPDATE_FAILED"]
_STRANGE = [CFN_MADE_ID, "", "2026/11/23/[$LATEST]0123456789abcdef", pytest.param("x" * 1024, id="junk")]


@pytest.mark.parametrize("status", ROLLBACK_OR_DELETE)
@pytest.mark.parametrize("physical_id", [*_STRANGE, NOT_STARTED, f"maybe-started:{NAME}-1"])
def test_it_leads_to_the_job_of_the_cancelled_create_while_the_stack_rolls_back(
    world: World, physical_id: str, status: str
) -> None:
    arn = created(world)
    world.cloudformation.status = status

    answer = world.delete(physical_id)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", physical_id or NOT_STARTED)
    assert world.status(arn) == "Stopped"


@pytest.mark.parametrize("status", KEEPS)
@pytest.mark.parametrize("physical_id", [*_STRANGE, NOT_STARTED, f"maybe-started:{NAME}-1"])
def test_it_never_stops_the_newest_job_of_a_stack_that_does_not_roll_back(
    world: World, physical_id: str, status: str
) -> None:
    arn = created(world)
    world.cloudformation.status = status

    assert world.delete(physical_id)["Status"] == "SUCCESS"
    assert world.live() == [arn]


def first_of_two(world: World) -> tuple[str, str]:
    """An attempt that is still live although a later one was started, as after a long lag of the list."""
    listed = world.bedrock.list_model_invocation_jobs
    first = created(world)
    world.service_clock.advance(60)
    world.bedrock.list_model_invocation_jobs = lambda **_: {"invocationJobSummaries": []}  # type: ignore[method-assign]  # a list that lags
    second = created(world, **OTHER_RUN)
    world.bedrock.list_model_invocation_jobs = listed  # type: ignore[method-assign]
    return first, second


@pytest.mark.parametrize("status", KEEPS)
@pytest.mark.parametrize("physical_id", [CFN_MADE_ID, NOT_STARTED, f"maybe-started:{NAME}-1"])
def test_an_attempt_with_a_newer_job_beside_it_is_stopped_everywhere(
    world: World, physical_id: str, status: str
) -> None:
    first, second = first_of_two(world)
    world.cloudformation.status = status

    assert world.delete(physical_id)["Status"] == "SUCCESS"
    assert world.status(first) == "Stopped"
    assert world.live() == [second]


def test_an_id_with_the_name_of_an_attempt_speaks_for_that_one_alone(world: World) -> None:
    dead = created(world)
    operator_stops(world, dead)
    second = created(world)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(f"maybe-started:{NAME}-1")["Status"] == "SUCCESS"
    assert world.live() == [second]
    world.delete(f"maybe-started:{NAME}-2")
    assert world.live() == []


def test_an_id_of_an_attempt_that_was_never_made_stops_nothing_else(world: World) -> None:
    arn = created(world)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(f"maybe-started:{NAME}-2")["Status"] == "SUCCESS"
    assert world.live() == [arn]


@pytest.mark.parametrize("retried", [{}, OTHER_RUN], ids=["same properties", "other properties"])
@pytest.mark.parametrize("fate", ["live", "dead", "never made"])
def test_with_rollback_disabled_the_id_of_the_failed_attempt_spares_the_good_job(
    world: World, retried: dict[str, Any], fate: str
) -> None:
    world.bedrock.fault(
        "create_model_invocation_job", "ConflictException", when="before" if fate == "never made" else "after"
    )
    list_jobs = world.bedrock.list_model_invocation_jobs
    world.bedrock.list_model_invocation_jobs = lambda **_: {"invocationJobSummaries": []}  # type: ignore[method-assign]  # a list that lags
    failed = world.create()
    assert (failed["Status"], failed["PhysicalResourceId"]) == ("FAILED", f"maybe-started:{NAME}-1")
    world.bedrock.list_model_invocation_jobs = list_jobs  # type: ignore[method-assign]
    if fate == "dead":
        operator_stops(world, world.live()[0])
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    good = created(world, **retried)
    world.cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"

    assert world.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert world.live() == [good]


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_IN_PROGRESS"])
def test_a_delete_that_was_overtaken_spares_the_newest_job(status: str) -> None:
    """That the stack rolls back now says nothing of what this Delete was sent for."""
    world, stack = world_and_stack()
    event = world.event("Delete", PhysicalResourceId=CFN_MADE_ID)
    stack.update()
    arn = created(world)
    stack.status = status

    assert world.deliver(event)["Status"] == "SUCCESS"
    assert world.live() == [arn]


@pytest.mark.parametrize("physical_id", [CFN_MADE_ID, NOT_STARTED, f"maybe-started:{NAME}-1"])
def test_without_knowing_the_direction_a_job_that_may_run_is_named_and_left(world: World, physical_id: str) -> None:
    arn = created(world)
    world.cloudformation.fails_with = "Throttling"

    answer = world.delete(physical_id)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", physical_id)
    assert answer["Reason"] == (
        f"{arn} may be running and billing, and CloudFormation does not tell whether the stack keeps it. Delete again,"
        f" or stop it with: aws bedrock stop-model-invocation-job --job-identifier {arn} --region {REGION}."
    )
    assert world.live() == [arn]
    assert sum(world.clock.slept) == pytest.approx(575)


def test_without_a_job_the_direction_is_not_asked_for(world: World) -> None:
    world.cloudformation.fails_with = "Throttling"

    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert world.cloudformation.calls == []


def test_it_waits_for_a_create_under_way(world: World) -> None:
    """List shows a new job up to two minutes late."""
    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert sum(world.clock.slept) == pytest.approx(150)


def test_a_start_that_may_have_been_is_waited_for_as_long(world: World) -> None:
    assert world.delete(f"maybe-started:{NAME}-1")["Status"] == "SUCCESS"
    assert sum(world.clock.slept) == pytest.approx(150)


def test_after_a_create_that_started_nothing_there_is_nothing_to_wait_for(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", "ServiceQuotaExceededException")
    failed = world.create()

    assert failed["PhysicalResourceId"] == NOT_STARTED
    assert world.delete(NOT_STARTED)["Status"] == "SUCCESS"
    assert world.clock.slept == []
    assert "stop_model_invocation_job" not in world.calls()


@pytest.mark.parametrize("quirks", [{"hidden_members": frozenset({"submitTime"})}, {"shows_token": False}], ids=str)
@pytest.mark.parametrize(("status", "lives_on"), [("ROLLBACK_IN_PROGRESS", False), ("UPDATE_IN_PROGRESS", True)])
def test_a_member_that_is_left_out_makes_no_failure(quirks: dict[str, Any], status: str, *, lives_on: bool) -> None:
    world = build_world(**quirks)
    arn = created(world)
    world.cloudformation.status = status

    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert (world.live() == [arn]) is lives_on


def test_properties_of_which_no_job_can_come_leave_nothing_to_stop(world: World) -> None:
    assert world.delete(CFN_MADE_ID, properties(Job={"modelId": ""}))["Status"] == "SUCCESS"
    assert world.bedrock.calls == []


@pytest.mark.parametrize("physical_id", [CFN_MADE_ID, NOT_STARTED, f"maybe-started:{NAME}-1"])
@pytest.mark.parametrize("error", ["InternalServerException", "AccessDeniedException"])
def test_a_job_that_cannot_be_looked_for_may_be_running(world: World, error: str, physical_id: str) -> None:
    """Advice to deploy again is for what was to be started; this is a Delete."""
    created(world)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.bedrock.fault("list_model_invocation_jobs", error, times=1000)

    answer = world.delete(physical_id)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", physical_id)
    assert answer["Reason"] == (
        f"jobs could not be looked for ({error}): one whose name holds 0a1b2c3dicketsE1-704dce9f may be running and"
        " billing. Delete again when Bedrock answers."
    )
    world.bedrock.faults.clear()
    assert world.delete(physical_id)["Status"] == "SUCCESS"
    assert world.live() == []


def test_a_dead_attempt_does_not_end_the_look_for_the_next() -> None:
    world = build_world(list_lag_seconds=45.0)
    operator_stops(world, created(world))
    created(world)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert (world.started, world.live()) == (2, [])


@pytest.mark.parametrize("descending", [True, False])
def test_the_newest_job_is_the_one_that_was_submitted_last_wherever_the_list_shows_it(*, descending: bool) -> None:
    world = build_world()
    first = created(world)
    world.service_clock.advance(10)
    newest = created(world, **OTHER_RUN)
    world.cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    listed = world.bedrock.list_model_invocation_jobs

    def ordered(**page: Any) -> dict[str, Any]:
        answer = listed(**page)
        jobs = sorted(answer["invocationJobSummaries"], key=lambda job: job["submitTime"], reverse=descending)
        return answer | {"invocationJobSummaries": jobs}

    world.bedrock.list_model_invocation_jobs = ordered  # type: ignore[method-assign] # an order nobody has promised
    world.delete(CFN_MADE_ID)
    world.delete(CFN_MADE_ID, properties(**OTHER_RUN))

    assert (world.status(first), world.live()) == ("Stopped", [newest])


def test_an_empty_id_is_answered_with_one_that_names_the_resource(world: World) -> None:
    assert world.delete("")["PhysicalResourceId"] == NOT_STARTED
