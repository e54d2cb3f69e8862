"""Releases and holds that are rolled back: nothing starts, and what was on record is there again."""

from typing import Any

import pytest

from bedrock_batch_local.engine.pacing import Pacing
from handler.hold_ids import HELD_ARN, HELD_ID, TAGGED, arn_of
from handler.hold_stories import held, roll_back, update
from handler.vocabulary import DAY, HELD, OTHER_RUN, created, operator_stops, outcome
from handler.world import World, build_world, properties


def test_an_answered_release_that_is_rolled_back_leaves_nothing_running(world: World) -> None:
    held(world)
    after = update(world, HELD_ID, HELD, {})

    assert roll_back(world, after, {}, HELD) == HELD_ID
    assert (world.live(), world.started) == ([], 1)
    assert world.answers[-2]["Data"]["JobArn"] == HELD_ARN


@pytest.mark.parametrize("is_shown", [True, False])
@pytest.mark.parametrize("attempted", [{}, OTHER_RUN])
def test_an_unheard_release_that_is_rolled_back_leaves_nothing_running(
    world: World, attempted: dict[str, str], *, is_shown: bool
) -> None:
    held(world)
    update(world, HELD_ID, HELD, attempted)

    assert roll_back(world, HELD_ID, attempted if is_shown else HELD, HELD) == HELD_ID
    assert (world.live(), world.started) == ([], 1)


@pytest.mark.parametrize("is_answered", [True, False])
@pytest.mark.parametrize("is_shown", [True, False])
@pytest.mark.parametrize("attempted", [OTHER_RUN, {"RunId": "3"}])
def test_a_release_beside_a_job_is_rolled_back_to_that_job(
    world: World, attempted: dict[str, str], *, is_answered: bool, is_shown: bool
) -> None:
    arn = created(world)
    update(world, arn, {}, HELD | OTHER_RUN)
    after = update(world, arn, HELD | OTHER_RUN, attempted)
    shown = attempted if is_shown or is_answered else HELD | OTHER_RUN

    assert roll_back(world, after if is_answered else arn, shown, HELD | OTHER_RUN) == arn
    assert (world.live(), world.started) == ([arn], 2)


def test_a_release_beside_a_job_that_is_forgotten_is_rolled_back_to_its_id() -> None:
    world = build_world(retention_seconds=3600.0)
    arn = created(world)
    update(world, arn, {}, HELD | OTHER_RUN)
    operator_stops(world, arn)
    world.service_clock.advance(2 * 3600.0)
    after = update(world, arn, HELD | OTHER_RUN, OTHER_RUN)

    assert roll_back(world, after, OTHER_RUN, HELD | OTHER_RUN) == arn
    assert world.live() == []


def test_a_hidden_rollback_to_a_job_that_is_held_stops_other_runs_only(world: World) -> None:
    arn = created(world)
    assert update(world, arn, {}, HELD) == arn
    update(world, arn, HELD, OTHER_RUN)

    assert roll_back(world, arn, HELD, HELD) == arn
    assert (world.live(), world.started) == ([arn], 2)


def test_the_rollback_of_a_hold_returns_to_the_job_without_a_look_for_others(world: World) -> None:
    arn = created(world)
    update(world, arn, {}, HELD | OTHER_RUN)
    world.bedrock.calls.clear()

    assert roll_back(world, arn, HELD | OTHER_RUN, {}) == arn
    assert (world.live(), world.calls().count("list_model_invocation_jobs")) == ([arn], 0)


@pytest.mark.parametrize("forth", [(HELD, {}), ({}, HELD)])
def test_a_hold_in_place_is_rolled_back_in_place_with_its_tags(
    forth: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    """The id of a job that a release has started says so for good. It is not taken for the update's."""
    before, after = forth
    world = build_world(pacing=Pacing(submitted=DAY))
    held(world)
    on_record = update(world, HELD_ID, HELD, before)
    if on_record == HELD_ID:
        on_record = update(world, HELD_ID, HELD, {})
        assert update(world, on_record, {}, before) == on_record
    world.service_clock.advance(2 * 3600.0)
    assert update(world, on_record, before, after | TAGGED) == on_record

    assert roll_back(world, on_record, after | TAGGED, before) == on_record
    assert world.started == 1
    tags = world.bedrock.list_tags_for_resource(resourceARN=arn_of(on_record))["tags"]
    assert tags == properties()["Job"]["tags"]


@pytest.mark.parametrize("forth", [(HELD, {}), ({}, HELD)])
def test_a_rollback_that_cannot_read_the_job_on_record_says_how_to_go_on(
    world: World, forth: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    before, after = forth
    arn = created(world)
    world.cloudformation.update("UPDATE_ROLLBACK_IN_PROGRESS")
    world.bedrock.fault("get_model_invocation_job", "InternalServerException", times=1000)

    answer = world.update(arn, properties(**after), properties(**before))

    assert outcome(answer) == ("FAILED", arn)
    assert "continue-update-rollback" in answer["Reason"]


def test_a_release_that_takes_an_old_job_is_rolled_back_to_the_job_that_runs(world: World) -> None:
    """The job of the release was not started by it, so only the one that still runs tells what was on record."""
    old = created(world)
    world.service_clock.advance(100 * 3600.0)
    running = update(world, old, {}, OTHER_RUN)
    update(world, running, OTHER_RUN, HELD | {"RunId": "3"})
    after = update(world, running, HELD | {"RunId": "3"}, {})
    assert arn_of(after) == old

    assert roll_back(world, after, {}, HELD | {"RunId": "3"}) == running
    assert world.live() == [running]


def test_a_release_that_is_delivered_again_in_a_rollback_starts_nothing(world: World) -> None:
    held(world)
    world.cloudformation.update("UPDATE_ROLLBACK_IN_PROGRESS")

    assert outcome(world.update(HELD_ID, properties(**HELD), properties())) == ("SUCCESS", HELD_ID)
    assert world.started == 0


def test_a_release_that_is_delivered_again_in_a_rollback_stops_its_job(world: World) -> None:
    held(world)
    update(world, HELD_ID, HELD, {})
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(HELD_ID, properties(**HELD), properties())["Status"] == "FAILED"
    assert (world.live(), world.started) == ([], 1)
