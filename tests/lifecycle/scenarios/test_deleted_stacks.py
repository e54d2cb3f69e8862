"""The deletion of a stack leaves nothing running of what its failed operations had left."""

import pytest

from lifecycle.plan import Plan
from lifecycle.scenarios.scenario import scenario
from lifecycle.scenarios.worlds import LAGS, history


@scenario(77)
@pytest.mark.parametrize("lag", LAGS)
def test_what_an_update_without_rollback_could_not_read_ends_with_the_stack(lag: float) -> None:
    """Rollback disabled: Update A->B, B cannot be read, then the stack is deleted -> A and B are stopped."""
    with history(list_lag_seconds=lag) as told:
        told.deploy("a")
        told.pass_time(30.0)
        told.denied("bedrock:GetModelInvocationJob", 400.0)
        told.deploy("b", Plan(rolls_back=False))
        told.pass_time(300.0)
        assert (told.stack.status, told.live()) == ("UPDATE_FAILED", [1, 2])

        told.delete()

        assert told.live() == []


@scenario(87)
def test_what_a_rollback_could_not_look_for_ends_with_the_stack() -> None:
    """A rollback cannot look for B, the user skips the job and deletes the stack -> A and B are stopped."""
    with history() as told:
        told.deploy("a")
        told.pass_time(30.0)
        told.denied("bedrock:GetModelInvocationJob", 400.0)
        told.after(200.0, lambda: told.out("ListModelInvocationJobs", "InternalServerException", 2000.0))
        told.deploy("b", Plan(skips_ours=True))
        told.pass_time(3000.0)
        assert told.live() == [1, 2]

        told.delete()

        assert told.live() == []


@scenario(25)
@pytest.mark.parametrize("lag", LAGS)
def test_a_clean_up_in_a_stack_that_goes_on_stops_nothing_newer(lag: float) -> None:
    """Update A->B; Delete(A) in a stack that is not deleted -> B runs on."""
    with history(list_lag_seconds=lag) as told:
        told.deploy("a")
        told.pass_time(30.0)
        told.deploy("b")

        assert told.live() == [2]


@scenario(93)
def test_what_was_left_running_before_is_left_by_the_deletion_too() -> None:
    """LEAVE_RUNNING: A to B, then declared STOP and deleted -> B is stopped, A runs on."""
    with history() as told:
        told.deploy("a", OnRemoval="LEAVE_RUNNING")
        told.pass_time(30.0)
        told.deploy("b", OnRemoval="LEAVE_RUNNING")
        told.pass_time(30.0)
        told.deploy("b", OnRemoval="STOP")

        told.delete()

        assert told.live() == [1]
