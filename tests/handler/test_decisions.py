"""Which job a request gets, from what is listed alone."""

from datetime import UTC, datetime, timedelta

import pytest

from handler.world import STACK_ID
from model_invocation_job.decisions import Adopt, Start, decide, is_fresh
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.stack import Direction

RUN = RunIdentity(ResourceIdentity(STACK_ID, "TicketsE1"), {"runId": "1"})


def test_a_job_with_another_name_counts_for_nothing() -> None:
    jobs = [{"jobArn": "x", "jobName": "somebody-elses", "status": "InProgress"}]

    assert decide(RUN, jobs, Direction.FORWARD, None) == Start(1)


def test_a_job_with_another_name_hides_none_behind_it() -> None:
    jobs = [
        {"jobArn": "x", "jobName": "somebody-elses", "status": "InProgress"},
        {"jobArn": "y", "jobName": RUN.name("x", 1), "status": "InProgress"},
    ]

    assert decide(RUN, jobs, Direction.FORWARD, None) == Adopt(jobs[1])


@pytest.mark.parametrize(("seconds", "is_adopted"), [(-5, True), (-5.001, False), (0, True)])
def test_a_dead_job_is_of_this_request_up_to_five_seconds_before_it(seconds: float, *, is_adopted: bool) -> None:
    issued = datetime(2026, 11, 23, tzinfo=UTC)
    job = {
        "jobArn": "x",
        "jobName": RUN.name("x", 1),
        "status": "Failed",
        "submitTime": issued + timedelta(seconds=seconds),
    }

    assert isinstance(decide(RUN, [job], Direction.FORWARD, issued), Adopt) is is_adopted


def test_of_several_dead_attempts_the_newest_is_shown_by_a_stack_that_unwinds() -> None:
    old = datetime(2026, 1, 1, tzinfo=UTC)
    jobs = [
        {"jobArn": str(number), "jobName": RUN.name("x", number), "status": "Failed", "submitTime": old}
        for number in (2, 10, 1)
    ]
    decision = decide(RUN, jobs, Direction.UNWINDING, old + timedelta(days=1))

    assert isinstance(decision, Adopt)
    assert decision.job["jobArn"] == "10"


@pytest.mark.parametrize(("seconds", "fresh"), [(19.999, True), (20, False)])
def test_a_request_is_fresh_for_less_than_twenty_seconds(seconds: float, *, fresh: bool) -> None:
    assert is_fresh(timedelta(seconds=seconds)) is fresh
