"""Rollback: no money is spent, the earlier job is the stack's again, and a stack is never stuck."""

from typing import Any

import pytest

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.workload import GivenWorkload
from handler.hooks import CREATE, GET, LIST, At, killed_at
from handler.scenario import scenario
from handler.world import STACK_ID, World, build_world, properties
from lifecycle.scenarios.stage import A, B, created, delete_event, deliver_as_lambda, end, ended, replaced, update_event

ROLLING_BACK = "UPDATE_ROLLBACK_IN_PROGRESS"
CLEANUP = pytest.mark.parametrize("cleanup", [A, B], ids=["cleanup with A", "cleanup with B"])


def roll_back(world: World, recorded: str, new: str, cleanup: dict[str, Any]) -> dict[str, Any]:
    """The Update with old and new swapped, and the Delete of what was new."""
    world.cloudformation.status = ROLLING_BACK
    answer = world.deliver(update_event(world, recorded, B, A))
    world.cloudformation.status = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
    if answer["PhysicalResourceId"] != new:
        assert world.delete(new, cleanup)["Status"] == "SUCCESS"
    return answer


@scenario(28)
@CLEANUP
@pytest.mark.parametrize("shows_token", [True, False])
def test_the_old_job_is_taken_back_and_the_new_one_stopped(cleanup: dict[str, Any], shows_token: bool) -> None:
    """Update A->B ok, other resource fails; Update B->A; Delete(B) -> A adopted, B stopped; bills = 2, live = A."""
    world = build_world(shows_token=shows_token)
    old = created(world)
    new = replaced(world, old, A, B)

    answer = roll_back(world, new, new, cleanup)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", old)
    assert (world.started, world.live(), ended(world, new)) == (2, [old], True)


@scenario(29)
@pytest.mark.parametrize("moment", ["after its end", "before create", "after create", "before get"])
def test_an_update_cancelled_in_flight_leaves_only_the_old_job(world: World, moment: str) -> None:
    """Update A->B cancelled in flight (B started, answer lost); rollback Update(id=A) -> B stopped, A kept."""
    old = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    update = update_event(world, old, A, B)
    answers: list[dict[str, Any]] = []

    def cancel() -> None:
        world.cloudformation.status = ROLLING_BACK
        answers.append(world.deliver(update_event(world, old, B, A)))

    if moment == "after its end":
        world.deliver(update)
        cancel()
    else:
        when, _, call = moment.partition(" ")
        world.deliver(update, hook=At({"create": CREATE, "get": GET}[call], when, cancel))

    assert [(answer["Status"], answer["PhysicalResourceId"]) for answer in answers] == [("SUCCESS", old)]
    assert (world.started, world.live()) == (2, [old])


@scenario(30)
def test_an_old_job_that_completed_meanwhile_is_taken_back(world: World) -> None:
    """As 28 but A finished meanwhile -> adopt A (Completed), no new job."""
    old = created(world)
    new = replaced(world, old, A, B)
    end(world, old, JobStatus.COMPLETED)

    assert roll_back(world, new, new, B)["PhysicalResourceId"] == old
    assert (world.status(old), world.started, world.live()) == ("Completed", 2, [])


