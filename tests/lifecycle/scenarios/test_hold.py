"""Held resources: declared, changed, released and rolled back, in worlds where lists lag behind."""

from typing import Any

import pytest

from bedrock_batch.statuses import JobStatus
from handler.scenario import scenario
from lifecycle.plan import Plan
from lifecycle.scenarios.worlds import LAGS, History, history

_HELD: dict[str, Any] = {"Hold": "true"}
# While the release is under way, and long after it was answered.
_FAILS = (0.8, 1.2, 1800.0)


def _id(told: History) -> str:
    return told.stack.recorded["Job"].physical_id


@scenario(105)
@pytest.mark.parametrize("deliveries", [[0.1], [0.1, 0.15, 300.0]])
def test_a_held_resource_is_created_and_changed_without_a_job(deliveries: list[float]) -> None:
    """Create held, repeated deliveries, other records and tags, deletion -> SUCCESS, id `held:`, no job, no copy."""
    with history() as told:
        told.universe.deliveries["forward"] = deliveries
        told.deploy("a", **_HELD)
        held = _id(told)
        assert held.startswith("held:")
        told.deploy("b", **_HELD)
        told.deploy("b", **_HELD, Job={"tags": ""})
        assert (_id(told), told.started, told.calls("copy_object")) == (held, 0, 0)
        told.delete()
        assert (told.stack.status, told.started) == ("DELETE_COMPLETE", 0)


@scenario(106)
@pytest.mark.parametrize("end", [None, JobStatus.COMPLETED, JobStatus.FAILED])
def test_another_run_is_held_beside_the_job_on_record(end: JobStatus | None) -> None:
    """A, then B held, then A again -> A keeps running, its id stays on record, one bill."""
    with history() as told:
        told.deploy("a")
        first = _id(told)
        if end is not None:
            told.universe.engine.end(told.job(1), end)
        told.deploy("b", **_HELD)
        told.deploy("a", **_HELD)
        assert (_id(told), told.started) == (first, 1)
        assert told.live() == ([1] if end is None else [])


@scenario(107)
@pytest.mark.parametrize("run", ["a", "b"])
@pytest.mark.parametrize("lag", LAGS)
def test_a_release_starts_one_job(lag: float, run: str) -> None:
    """Held, then released, with the same records or others; repeated deliveries -> one job, live."""
    with history(list_lag_seconds=lag) as told:
        told.deploy("a", **_HELD)
        told.universe.deliveries["forward"] = [0.1, 0.15, 70.0, 300.0]
        told.deploy(run)
        assert (told.live(), told.started) == ([1], 1)
        assert _id(told) == f"{told.job(1).arn}#after-held"


@scenario(108)
@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("old_properties", [True, False])
def test_the_clean_up_of_a_release_stops_the_job_before_it_and_no_other(lag: float, *, old_properties: bool) -> None:
    """Held and released; B held beside A and released; Delete with old or new properties -> B alone is live."""
    with history(list_lag_seconds=lag, cleanup_has_old_properties=old_properties) as told:
        told.deploy("a", **_HELD)
        told.deploy("a")
        assert told.live() == [1]
        told.deploy("b", **_HELD)
        assert told.live() == [1]
        told.deploy("b")
        assert (told.live(), told.started) == ([2], 2)
        told.delete()
        assert told.live() == []


@scenario(109)
@pytest.mark.parametrize("shows", [True, False])
@pytest.mark.parametrize("is_an_update", [True, False])
@pytest.mark.parametrize("fails_after", _FAILS)
@pytest.mark.parametrize("run", ["a", "b"])
def test_a_release_that_is_rolled_back_leaves_the_resource_held(
    run: str, fails_after: float, *, is_an_update: bool, shows: bool
) -> None:
    """Held, released, another resource fails at any moment, released again -> 0 live, held; then one job, live."""
    with history(list_lag_seconds=45.0, rollback_shows_attempt=shows, rollback_is_an_update=is_an_update) as told:
        told.deploy("a", **_HELD)
        held = _id(told)
        told.deploy(run, Plan(other_fails_after=fails_after))
        assert told.stack.status == "UPDATE_ROLLBACK_COMPLETE"
        assert (_id(told), told.live()) == (held, [])
        told.pass_time(600.0)
        told.deploy(run)
        assert told.live() == [told.started]


@scenario(110)
@pytest.mark.parametrize("is_an_update", [True, False])
@pytest.mark.parametrize("fails_after", _FAILS)
@pytest.mark.parametrize("run", ["b", "c"])
def test_a_release_beside_a_job_is_rolled_back_to_that_job(run: str, fails_after: float, *, is_an_update: bool) -> None:
    """A, B held, released as B or C, another resource fails -> A alone is live and on record; deletion -> 0 live."""
    with history(list_lag_seconds=45.0, rollback_is_an_update=is_an_update) as told:
        told.deploy("a")
        first = _id(told)
        told.deploy("b", **_HELD)
        told.deploy(run, Plan(other_fails_after=fails_after))
        assert (_id(told), told.live()) == (first, [1])
        told.delete()
        assert told.live() == []


@scenario(110)
@pytest.mark.parametrize("fails_after", _FAILS)
def test_the_rollback_of_a_hold_returns_to_the_job(fails_after: float) -> None:
    """A, held in place or with B, another resource fails -> A is live and on record, one bill."""
    with history() as told:
        told.deploy("a")
        first = _id(told)
        for run in ("a", "b"):
            told.deploy(run, Plan(other_fails_after=fails_after), **_HELD)
            assert (_id(told), told.live(), told.started) == (first, [1], 1)


@scenario(111)
@pytest.mark.parametrize("fails_after", [1.2, 1800.0])
def test_a_deletion_after_a_release_that_failed_without_rollback_leaves_nothing(fails_after: float) -> None:
    """Held, released with rollback disabled, another resource fails, deletion -> 0 live."""
    with history() as told:
        told.deploy("a", **_HELD)
        told.deploy("a", Plan(other_fails_after=fails_after, rolls_back=False))
        told.pass_time(300.0)
        told.delete()
        assert told.live() == []


@scenario(111)
def test_the_rollback_of_a_held_create_does_not_wait() -> None:
    """Create held, another resource fails, Delete of the id -> SUCCESS within seconds, no job."""
    with history() as told:
        told.deploy("a", Plan(other_fails_after=30.0), **_HELD)
        assert (told.stack.status, told.started) == ("ROLLBACK_COMPLETE", 0)
        assert told.universe.clock.now() - told.universe.requests[0].issued_at < 60.0
