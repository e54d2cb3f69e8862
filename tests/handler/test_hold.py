"""Held: everything is provisioned, the next start waits, and no job is stopped."""

from typing import Any

import pytest

from handler.hold_ids import HELD_ARN, HELD_ID, TAGGED, arn_of
from handler.hold_stories import clean_up, held, roll_back, update
from handler.vocabulary import HELD, OTHER_RUN, created, operator_stops, outcome
from handler.world import World, properties


def test_a_held_create_succeeds_without_a_job_a_copy_or_a_run_file(world: World) -> None:
    answer = world.create(**HELD)

    assert outcome(answer) == ("SUCCESS", HELD_ID)
    assert (world.started, world.s3.calls) == (0, [])
    assert answer["Reason"] == "Held: no job was started. Remove hold to start it"


def test_the_attributes_of_a_held_resource_have_the_form_of_a_jobs(world: World) -> None:
    data = world.create(**HELD)["Data"]

    name = data.pop("JobName")
    assert data == {"JobArn": HELD_ARN, "JobId": "held"}
    assert update(world, HELD_ID, HELD, {})
    assert world.answers[-1]["Data"]["JobName"] == name


def test_a_held_create_that_is_delivered_again_does_not_wait(world: World) -> None:
    event = world.event("Create", ResourceProperties=properties(**HELD), issued_ago=60.0)

    assert outcome(world.deliver(event)) == outcome(world.deliver(event)) == ("SUCCESS", HELD_ID)
    assert (world.started, world.clock.slept) == (0, [])


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "CREATE_COMPLETE", "CREATE_FAILED"])
def test_what_is_refused_without_hold_is_refused_with_it(world: World, status: str) -> None:
    world.cloudformation.status = status

    assert world.create(**HELD)["Status"] == "FAILED"


def test_a_job_of_the_run_is_no_start_so_it_is_adopted(world: World) -> None:
    arn = created(world)
    world.service_clock.advance(60)

    assert created(world, **HELD) == arn


def test_a_release_starts_one_job_as_a_create_does_and_the_clean_up_leaves_it(world: World) -> None:
    held(world)

    after = update(world, HELD_ID, HELD, {})
    assert update(world, HELD_ID, HELD, {}, is_delivered_again=True) == after
    clean_up(world, HELD_ID, HELD)
    clean_up(world, HELD_ID, {})

    assert after == f"{arn_of(after)}#after-held"
    assert (world.live(), world.started) == ([arn_of(after)], 1)
    assert world.answers[-3]["Data"]["JobArn"] == arn_of(after)


def test_a_clean_up_that_comes_after_a_newer_job_was_stopped_leaves_the_released_one(world: World) -> None:
    """The newest job of the resource has ended. The one on record is older, and still the one on record."""
    held(world)
    first = update(world, HELD_ID, HELD, {})
    world.service_clock.advance(600)
    second = update(world, first, {}, OTHER_RUN)
    assert roll_back(world, second, OTHER_RUN, {}) == arn_of(first)

    world.cloudformation.status = "UPDATE_COMPLETE"
    world.delete(HELD_ID, properties())

    assert world.live() == [arn_of(first)]


def test_what_stays_held_stays_as_it_is(world: World) -> None:
    held(world)

    assert update(world, HELD_ID, HELD, HELD | TAGGED) == HELD_ID
    assert update(world, HELD_ID, HELD | TAGGED, HELD | OTHER_RUN) == HELD_ID
    assert (world.started, world.s3.calls) == (0, [])


def test_a_held_change_keeps_the_job_on_record_and_says_that_the_run_is_held(world: World) -> None:
    arn = created(world)

    assert update(world, arn, {}, HELD | OTHER_RUN | TAGGED) == arn

    answer = world.answers[-1]
    assert answer["Data"]["JobArn"] == arn
    assert answer["Reason"] == f"{arn} stays on record: the declared run is held. Remove hold to start it"
    assert (world.live(), world.started) == ([arn], 1)
    assert "tag_resource" not in world.calls()


