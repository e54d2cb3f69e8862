"""A job that fails the validation of rights that may be new is followed by a second attempt, and it is said."""

import pytest

from handler.hooks import CREATE
from handler.new_rights import (
    FIRST_FAILED,
    FIRST_ONLY,
    GATED,
    NO_GET,
    arn,
    event,
    new_rights,
    once_failed,
    stack_unknown,
)
from handler.world import properties


def test_a_second_attempt_that_passes_is_the_job_and_the_answer_says_so() -> None:
    world = new_rights(1)
    answer = world.create(**GATED)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn(2))
    assert answer["Reason"] == f"{FIRST_FAILED} as {arn(2)}."
    assert answer["Data"]["JobName"].endswith("-2")
    assert (world.live(), world.started) == ([arn(2)], 2)


def test_the_second_attempt_has_another_name_and_token_and_its_prompts_are_copied_again() -> None:
    world = new_rights(1)
    world.create(**GATED)
    first, second = (arguments for method, arguments in world.bedrock.calls if method == CREATE)

    assert first["jobName"].removesuffix("-1") == second["jobName"].removesuffix("-2")
    assert first["clientRequestToken"] != second["clientRequestToken"]
    run_files = {f"s3://answers/tickets/run/{request['jobName']}.json" for request in (first, second)}
    assert run_files <= set(world.buckets.uris())
    assert [method for method, _ in world.s3.calls].count("copy_object") == 2


def test_after_two_failures_both_jobs_are_named_with_bedrock_s_own_words_of_the_second() -> None:
    world = new_rights(1, 2)
    answer = world.create(**GATED)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", arn(2))
    assert answer["Reason"] == (f"{FIRST_FAILED}: {arn(2)} failed: {NO_GET}.")
    assert (world.live(), world.started) == ([], 2)


def test_an_update_is_tried_again_as_well() -> None:
    world = new_rights(1)
    another = {"modelInvocationType": "InvokeModel"}
    old = world.create(Job=another)["PhysicalResourceId"]
    world.service_clock.advance(3600)
    world.cloudformation.update()

    answer = world.update(old, properties(Job=another), properties(**GATED))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn(3))
    assert set(world.live()) == {arn(3)}


def test_a_failed_update_of_two_attempts_keeps_the_old_id() -> None:
    world = new_rights(1, 2)
    another = {"modelInvocationType": "InvokeModel"}
    old = world.create(Job=another)["PhysicalResourceId"]
    world.cloudformation.update()

    answer = world.update(old, properties(Job=another), properties(**GATED))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", old)
    assert (world.live(), world.started) == ([old], 3)


@pytest.mark.parametrize("message", ["Customer doesn't have permissions to invokeModel", "Too few records"])
def test_another_failure_is_answered_at_once(message: str) -> None:
    world = new_rights(1, message=message)
    answer = world.create(**GATED)

    assert (answer["Status"], answer["Reason"]) == ("FAILED", f"{arn(1)} failed: {message}.")
    assert world.started == 1


def test_without_a_gate_nothing_is_tried_again() -> None:
    world = new_rights(1)

    assert world.create()["Status"] == "SUCCESS"
    world.service_clock.advance(3600)
    assert world.started == 1


def test_in_a_stack_that_is_older_than_fifteen_minutes_the_failure_counts() -> None:
    world = new_rights(1)
    world.service_clock.advance(900)
    answer = world.create(**GATED)

    assert (answer["PhysicalResourceId"], answer["Reason"]) == (arn(1), FIRST_ONLY)
    assert world.started == 1


def test_if_the_stack_is_unknown_at_that_moment_the_failure_counts() -> None:
    world = new_rights(1)
    answer = world.deliver(event(world), hook=once_failed(world, lambda: stack_unknown(world)))

    assert (answer["PhysicalResourceId"], answer["Reason"]) == (arn(1), FIRST_ONLY)
    assert world.started == 1


def test_if_the_bound_is_nearly_over_the_failure_counts() -> None:
    """Validation takes 150 seconds."""
    world = new_rights(1)
    answer = world.create(Gate="VALIDATED", GateSeconds="160")

    assert (answer["PhysicalResourceId"], answer["Reason"]) == (arn(1), FIRST_ONLY)
    assert world.started == 1


def test_the_second_attempt_gets_what_is_left_of_the_bound() -> None:
    world = new_rights(1)
    answer = world.create(Gate="VALIDATED", GateSeconds="200")

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn(2))
    assert answer["Reason"] == (
        f"{FIRST_FAILED} as {arn(2)}. {arn(2)} is still Submitted after 200"
        " seconds; the deployment does not wait longer, the job goes on"
    )
    assert sum(world.clock.slept) < 215
