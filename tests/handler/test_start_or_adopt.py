"""Which job a request gets, from what is listed alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.decisions.start_or_adopt import Adopt, Hold, Refuse, Start, decide
from bedrock_batch.job import Job
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from handler.world import STACK_ID

RUN = RunIdentity(ResourceIdentity(STACK_ID, "TicketsE1"), {"runId": "1"})
ISSUED = datetime(2026, 11, 23, tzinfo=UTC)
LONG_AGO = ISSUED - timedelta(days=1)
# Clocks may differ by five seconds.
AROUND_THE_REQUEST = [(-5.001, False), (-5, True), (0, True), (60, True)]


def a_job(status: str = "InProgress", attempt: int = 1, **members: Any) -> Job:
    """An attempt at the run, submitted a day before the request."""
    return replace(Job(str(attempt), RUN.name("x", attempt), status=status, submitted_at=LONG_AGO), **members)


def test_a_job_with_another_name_counts_for_nothing() -> None:
    assert decide(RUN, [a_job(name="somebody-elses")], Direction.FORWARD, None) == Start(1)


def test_a_job_with_another_name_hides_none_behind_it() -> None:
    jobs = [a_job(name="somebody-elses"), a_job()]

    assert decide(RUN, jobs, Direction.FORWARD, None) == Adopt(jobs[1])


def test_a_name_of_this_run_with_another_token_is_refused() -> None:
    job = a_job(token="x")

    assert decide(RUN, [job], Direction.FORWARD, ISSUED) == Refuse(
        "job 1 has the name of this run but was not started by this stack; it was left alone and nothing was started"
    )


@pytest.mark.parametrize("status", ["Submitted", "InProgress", "Completed", "PartiallyCompleted", "Queued", ""])
def test_a_job_that_runs_may_run_or_has_delivered_is_adopted(status: str) -> None:
    """A status that this version does not know, or none, is one of a job that may run."""
    assert decide(RUN, [a_job(status)], Direction.FORWARD, ISSUED) == Adopt(a_job(status))


@pytest.mark.parametrize("status", ["Stopping", "Stopped", "Failed", "Expired"])
def test_a_dead_job_of_an_earlier_request_is_an_attempt_that_counts(status: str) -> None:
    assert decide(RUN, [a_job(status, 2)], Direction.FORWARD, ISSUED) == Start(3)


@pytest.mark.parametrize(("seconds", "is_adopted"), AROUND_THE_REQUEST)
def test_a_dead_job_is_of_this_request_up_to_five_seconds_before_it(seconds: float, *, is_adopted: bool) -> None:
    job = a_job("Stopped", submitted_at=ISSUED + timedelta(seconds=seconds))

    assert isinstance(decide(RUN, [job], Direction.FORWARD, ISSUED), Adopt) is is_adopted


@pytest.mark.parametrize("status", ["Failed", "Expired"])
@pytest.mark.parametrize(("seconds", "is_adopted"), AROUND_THE_REQUEST)
def test_a_job_that_failed_since_the_request_is_not_repeated(status: str, seconds: float, *, is_adopted: bool) -> None:
    """An earlier delivery may have answered with it while it ran, and one request has one answer."""
    job = a_job(status, ended_at=ISSUED + timedelta(seconds=seconds))

    assert isinstance(decide(RUN, [job], Direction.FORWARD, ISSUED), Adopt) is is_adopted


def test_a_job_whose_stop_ends_after_the_request_is_repeated() -> None:
    job = a_job("Stopped", ended_at=ISSUED + timedelta(minutes=1))

    assert decide(RUN, [job], Direction.FORWARD, ISSUED) == Start(2)


@pytest.mark.parametrize("job", [a_job("Failed"), a_job("Failed", submitted_at=None)])
def test_times_that_are_not_known_prove_nothing(job: Job) -> None:
    assert decide(RUN, [job], Direction.FORWARD, ISSUED) == Start(2)
    assert decide(RUN, [a_job("Failed", ended_at=ISSUED)], Direction.FORWARD, None) == Start(2)


@pytest.mark.parametrize("direction", [Direction.ROLLBACK_OR_DELETE, Direction.SETTLED, Direction.FAILED])
def test_only_a_stack_that_goes_forward_starts_a_job(direction: Direction) -> None:
    assert decide(RUN, [], direction, ISSUED) == Refuse(
        "the stack is not going forward any more, so nothing was started"
    )


@pytest.mark.parametrize(
    "jobs", [[], [a_job("Failed")], [a_job("InProgress")], [a_job("Completed")], [a_job(token="x")]]
)
@pytest.mark.parametrize("direction", Direction)
def test_a_held_run_is_decided_as_any_other_but_that_it_holds_where_another_starts(
    jobs: list[Job], direction: Direction
) -> None:
    free = decide(RUN, jobs, direction, ISSUED)

    held = decide(RUN, jobs, direction, ISSUED, is_held=True)

    assert held == (Hold() if isinstance(free, Start) else free)


def test_of_several_dead_attempts_the_newest_is_shown_by_a_stack_that_rolls_back() -> None:
    jobs = [a_job("Failed", number) for number in (2, 10, 1)]

    assert decide(RUN, jobs, Direction.ROLLBACK_OR_DELETE, ISSUED) == Adopt(jobs[1])


@pytest.mark.parametrize(("seconds", "is_since"), AROUND_THE_REQUEST)
def test_a_job_is_of_a_request_up_to_five_seconds_before_it(seconds: float, *, is_since: bool) -> None:
    assert a_job(submitted_at=ISSUED + timedelta(seconds=seconds)).was_submitted_since(ISSUED) is is_since


@pytest.mark.parametrize(("seconds", "is_since"), AROUND_THE_REQUEST)
def test_a_job_ran_before_a_request_by_more_than_the_clocks_may_differ(seconds: float, *, is_since: bool) -> None:
    job = a_job(submitted_at=ISSUED + timedelta(seconds=seconds))

    assert job.was_running_before(ISSUED) is not is_since


@pytest.mark.parametrize("status", ["Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"])
@pytest.mark.parametrize(("seconds", "is_since"), AROUND_THE_REQUEST)
def test_a_job_that_ended_before_a_request_did_not_run_then(status: str, seconds: float, *, is_since: bool) -> None:
    """One that ended since did: a repeated delivery of the request gets the same answer."""
    job = a_job(status, ended_at=ISSUED + timedelta(seconds=seconds))

    assert job.was_running_before(ISSUED) is is_since


@pytest.mark.parametrize(("job", "issued_at"), [(a_job(submitted_at=None), ISSUED), (a_job(), None)])
def test_a_job_of_which_no_times_are_known_was_not_found_running(job: Job, issued_at: datetime | None) -> None:
    assert not job.was_running_before(issued_at)
