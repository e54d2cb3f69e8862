"""A request makes one second attempt at most, however often it is delivered and whatever the list shows."""

from typing import Any

import pytest

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.scope import Scope
from handler.hooks import LIST, At, Killed
from handler.new_rights import (
    FIRST_FAILED,
    FIRST_ONLY,
    GATED,
    NO_GET,
    NOT_KNOWN_YET,
    PASSED_AS_SECOND,
    arn,
    at_second_start,
    event,
    kill,
    new_rights,
    once_failed,
)
from handler.vocabulary import operator_stops
from handler.world import ACCOUNT, REGION, World

SCOPE = Scope(ACCOUNT, REGION, "aws")
WORLDS = [{}, {"list_lag_seconds": 120.0, "get_lag_seconds": 20.0}, {"list_lag_seconds": 120.0, "shows_token": False}]


@pytest.mark.parametrize("quirks", WORLDS)
def test_the_same_event_again_after_two_failures_says_the_same_and_starts_nothing(quirks: dict[str, Any]) -> None:
    world = new_rights(1, 2, token_memory_seconds=60.0, frees_ended_names=True, **quirks)
    create = event(world)
    first = world.deliver(create)

    for _ in range(2):
        world.clock.sleep(60)
        assert world.deliver(create) == first
    assert world.started == 2


@pytest.mark.parametrize("quirks", WORLDS)
def test_the_same_event_again_while_the_second_attempt_runs_takes_it_and_says_so(quirks: dict[str, Any]) -> None:
    world = new_rights(1, token_memory_seconds=60.0, frees_ended_names=True, **quirks)
    create = event(world)
    with pytest.raises(Killed):
        world.deliver(create, hook=at_second_start("after", kill))
    world.clock.sleep(60)

    answer = world.deliver(create)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn(2))
    assert answer["Reason"] == PASSED_AS_SECOND
    assert world.started == 2


def test_the_same_event_again_after_the_first_failure_makes_the_second_attempt() -> None:
    world = new_rights(1)
    create = event(world)
    with pytest.raises(Killed):
        world.deliver(create, hook=once_failed(world, kill))
    world.clock.sleep(60)

    assert world.deliver(create)["Reason"] == PASSED_AS_SECOND
    assert world.started == 2


@pytest.mark.parametrize("moment", ["before", "after"])
def test_two_deliveries_at_once_make_one_second_attempt(moment: str) -> None:
    world = new_rights(1)
    create = event(world)
    answer = world.deliver(create, hook=at_second_start(moment, lambda: world.deliver(create)))

    assert world.answers == [answer, answer]
    assert (answer["Reason"], world.live(), world.started) == (PASSED_AS_SECOND, [arn(2)], 2)


def without_first(world: World) -> None:
    """A list that does not show the first attempt, though it shows the second."""
    listed = world.bedrock.list_model_invocation_jobs

    def lagging(**arguments: Any) -> dict[str, Any]:
        shown = listed(**arguments)
        jobs = [job for job in shown["invocationJobSummaries"] if not job["jobName"].endswith("-1")]
        return shown | {"invocationJobSummaries": jobs}

    world.bedrock.list_model_invocation_jobs = lagging  # type: ignore[method-assign]  # a list that lags


def test_a_delivery_that_sees_only_the_second_attempt_starts_no_third() -> None:
    world = new_rights(1, 2)
    create = event(world)
    first = world.deliver(create)
    without_first(world)
    world.clock.sleep(30)

    again = world.deliver(create)

    assert (again["Status"], again["PhysicalResourceId"]) == (first["Status"], first["PhysicalResourceId"])
    assert again["Reason"] == f"{arn(2)} failed: {NO_GET}."
    assert world.started == 2


def test_a_delivery_that_may_not_list_jobs_starts_no_third() -> None:
    world = new_rights(1, 2)
    create = event(world)
    with pytest.raises(Killed):
        world.deliver(create, hook=once_failed(world, kill, number=2))

    world.clock.sleep(30)
    # The first list is that of the decision which job the request gets.
    denied = At(LIST, "after", lambda: world.bedrock.fault(LIST, "AccessDeniedException", times=1000))

    again = world.deliver(create, hook=denied)

    assert again["Reason"] == f"{arn(2)} failed: {NO_GET}."
    assert world.started == 2


def test_a_delivery_after_the_end_of_the_bound_starts_nothing_beside_what_may_be_on_record() -> None:
    """The first delivery has answered with the first job, which was still being validated."""
    world = new_rights(1)
    create = event(world, GateSeconds="100")
    assert world.deliver(create)["PhysicalResourceId"] == arn(1)
    world.clock.sleep(60)

    again = world.deliver(create)

    assert (again["PhysicalResourceId"], again["Reason"]) == (arn(1), FIRST_ONLY)
    assert world.started == 1