@pytest.mark.parametrize("job", [{}, {"Job": "no mapping"}])
def test_a_job_that_runs_keeps_its_role(world: World, job: dict[str, Any]) -> None:
    arn = created(world)
    other = HELD | OTHER_RUN | {"Job": {"roleArn": "arn:aws:iam::111122223333:role/other"}}
    world.cloudformation.update()
    answer = world.update(arn, {**properties(), **job}, properties(**other))

    assert answer["Status"] == "FAILED"
    assert "runs with another role, which is deleted with this update" in answer["Reason"]
    assert (world.live(), world.started) == ([arn], 1)

    world.service_clock.advance(30 * 24 * 3600)
    assert world.live() == []
    assert update(world, arn, {}, other) == arn


def test_a_job_on_record_stays_even_if_the_held_run_has_a_job_of_its_own(world: World) -> None:
    first = created(world)
    world.service_clock.advance(600)
    second = update(world, first, {}, OTHER_RUN | {"OnRemoval": "LEAVE_RUNNING"})

    assert update(world, second, OTHER_RUN, HELD) == second
    assert set(world.live()) == {first, second}

    after = update(world, second, HELD, {})
    assert (arn_of(after), world.started) == (first, 2)
    clean_up(world, second, HELD)
    assert second not in world.live()


def test_a_release_beside_a_job_starts_the_run_and_the_clean_up_stops_the_earlier_job(world: World) -> None:
    arn = created(world)
    update(world, arn, {}, HELD | OTHER_RUN)

    after = update(world, arn, HELD | OTHER_RUN, OTHER_RUN)
    clean_up(world, arn, HELD | OTHER_RUN)

    assert after == f"{arn_of(after)}#after-{arn.rpartition('/')[2]}"
    assert (world.live(), world.started) == ([arn_of(after)], 2)


@pytest.mark.parametrize("is_dead", [False, True])
def test_hold_beside_a_job_of_the_same_run_changes_nothing_in_either_way(world: World, *, is_dead: bool) -> None:
    """A run that was started is not started again by a release, dead or alive: raise run_id."""
    arn = created(world)
    if is_dead:
        operator_stops(world, arn)
        world.service_clock.advance(3600)

    assert update(world, arn, {}, HELD | TAGGED) == arn
    assert update(world, arn, HELD | TAGGED, {}) == arn
    assert world.started == 1
    assert world.calls().count("tag_resource") == 2


def test_a_release_goes_back_to_the_job_on_record_if_that_is_declared(world: World) -> None:
    arn = created(world)
    update(world, arn, {}, HELD | OTHER_RUN)

    assert update(world, arn, HELD | OTHER_RUN, {}) == arn
    assert world.started == 1


def test_a_deletion_of_the_stack_stops_what_a_failed_release_has_started(world: World) -> None:
    """With rollback disabled the held id stays on record."""
    held(world)
    update(world, HELD_ID, HELD, {})
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert outcome(world.delete(HELD_ID, properties(**HELD))) == ("SUCCESS", HELD_ID)
    assert world.live() == []


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "UPDATE_IN_PROGRESS"])
def test_a_held_create_that_is_delivered_late_stops_nothing_and_does_not_wait(world: World, status: str) -> None:
    """A later operation has released its run, and has started another one since."""
    event = world.event("Create", ResourceProperties=properties(**HELD))
    held(world)
    first = update(world, HELD_ID, HELD, {})
    world.cloudformation.status = status
    other = properties(**OTHER_RUN)
    world.deliver(world.event("Update", PhysicalResourceId=first, ResourceProperties=other))
    live = world.live()

    assert world.deliver(event)["Status"] == "FAILED"
    assert (world.live(), world.clock.slept) == (live, [])


def test_a_deletion_of_a_held_stack_does_not_wait(world: World) -> None:
    held(world)
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(HELD_ID, properties(**HELD))["Status"] == "SUCCESS"
    assert world.clock.slept == []
