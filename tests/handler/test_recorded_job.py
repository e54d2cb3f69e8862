"""What an Update answers with, of the job that CloudFormation has on record."""

import pytest

from handler.vocabulary import CFN_MADE_ID, NO_JOB, OTHER_RUN, created, operator_stops
from handler.world import World, properties


@pytest.mark.parametrize("order", ["Ascending", "Descending"])
@pytest.mark.parametrize("is_dead", [True, False])
def test_a_rollback_returns_to_the_newest_attempt_at_a_run_however_they_are_listed(
    world: World, order: str, *, is_dead: bool
) -> None:
    first = created(world)
    operator_stops(world, first)
    second = created(world)
    if is_dead:
        operator_stops(world, second)
    look = world.bedrock.list_model_invocation_jobs
    world.bedrock.list_model_invocation_jobs = lambda **page: look(**page, sortOrder=order)  # type: ignore[method-assign]  # the service promises no order
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    restored = world.update(second, properties(**OTHER_RUN), properties())

    assert restored["PhysicalResourceId"] == second
    assert restored["Data"]["JobName"].endswith("-2")


def test_an_update_that_finds_the_recorded_job_itself_needs_no_second_look_at_the_stack(world: World) -> None:
    """What an older version declared cannot be read, so the run is looked for, and is there already."""
    arn = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    looks = len(world.cloudformation.calls)
    answer = world.update(arn, {"Job": "?"}, properties())

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn)
    assert len(world.cloudformation.calls) == looks + 1, "nothing was started, so nothing is to be stopped again"
    assert world.started == 1


@pytest.mark.parametrize("physical_id", ["not-started:0123456789abcdef", "maybe-started:x-1", CFN_MADE_ID])
def test_an_update_of_an_id_that_is_no_job_keeps_it(world: World, physical_id: str) -> None:
    answer = world.update(physical_id, properties(), properties(Job={"tags": ""}))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", physical_id)
    assert answer["Data"] == {
        "JobArn": physical_id,
        "JobId": physical_id,
        "JobName": "tickets-0a1b2c3dicketsE1-704dce9f-1",
    }
    assert world.bedrock.calls == []


def test_an_update_of_a_job_of_another_place_asks_for_nothing_there(world: World) -> None:
    elsewhere = NO_JOB.replace("us-east-1", "eu-west-1")

    assert world.update(elsewhere, properties(), properties(Job={"tags": ""}))["PhysicalResourceId"] == elsewhere
    assert world.bedrock.calls == []