def test_a_repeated_delivery_needs_time_to_look_for_the_second_attempt_before_the_end_of_the_bound() -> None:
    world = new_rights(1)
    create = event(world, GateSeconds="360")
    with pytest.raises(Killed):
        world.deliver(create, hook=once_failed(world, kill))
    world.clock.sleep(60)

    assert world.deliver(create)["Reason"] == FIRST_ONLY
    assert world.started == 1


def test_a_second_attempt_that_is_neither_listed_nor_remembered_is_waited_for() -> None:
    """Another delivery has started it, it has died since, its token is forgotten and its name is free again."""
    world = new_rights(1, list_lag_seconds=120.0, token_memory_seconds=50.0, frees_ended_names=True)
    create = event(world)
    with pytest.raises(Killed):
        world.deliver(create, hook=at_second_start("after", kill))
    world.clock.sleep(60)
    world.engine.end(world.engine.find(SCOPE, arn(2)), JobStatus.FAILED, "No records")

    again = world.deliver(create)

    assert (again["PhysicalResourceId"], again["Reason"]) == (arn(2), f"{FIRST_FAILED}: {arn(2)} failed: No records.")
    assert world.started == 2


@pytest.mark.parametrize("lag", [70.0, 120.0])
@pytest.mark.parametrize("gate_seconds", ["200", "300"])
def test_a_repeated_delivery_finds_the_second_attempt_though_it_may_start_none(lag: float, gate_seconds: str) -> None:
    """The look comes before the question how much of the bound is left."""
    world = new_rights(1, list_lag_seconds=lag, frees_ended_names=True)
    create = event(world, GateSeconds=gate_seconds)
    with pytest.raises(Killed):
        world.deliver(create, hook=at_second_start("after", kill))
    world.clock.sleep(60)

    again = world.deliver(create)

    assert (again["Status"], again["PhysicalResourceId"]) == ("SUCCESS", arn(2))
    assert again["Reason"].startswith(f"{FIRST_FAILED} as {arn(2)}.")
    assert world.started == 2


def test_a_second_attempt_that_is_found_is_compared_with_the_declaration() -> None:
    world = new_rights(1, list_lag_seconds=120.0)
    create = event(world, GateSeconds="200")
    with pytest.raises(Killed):
        world.deliver(create, hook=at_second_start("after", kill))
    second = world.engine.find(SCOPE, arn(2))
    second.request = {**second.request, "modelInvocationType": "InvokeModel"}
    world.clock.sleep(60)

    again = world.deliver(create)

    assert again["Reason"].startswith(f"{FIRST_FAILED}: {arn(2)} carries this run's name or token but differs in")
    assert again["Status"] == "FAILED"


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"])
def test_a_second_attempt_that_is_found_in_a_stack_that_turned_around_meanwhile_is_stopped(status: str) -> None:
    world = new_rights(1, list_lag_seconds=120.0)
    create = event(world, GateSeconds="200")
    with pytest.raises(Killed):
        world.deliver(create, hook=at_second_start("after", kill))
    world.clock.sleep(60)

    again = world.deliver(create, hook=At(LIST, "after", lambda: setattr(world.cloudformation, "status", status)))

    assert again["Reason"] == (
        f"{FIRST_FAILED}: the stack does not go forward with this request, so {arn(2)} was stopped again."
    )
    assert world.live() == []


def test_a_delivery_that_knows_that_none_was_started_does_not_wait() -> None:
    """The bound was over when the job failed."""
    world = new_rights(1)
    create = event(world, GateSeconds="100")
    world.deliver(create)
    world.clock.sleep(60)
    world.clock.slept.clear()

    assert world.deliver(create)["Reason"] == FIRST_ONLY
    assert sum(world.clock.slept) < 1


def test_a_delivery_that_sees_both_failures_waits_for_no_third_attempt() -> None:
    world = new_rights(1, 2)
    create = event(world)
    first = world.deliver(create)
    world.clock.sleep(60)
    world.clock.slept.clear()

    assert world.deliver(create) == first
    assert sum(world.clock.slept) < 1


def test_a_later_deployment_has_two_attempts_of_its_own() -> None:
    world = new_rights(2)
    operator_stops(world, world.create()["PhysicalResourceId"])
    world.cloudformation.update()
    answer = world.create(**GATED)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn(3))
    assert answer["Reason"] == f"{arn(2)} failed validation: {NO_GET}. {NOT_KNOWN_YET} as {arn(3)}."