@scenario(31)
def test_an_old_job_that_was_stopped_by_hand_is_taken_back_with_a_note(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """As 28 but A was stopped by an operator -> rollback SUCCESS, old id, no new job, note in Data/log."""
    old = created(world)
    new = replaced(world, old, A, B)
    world.bedrock.stop_model_invocation_job(jobIdentifier=old)
    world.clock.sleep(300)
    capsys.readouterr()

    answer = roll_back(world, new, new, B)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", old)
    assert (world.started, world.live()) == (2, [])
    assert any(old in line and "Stopped" in line for line in capsys.readouterr().out.splitlines())


@scenario(32)
@pytest.mark.parametrize("recorded", ["old", "new"])
def test_a_rollback_while_bedrock_is_down_says_what_may_run(world: World, recorded: str) -> None:
    """Rollback Update while Bedrock is down (5xx) for its whole time -> FAILED, what may run named, how to go on."""
    old = created(world)
    new = replaced(world, old, A, B)
    physical_id = old if recorded == "old" else new
    for operation in (LIST, GET, "stop_model_invocation_job", CREATE):
        world.bedrock.fault(operation, "InternalServerException", times=1000)
    world.cloudformation.status = ROLLING_BACK

    answer = world.update(physical_id, B, A)

    assert (answer["Status"], answer["PhysicalResourceId"], world.started) == ("FAILED", physical_id, 2)
    assert "may be running and billing" in answer["Reason"]
    assert f"aws cloudformation continue-update-rollback --stack-name {STACK_ID}" in answer["Reason"]


@scenario(32)
@pytest.mark.parametrize("recorded", ["old", "new"])
def test_a_rollback_waits_for_bedrock(world: World, recorded: str) -> None:
    """Rollback Update, Bedrock is down at first -> waits within its time, then SUCCESS with the job from before."""
    old = created(world)
    new = replaced(world, old, A, B)
    for operation in (LIST, GET):
        world.bedrock.fault(operation, "InternalServerException", times=20)
    world.cloudformation.status = ROLLING_BACK

    answer = world.update(old if recorded == "old" else new, B, A)

    assert (answer["Status"], answer["PhysicalResourceId"], world.started) == ("SUCCESS", old, 2)


@scenario(33)
@pytest.mark.parametrize("error", ["AccessDenied", "Throttling"])
def test_without_the_stack_s_state_nothing_is_started(world: World, error: str) -> None:
    """DescribeStacks denied or throttled -> Create, Update, rollback FAILED; nothing started, nothing stopped."""
    old = created(world)
    world.cloudformation.fails_with = error

    answers = [world.create(RunId="3"), world.update(old, A, B), world.update(old, B, A)]

    assert {answer["Status"] for answer in answers} == {"FAILED"}
    assert all("does not tell whether the stack goes forward" in answer["Reason"] for answer in answers)
    assert (world.started, world.engine.bill().stopped) == (1, 0)


@scenario(63)
@pytest.mark.parametrize("skipped", [False, True])
def test_a_rollback_that_is_continued_leaves_at_most_one_job(world: World, skipped: bool) -> None:
    """UPDATE_ROLLBACK_FAILED elsewhere, ContinueUpdateRollback with and without skipping ours -> <= 1 live.

    CloudFormation skips only what failed in the rollback, so there our answer was lost three times; the clean-up still
    deletes what was new.
    """
    old = created(world)
    new = replaced(world, old, A, B)
    world.cloudformation.status = ROLLING_BACK
    rollback = update_event(world, new, B, A)
    if skipped:
        deliver_as_lambda(world, rollback, [killed_at("put", "before") for _ in range(3)])
    else:
        world.deliver(rollback)
    world.cloudformation.status = "UPDATE_ROLLBACK_FAILED"
    world.clock.sleep(60)
    world.cloudformation.status = ROLLING_BACK
    if not skipped:
        assert world.deliver(update_event(world, old, B, A))["PhysicalResourceId"] == old
    world.cloudformation.status = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"

    assert world.deliver(delete_event(world, new, B))["Status"] == "SUCCESS"
    assert (world.started, world.live()) == (2, [old])


@scenario(64)
@pytest.mark.parametrize("newly_signed", [True, False])
def test_a_create_that_failed_without_a_job_starts_when_it_is_retried(world: World, newly_signed: bool) -> None:
    """Disable-rollback: Create FAILED, user fixes role, retry with the same RequestId -> starts, 1 live."""
    world.bedrock.fault(CREATE, "AccessDeniedException")
    event = world.event("Create")
    assert world.deliver(event)["Status"] == "FAILED"
    world.cloudformation.status = "CREATE_FAILED"
    world.clock.sleep(600)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    retry = event | ({"ResponseURL": world.event("Create")["ResponseURL"]} if newly_signed else {})

    answer = world.deliver(retry)

    assert (answer["Status"], world.live()) == ("SUCCESS", [answer["PhysicalResourceId"]])
    assert world.started == 1


@scenario(64)
@pytest.mark.parametrize("newly_signed", [True, False])
def test_a_create_whose_job_failed_never_comes_back_green_with_the_dead_job(newly_signed: bool) -> None:
    """Create FAILED with its job (gate), retry with the same RequestId -> attempt 2, 1 live, not the dead job.

    With the very same address the retry cannot be told from a second delivery, which must say the same again: FAILED,
    with the dead job named.
    """
    failing = [True]
    broken, good = GivenWorkload(validation_failure="no right to read"), GivenWorkload()
    world = build_world(workload=GivenWorkload(of=lambda _: broken if failing[0] else good))
    gated = properties(Gate="VALIDATED", GateSeconds="600")
    event = world.event("Create", ResourceProperties=gated)
    dead = world.deliver(event)
    assert dead["Status"] == "FAILED"
    failing[0] = False
    world.clock.sleep(600)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    retry = event | ({"ResponseURL": world.event("Create")["ResponseURL"]} if newly_signed else {})

    answer = world.deliver(retry)

    if newly_signed:
        assert (answer["Status"], world.live()) == ("SUCCESS", [answer["PhysicalResourceId"]])
        assert answer["Data"]["JobName"].endswith("-2")
    else:
        assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", dead["PhysicalResourceId"])
        assert (world.live(), world.started) == ([], 1)
