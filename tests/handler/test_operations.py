"""A request, and a job, belong to one operation of the stack: what came before it and after it is left alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bedrock_batch_local.engine.faults import Fault, pass_role_denied
from handler.stories import CFN_MADE_ID, NO_JOB, OTHER_RUN, by_hand, created, operator_stops
from handler.world import StackClient, World, build_world, properties
from model_invocation_job.event import ResourceEvent
from model_invocation_job.stack import StackState

_OLD, _NEW = properties(), properties(**OTHER_RUN)


class _Stack(StackClient):
    """A stack that tells when its last update began."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self.updated_at: datetime | None = None

    def update(self, status: str = "UPDATE_IN_PROGRESS") -> None:
        """Begin an update, a minute after what was before."""
        self._world.clock.sleep(60)
        self.status, self.updated_at = status, self._world.clock.now()
        self._world.clock.sleep(1)

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's own spelling
        answer = super().describe_stacks(StackName=StackName)
        answer["Stacks"][0]["LastUpdatedTime"] = self.updated_at
        return answer


def _world(**engine: Any) -> tuple[World, _Stack]:
    world = build_world(**engine)
    world.cloudformation = stack = _Stack(world)
    return world, stack


def _update(old: dict[str, Any], new: dict[str, Any], physical_id: str) -> dict[str, Any]:
    return {"OldResourceProperties": old, "ResourceProperties": new, "PhysicalResourceId": physical_id}


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
def test_a_request_of_an_earlier_operation_does_nothing(request_type: str, status: str) -> None:
    world, stack = _world()
    job_arn = created(world)
    late = world.event(request_type, **_update(_OLD, _NEW, job_arn))
    stack.update(status)
    calls = len(world.bedrock.calls)

    answer = world.deliver(late)

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == "the stack has gone on to another operation since this request, so nothing was done."
    assert (len(world.bedrock.calls), world.live()) == (calls, [job_arn])


def test_a_request_of_this_operation_is_done_however_late_it_comes() -> None:
    world, stack = _world()
    job_arn = created(world)
    stack.update()
    event = world.event("Update", **_update(_OLD, _NEW, job_arn))
    world.clock.sleep(600)

    assert world.deliver(event)["Status"] == "SUCCESS"
    assert world.started == 2


@pytest.mark.parametrize(("on_removal", "lives_on"), [("LEAVE_RUNNING", True), ("STOP", False)])
def test_a_late_create_of_a_deleted_stack_stops_only_what_was_not_to_outlive_it(
    on_removal: str, lives_on: bool
) -> None:
    world, stack = _world()
    event = world.event("Create", ResourceProperties=properties(OnRemoval=on_removal))
    job_arn = world.deliver(event)["PhysicalResourceId"]
    stack.status = "DELETE_COMPLETE"
    world.clock.sleep(60)

    world.deliver(event)

    assert (world.live() == [job_arn]) is lives_on


def test_a_late_create_in_a_rollback_stops_only_what_was_started_for_it() -> None:
    world, stack = _world()
    left = created(world)
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")
    event = world.event("Create")
    world.clock.sleep(60)

    answer = world.deliver(event)

    assert (answer["Status"], world.live()) == ("FAILED", [left])


def test_a_job_that_an_earlier_operation_left_running_belongs_to_the_update_that_declares_it_again() -> None:
    world, stack = _world()
    left = created(world)
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")

    answer = world.create()

    assert (answer["Status"], world.live()) == ("FAILED", [])
    assert left in answer["Reason"]


@pytest.mark.parametrize("rollback_is_an_update", [True, False])
def test_what_this_request_has_started_is_stopped_whatever_counts_as_an_update(rollback_is_an_update: bool) -> None:
    """DescribeStacks does not say whether a rollback moves LastUpdatedTime."""
    world, stack = _world()
    event = world.event("Create", ResourceProperties=_NEW)
    world.clock.sleep(8)
    stack.status = "ROLLBACK_IN_PROGRESS"
    stack.updated_at = world.clock.now() if rollback_is_an_update else None

    answer = world.deliver(event)

    assert (answer["Status"], world.started, world.live()) == ("FAILED", 1, [])


def test_a_cancelled_update_delivered_again_in_its_rollback_stops_what_it_had_started() -> None:
    world, stack = _world()
    recorded = created(world)
    stack.update()
    event = world.event("Update", **_update(_OLD, _NEW, recorded))
    started = world.deliver(event)["PhysicalResourceId"]
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.clock.sleep(30)

    answer = world.deliver(event)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", recorded)
    assert answer["Reason"] == f"the stack began to roll back, so {started} was stopped again."
    assert world.live() == [recorded]


