"""What is left running, and tags: no tag of a job means anything to the handler, and it writes none of its own."""

from typing import Any

import pytest

from bedrock_batch.run.identity import ResourceIdentity
from handler.scenario import scenario
from lifecycle.plan import Plan
from lifecycle.scenarios.worlds import LAGS, declared, history
from lifecycle.stack import Stack

_TAG_CALLS = ("tag_resource", "untag_resource", "list_tags_for_resource")
# Without tags: what is declared again gets those that are declared.
_LEAVES: dict[str, Any] = {"OnRemoval": "LEAVE_RUNNING", "Job": {"tags": ""}}


@scenario(92)
@pytest.mark.parametrize("value", ["left-running", "0123456789abcdef", "", "own mark"])
@pytest.mark.parametrize("key", ["cdk-bedrock-batch-resource", "aws-cdk:cr-owned", "team"])
def test_a_tag_of_a_user_is_a_tag_like_any_other(key: str, value: str) -> None:
    """User tags of any key, in Create and Update -> they are on the job and change nothing of what is stopped."""
    with history() as told:
        mark = ResourceIdentity(told.stack.stack_id, "Job").mark if value == "own mark" else value
        told.deploy("a", Job={"tags": [{"key": key, "value": mark}]})
        assert told.job(1).tags == {key: mark}
        told.deploy("a", Job={"tags": [{"key": key, "value": "other"}]})
        assert told.job(1).tags == {key: "other"}
        told.deploy("b", Job={"tags": [{"key": key, "value": mark}]})
        assert told.live() == [2]
        told.delete()
        assert (told.live(), told.started) == ([], 2)


@scenario(93)
@pytest.mark.parametrize("lag", LAGS)
def test_what_was_left_running_is_taken_again_and_left_again(lag: float) -> None:
    """LEAVE_RUNNING: removed, declared again, rolled back, declared again, removed -> keeps running, one bill."""
    other = {"Other": declared("x")}
    with history(list_lag_seconds=lag) as told:
        told.stack.deploy(other | {"Job": declared("a", **_LEAVES)}, Plan())
        told.pass_time(300.0)
        told.stack.deploy(other, Plan())
        assert told.live() == [1, 2]

        told.stack.deploy(other | {"Job": declared("a", **_LEAVES)}, Plan(other_fails_after=1800.0))
        assert (told.stack.status, told.live()) == ("UPDATE_ROLLBACK_COMPLETE", [1, 2])

        told.stack.deploy(other | {"Job": declared("a", **_LEAVES)}, Plan())
        assert told.stack.recorded["Job"].physical_id == f"{told.job(2).arn}#found-running"
        told.stack.deploy(other, Plan())
        assert (told.live(), told.started) == ([1, 2], 2)

        told.delete()
        assert told.live() == [2]
        assert [told.calls(call) for call in _TAG_CALLS] == [0, 0, 0]


@scenario(93)
def test_a_stack_that_is_created_again_starts_its_own_job_beside_the_one_left_running() -> None:
    """LEAVE_RUNNING: stack deleted, stack created again -> one new job, the old one keeps running."""
    with history() as told:
        told.deploy("a", **_LEAVES)
        told.delete()
        assert told.live() == [1]
        again = Stack(told.universe, 2)
        told.stacks.append(again)
        again.deploy({"Job": declared("a", **_LEAVES)}, Plan())
        assert (told.live(), told.started) == ([1, 2], 2)


@scenario(93)
@pytest.mark.parametrize("fails_after", [0.8, 1800.0])
@pytest.mark.parametrize("lag", LAGS)
def test_what_a_deployment_started_is_stopped_with_it(lag: float, fails_after: float) -> None:
    """LEAVE_RUNNING: a first deployment, or an update, is rolled back -> what it had started is stopped."""
    with history(list_lag_seconds=lag) as told:
        told.deploy("a", Plan(other_fails_after=fails_after), **_LEAVES)
        assert (told.live(), told.started) == ([], 1)
        again = Stack(told.universe, 2)
        told.stacks.append(again)
        again.deploy({"Job": declared("a", **_LEAVES)}, Plan())
        told.pass_time(300.0)
        again.deploy({"Job": declared("b", **_LEAVES)}, Plan(other_fails_after=fails_after))
        assert (told.live(), told.started) == ([2], 3)


@scenario(93)
def test_an_update_back_to_what_was_left_running_and_its_rollback() -> None:
    """LEAVE_RUNNING: A to B to A, rolled back, then declared STOP -> both keep running, then A alone is stopped."""
    with history() as told:
        told.deploy("a", **_LEAVES)
        told.pass_time(60.0)
        told.deploy("b", **_LEAVES)
        told.pass_time(60.0)
        told.deploy("a", Plan(other_fails_after=1800.0), **_LEAVES)
        assert (told.live(), told.started) == ([1, 2], 2)
        told.deploy("a", **_LEAVES)
        told.deploy("a", OnRemoval="STOP")
        told.delete()
        assert told.live() == [2]


@scenario(93)
def test_a_removal_whose_direction_is_unknown_leaves_the_job() -> None:
    """LEAVE_RUNNING: removed while DescribeStacks is denied -> the job keeps running, without a call of Bedrock."""
    with history() as told:
        told.deploy("a", **_LEAVES)
        calls = told.calls("get_model_invocation_job")
        told.denied("cloudformation:DescribeStacks", 5000.0)
        told.delete()
        assert (told.live(), told.stack.status) == ([1], "DELETE_COMPLETE")
        assert told.calls("get_model_invocation_job") == calls


@scenario(93)
def test_what_was_left_running_before_is_left_by_the_deletion_too() -> None:
    """LEAVE_RUNNING: A to B, then declared STOP and deleted -> B is stopped, A keeps running."""
    with history() as told:
        told.deploy("a", **_LEAVES)
        told.pass_time(30.0)
        told.deploy("b", **_LEAVES)
        told.pass_time(30.0)
        told.deploy("b", OnRemoval="STOP")

        told.delete()

        assert told.live() == [1]
