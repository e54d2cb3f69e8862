"""CloudFormation does not tell what the stack is doing: nothing is started."""

import pytest

from handler.scenario import scenario
from lifecycle.plan import Plan
from lifecycle.scenarios.worlds import declared, history

_THROTTLED = "Throttling"


@scenario(80)
@pytest.mark.parametrize("seconds", [30.0, 60.0, 120.0, 600.0])
def test_a_rollback_to_a_dead_job_starts_nothing_while_the_direction_is_unknown(seconds: float) -> None:
    """Rollback, A's job dead, DescribeStacks throttled for 30 to 600 s -> no start, answer within the time-out."""
    with history() as told:
        told.deploy("a")
        told.kill(1)
        told.after(12.0, lambda: told.out("DescribeStacks", _THROTTLED, seconds))
        told.deploy("b", Plan(other_fails_after=2.0))
        rollback = next(request for request in told.universe.requests if request.purpose == "rollback")
        assert (rollback.status, rollback.physical_id) == ("SUCCESS", told.job(1).arn)
        assert rollback.puts[0].at - rollback.issued_at < 960.0
        assert (told.live(), told.started) == ([], 2)


@scenario(80)
def test_a_rollback_that_never_learns_the_direction_fails_and_can_be_continued() -> None:
    """As before, for longer than the event lasts -> FAILED, no start; continue-update-rollback ends it."""
    with history() as told:
        told.deploy("a")
        told.kill(1)
        told.after(12.0, lambda: told.out("DescribeStacks", _THROTTLED, 1200.0))
        told.deploy("b", Plan(other_fails_after=2.0))
        rollbacks = [request for request in told.universe.requests if request.purpose == "rollback"]
        first, last = rollbacks[0], rollbacks[-1]
        assert first.status == "FAILED"
        assert "does not tell whether the stack goes forward or rolls back (Throttling)" in first.reason
        assert (last.status, told.stack.status) == ("SUCCESS", "UPDATE_ROLLBACK_COMPLETE")
        assert (told.live(), told.started) == ([], 2)


@scenario(81)
def test_without_the_right_to_ask_for_the_direction_the_first_create_says_so() -> None:
    """DescribeStacks denied for ever -> the first Create FAILED, action and resource named, nothing running."""
    with history() as told:
        told.denied("cloudformation:DescribeStacks", 100_000.0)
        told.deploy("a")
        create = told.universe.requests[0]
        assert (create.status, told.started) == ("FAILED", 0)
        assert f"needs cloudformation:DescribeStacks on {told.stack.stack_id}" in create.reason


@scenario(82)
def test_sixteen_resources_that_roll_back_at_once_start_nothing() -> None:
    """16 resources roll back, their jobs dead, DescribeStacks out for 55 s -> 0 starts."""
    names = [f"Job{number:02}" for number in range(16)]
    with history() as told:
        told.stack.deploy(dict.fromkeys(names, declared("a")), Plan())
        for number in range(1, 17):
            told.kill(number)
        told.after(12.0, lambda: told.out("DescribeStacks", "InternalServerException", 55.0))
        told.stack.deploy(dict.fromkeys(names, declared("b")), Plan(other_fails_after=2.0))
        rolled_back = [request for request in told.universe.requests if request.purpose == "rollback"]
        assert {request.status for request in rolled_back} == {"SUCCESS"}
        assert (len(rolled_back), told.live(), told.started) == (16, [], 32)