@pytest.mark.parametrize("lag", [0.0, 20.0])
@pytest.mark.parametrize("shown", [_NEW, _OLD], ids=["attempt shown", "attempt not shown"])
def test_a_rollback_stops_what_the_cancelled_update_has_started(shown: dict[str, Any], lag: float) -> None:
    world, stack = _world(list_lag_seconds=lag)
    recorded = created(world)
    stack.update()
    world.update(recorded, _OLD, _NEW)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    answer = world.update(recorded, shown, _OLD)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", recorded)
    assert world.live() == [recorded]


@pytest.mark.parametrize(("on_removal", "lives_on"), [("LEAVE_RUNNING", True), ("STOP", False)])
def test_a_rollback_that_shows_no_attempt_stops_all_but_what_was_left_running(on_removal: str, lives_on: bool) -> None:
    declared = properties(OnRemoval=on_removal)
    world, stack = _world()
    other = created(world, OnRemoval=on_removal, **OTHER_RUN)
    if lives_on:
        stack.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
        world.delete(other, properties(OnRemoval=on_removal, **OTHER_RUN))
    recorded = created(world, OnRemoval=on_removal)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(recorded, declared, declared)["PhysicalResourceId"] == recorded
    assert (other in world.live(), recorded in world.live()) == (lives_on, True)


@pytest.mark.parametrize("rollback_is_an_update", [True, False])
def test_a_rollback_stops_what_the_update_declared_also_when_it_ran_before(rollback_is_an_update: bool) -> None:
    world, stack = _world()
    again, recorded = created(world, **OTHER_RUN), created(world)
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")
    if not rollback_is_an_update:
        stack.updated_at = None

    world.update(recorded, _NEW, _OLD)

    assert again not in world.live()
    assert world.live() == [recorded]


def test_a_rollback_keeps_a_job_that_was_adopted_before() -> None:
    """Also when the declaration no longer says so: it is what CloudFormation has on record."""
    world, stack = _world()
    created(world)
    theirs = by_hand(world)
    world.update(created(world), _OLD, properties(AdoptJobArn=theirs))
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")

    assert world.update(theirs, _NEW, _OLD)["PhysicalResourceId"] == theirs


def test_a_rollback_without_a_job_on_record_takes_the_earlier_one_back() -> None:
    world, stack = _world()
    earlier = created(world)
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")

    assert world.update(CFN_MADE_ID, _NEW, _OLD)["PhysicalResourceId"] == earlier


def test_a_start_that_waits_for_a_right_is_given_up_when_the_stack_turns_around() -> None:
    world, stack = _world()
    fault = pass_role_denied("arn:role", world.service_clock.now() + 60.0)
    fault.meanwhile = lambda: setattr(stack, "status", "ROLLBACK_IN_PROGRESS")
    world.bedrock.faults.add("CreateModelInvocationJob", fault)

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert answer["Reason"] == "the stack is not going forward any more, so nothing was started."
    assert sum(world.clock.slept) < 10


def test_a_job_that_only_the_list_shows_yet_is_stopped_all_the_same() -> None:
    world, stack = _world(get_lag_seconds=20.0, list_lag_seconds=0.0)
    world.bedrock.fault("GetModelInvocationJob", "AccessDeniedException")
    world.create()
    stack.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert world.live() == []


def test_a_job_on_record_that_cannot_be_read_yet_is_waited_for() -> None:
    world, stack = _world(get_lag_seconds=20.0)
    world.bedrock.fault("GetModelInvocationJob", "AccessDeniedException")
    job_arn = world.create()["PhysicalResourceId"]
    stack.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(job_arn)["Status"] == "SUCCESS"
    assert world.live() == []


@pytest.mark.parametrize("shows_token", [True, False])
@pytest.mark.parametrize(("status", "lives_on"), [("ROLLBACK_IN_PROGRESS", True), ("DELETE_IN_PROGRESS", False)])
def test_an_adopted_job_of_another_stack_is_known_by_its_tag(shows_token: bool, status: str, lives_on: bool) -> None:
    """Its name is of our form, so without tokens only the tag tells that it was not started here."""
    world, stack = _world(shows_token=shows_token)
    elsewhere = world.event("Create", StackId=world.event("Create")["StackId"].replace("0a1b", "ffff"))
    job_arn = world.deliver(elsewhere)["PhysicalResourceId"]
    adopting = properties(AdoptJobArn=job_arn)
    assert world.create(AdoptJobArn=job_arn)["PhysicalResourceId"] == job_arn
    stack.status = status
    world.clock.sleep(60)

    world.delete(job_arn, adopting)

    assert (world.live() == [job_arn]) is lives_on


