"""What is on record, and what is said, if the second attempt does not come about or is not wanted any more."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from handler.hooks import CREATE, GET, LIST, Killed, killed_at
from handler.new_rights import (
    FIRST_FAILED,
    FIRST_ONLY,
    GATED,
    NO_GET,
    arn,
    at_second_start,
    event,
    new_rights,
    once_failed,
    stack_unknown,
)
from handler.scenario import scenario
from handler.test_answer import an_event
from handler.vocabulary import left_after_rollback, refusal
from handler.world import World, properties
from model_invocation_job.core.failure import answer_of_failure
from model_invocation_job.core.progress import Progress
from model_invocation_job.out_of_time import out_of_time


def tried_again(world: World, fault: Callable[[], object]) -> dict[str, Any]:
    """The answer if something happens once the first attempt has failed."""
    return world.deliver(event(world), hook=once_failed(world, fault))


def test_a_refused_second_attempt_is_told_with_the_first_failure() -> None:
    world = new_rights(1)
    answer = tried_again(world, lambda: world.bedrock.fault(CREATE, "ServiceQuotaExceededException", times=1000))

    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(f"{FIRST_FAILED}: CreateModelInvocationJob: ServiceQuotaExceededException")
    assert "may be running" not in answer["Reason"]
    assert answer["PhysicalResourceId"].startswith("not-started:")
    assert left_after_rollback(world, answer) == []


def test_a_second_attempt_whose_reply_is_lost_is_on_record_by_its_name() -> None:
    world = new_rights(1, list_lag_seconds=200.0)

    def lose() -> None:
        world.bedrock.fault(CREATE, ReadTimeoutError(endpoint_url="x"), when="after")
        world.bedrock.fault(CREATE, "AccessDeniedException", times=1000)

    answer = tried_again(world, lose)

    assert answer["PhysicalResourceId"].startswith("maybe-started:tickets-")
    assert answer["PhysicalResourceId"].endswith("-2")
    assert NO_GET in answer["Reason"]
    assert "A job may have been started" in answer["Reason"]
    assert world.live() == [arn(2)]
    assert left_after_rollback(world, answer) == []


def test_a_reply_that_was_lost_before_says_nothing_of_the_second_attempt() -> None:
    """The first job was found by its name, so nothing is uncertain once it failed."""
    world = new_rights(1)
    world.bedrock.fault(CREATE, ReadTimeoutError(endpoint_url="x"), when="after")
    answer = tried_again(world, lambda: world.bedrock.fault(CREATE, refusal("ValidationException", "no"), times=1000))

    assert answer["Reason"] == (f"{FIRST_FAILED}: CreateModelInvocationJob: ValidationException: no")
    assert answer["PhysicalResourceId"].startswith("not-started:")


def test_prompts_that_cannot_be_copied_again_are_told_with_the_first_failure() -> None:
    world = new_rights(1)
    answer = tried_again(world, lambda: world.buckets.fault("CopyObject", "NoSuchKey", times=1000))

    assert answer["Reason"].startswith(f"{FIRST_FAILED}: the records could not be")
    assert answer["Reason"].endswith("which uploads it. Nothing more was started.")
    assert world.started == 1


def test_a_second_attempt_that_cannot_be_read_is_on_record_and_named() -> None:
    world = new_rights(1)
    answer = tried_again(world, lambda: world.bedrock.fault(GET, "AccessDeniedException", times=1000))

    assert answer["PhysicalResourceId"] == arn(2)
    assert answer["Reason"].startswith(f"{FIRST_FAILED}: {arn(2)} was accepted")
    assert left_after_rollback(world, answer) == []


def test_the_answer_at_the_end_of_the_time_is_about_the_second_attempt() -> None:
    progress = Progress(job_name="tickets-x-1", job_arn=arn(1), is_uncertain=True, step="GetModelInvocationJob")
    progress.first_attempt_failed("the first failed, so the run was tried again")
    before = answer_of_failure(an_event(), out_of_time(an_event(), progress), progress, "x")
    progress.job_name = "tickets-x-2"
    after = answer_of_failure(an_event(), out_of_time(an_event(), progress), progress, "x")

    assert before.physical_id.startswith("not-started:")
    assert before.reason == (
        "the first failed, so the run was tried again: GetModelInvocationJob was not answered in time, and nothing was"
        " started. Deploy again."
    )
    assert after.physical_id == "maybe-started:tickets-x-2"


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "CREATE_FAILED", "CREATE_COMPLETE"])
def test_nothing_is_tried_again_in_a_stack_that_turns_around(status: str) -> None:
    world = new_rights(1)
    answer = tried_again(world, lambda: setattr(world.cloudformation, "status", status))

    assert (answer["PhysicalResourceId"], answer["Reason"]) == (arn(1), FIRST_ONLY)
    assert world.started == 1


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "CREATE_FAILED"])
@pytest.mark.parametrize(("moment", "started"), [("before", 1), ("after", 2)])
def test_a_stack_that_turns_around_at_the_second_start_keeps_nothing(status: str, moment: str, started: int) -> None:
    """The look right before the request was over if it turns then: the job is stopped after it."""
    world = new_rights(1)
    if moment == "before":
        hook = once_failed(world, lambda: world.cloudformation.turn(status, after_looks=1))
    else:
        hook = at_second_start("before", lambda: setattr(world.cloudformation, "status", status))

    answer = world.deliver(event(world), hook=hook)

    assert answer["Status"] == "FAILED"
    assert (world.live(), world.started) == ([], started)


@scenario(104)
def test_the_delete_of_a_first_attempt_stops_what_another_delivery_started_after_it() -> None:
    """One delivery answers with the first failure, another tries again, then Delete of the first -> 0 live."""
    world = new_rights(1)
    create = event(world)
    failed = world.deliver(create, hook=once_failed(world, lambda: stack_unknown(world)))
    world.cloudformation.fails_with = None
    assert world.deliver(create)["PhysicalResourceId"] == arn(2)

    assert failed["PhysicalResourceId"] == arn(1)
    assert left_after_rollback(world, failed) == []


def delete_in_rollback(world: World, physical_id: str, **changes: Any) -> float:
    """Delete a failed Create with the properties that it had; for how long it waited."""
    world.cloudformation.fails_with = None
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.clock.slept.clear()
    assert world.delete(physical_id, properties(**GATED | changes))["Status"] == "SUCCESS"
    return sum(world.clock.slept)


@scenario(104)
@pytest.mark.parametrize("lag", [70.0, 120.0])
def test_the_delete_of_a_first_attempt_waits_for_a_second_that_is_not_listed_yet(lag: float) -> None:
    """One delivery answers with the first failure, another dies after its start, Delete, List behind -> 0 live."""
    world = new_rights(1, list_lag_seconds=lag)
    create = event(world)
    failed = world.deliver(create, hook=once_failed(world, lambda: stack_unknown(world)))
    world.cloudformation.fails_with = None
    with pytest.raises(Killed):
        world.deliver(create, hook=killed_at(CREATE))

    assert (failed["PhysicalResourceId"], world.live()) == (arn(1), [arn(2)])
    delete_in_rollback(world, arn(1))
    assert world.live() == []


def test_the_delete_of_a_first_attempt_waits_for_as_long_as_a_list_may_lag() -> None:
    world = new_rights(1)
    world.deliver(event(world), hook=once_failed(world, lambda: stack_unknown(world)))

    assert 140 < delete_in_rollback(world, arn(1)) < 165


def test_the_delete_of_a_second_attempt_does_not_wait() -> None:
    world = new_rights(1, 2)
    assert world.create(**GATED)["PhysicalResourceId"] == arn(2)

    assert delete_in_rollback(world, arn(2)) < 1


def test_the_delete_of_a_job_without_a_gate_does_not_wait() -> None:
    world = new_rights(1)
    world.deliver(event(world), hook=once_failed(world, lambda: stack_unknown(world)))

    assert delete_in_rollback(world, arn(1), Gate="SUBMITTED") < 1


def test_a_delete_that_comes_when_every_second_attempt_is_listed_does_not_wait() -> None:
    world = new_rights(1)
    world.deliver(event(world), hook=once_failed(world, lambda: stack_unknown(world)))
    world.clock.sleep(901)

    assert delete_in_rollback(world, arn(1)) < 1


def test_a_delete_that_may_not_list_the_attempts_says_what_may_be_running() -> None:
    world = new_rights(1)
    world.deliver(event(world), hook=once_failed(world, lambda: stack_unknown(world)))
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.bedrock.fault(LIST, "AccessDeniedException", times=1000)

    answer = world.delete(arn(1), properties(**GATED))

    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith(
        f"{arn(1)} failed, but jobs could not be looked for (AccessDeniedException): one whose name holds "
    )


def test_the_delete_of_a_first_attempt_leaves_the_job_of_another_run() -> None:
    """Whatever properties the Delete carries, and though the stack rolls back."""
    world = new_rights(1)
    failed = world.deliver(event(world), hook=once_failed(world, lambda: stack_unknown(world)))
    world.cloudformation.fails_with = None
    other = world.create(Job={"modelInvocationType": "InvokeModel"})["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    for props in (properties(**GATED), properties(Job={"modelInvocationType": "InvokeModel"}), {"Job": "?"}):
        assert world.delete(failed["PhysicalResourceId"], props)["Status"] == "SUCCESS"
    assert world.live() == [other]


def test_an_answer_with_two_long_messages_fits() -> None:
    world = new_rights(1, 2, message=f"Could not assume {'é' * 2000}")
    answer = world.create(**GATED)

    assert answer["Reason"].count("é") > 900
    assert f"{arn(2)} failed: Could not assume é" in answer["Reason"]
    assert len(world.bodies[-1]) <= 4096