def test_an_own_job_is_stopped_although_the_service_keeps_its_token_to_itself() -> None:
    world, _ = _world(shows_token=False)
    job_arn = created(world)

    world.delete(job_arn)

    assert world.live() == []


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "CREATE_FAILED"])
def test_a_new_job_that_cannot_be_read_is_stopped_when_the_stack_does_not_wait_for_it(status: str) -> None:
    world, stack = _world()
    world.bedrock.fault("GetModelInvocationJob", "InternalServerException", times=7)
    stack.status = status

    answer = world.create()

    assert (answer["Status"], world.started, world.live()) == ("FAILED", 1, [])
    assert "was stopped again" in answer["Reason"]


def test_an_adopted_job_that_is_stopping_is_waited_for_although_it_shows_no_tags() -> None:
    world, stack = _world(ended_refuses_tags=True)
    job_arn = by_hand(world)
    world.create(AdoptJobArn=job_arn)
    stack.status = "DELETE_IN_PROGRESS"
    world.bedrock.stop_model_invocation_job(jobIdentifier=job_arn)

    assert world.delete(job_arn, properties(AdoptJobArn=job_arn))["Status"] == "SUCCESS"
    assert world.status(job_arn) == "Stopped"


def test_a_job_that_another_delivery_stops_between_two_looks_is_waited_for() -> None:
    """Its tags may be hidden by then, and without them nothing tells whose it is; that it is stopping tells enough."""
    world, stack = _world(ended_refuses_tags=True)
    job_arn = by_hand(world)
    world.create(AdoptJobArn=job_arn)
    stack.status = "DELETE_IN_PROGRESS"

    def another_delivery() -> None:
        world.bedrock.stop_model_invocation_job(jobIdentifier=job_arn)

    world.bedrock.faults.add("ListTagsForResource", Fault(meanwhile=another_delivery))

    assert world.delete(job_arn, properties(AdoptJobArn=job_arn))["Status"] == "SUCCESS"
    assert world.status(job_arn) == "Stopped"


def test_a_rollback_that_shows_no_attempt_leaves_the_jobs_of_others_alone() -> None:
    world, stack = _world()
    theirs, recorded = by_hand(world), created(world)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, _OLD, _OLD)
    assert set(world.live()) == {theirs, recorded}


def test_an_adopted_job_is_not_stopped_by_the_rollback_of_an_operation_that_began_meanwhile() -> None:
    world, stack = _world()
    job_arn = created(world)
    listed = world.bedrock.list_model_invocation_jobs

    def meanwhile(**arguments: Any) -> dict[str, Any]:
        stack.update("UPDATE_ROLLBACK_IN_PROGRESS")
        return listed(**arguments)

    world.bedrock.list_model_invocation_jobs = meanwhile  # type: ignore[method-assign] # time passes in a call

    assert created(world) == job_arn
    assert world.live() == [job_arn]


@pytest.mark.parametrize(("seconds", "is_overtaken"), [(5, False), (6, True)])
def test_an_update_overtakes_what_was_issued_five_seconds_before_it(seconds: int, is_overtaken: bool) -> None:
    event = ResourceEvent.parse(_world()[0].event("Create"))
    assert event.issued_at is not None
    state = StackState("UPDATE_IN_PROGRESS", event.issued_at + timedelta(seconds=seconds))

    assert state.has_overtaken(event) is is_overtaken


@pytest.mark.parametrize(("seconds", "began_before"), [(-1, False), (0, True), (1, True)])
def test_a_job_of_the_very_second_of_an_update_is_the_updates(seconds: int, began_before: bool) -> None:
    began = datetime(2026, 11, 25, tzinfo=UTC)

    assert StackState("UPDATE_IN_PROGRESS", began).began_before(began + timedelta(seconds=seconds)) is began_before


@pytest.mark.parametrize(("alive", "returned_to"), [(None, 3), (3, 3), (2, 2), (1, 1)])
@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_a_rollback_returns_to_the_attempt_that_runs_or_else_to_the_newest(
    alive: int | None, returned_to: int, order: list[int]
) -> None:
    world, stack = _world()
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
    world, stack = _world()
    recorded = created(world)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    answer = world.update(recorded, {"Job": "?"}, _OLD)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", recorded)


def test_a_rollback_of_an_adoption_keeps_an_own_job_of_another_run_that_was_adopted_before() -> None:
    """Its name is of the run that the update declares, but an update that adopts starts nothing."""
    world, stack = _world()
    adopted = created(world, **OTHER_RUN)
    operator_stops(world, created(world))
    kept = created(world, AdoptJobArn=adopted)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert kept == adopted
    assert world.update(kept, properties(AdoptJobArn=NO_JOB, **OTHER_RUN), _OLD)["PhysicalResourceId"] == adopted
