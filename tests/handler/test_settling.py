"""The end of a job that was stopped: waited for, seen, or said not to have been seen."""

import pytest

from bedrock_batch.job import Job
from bedrock_batch_local.engine.faults import Fault, Outage
from bedrock_batch_local.engine.pacing import Pacing
from handler.vocabulary import CFN_MADE_ID, NO_JOB, VPC, created
from handler.world import World, build_world, session_of
from model_invocation_job.io.deadline import Deadline
from model_invocation_job.operations.stopping import stop

pytestmark = pytest.mark.usefixtures("whole_waits")


@pytest.mark.parametrize("status", ["Stopping", "Stopped", "Completed", "PartiallyCompleted", "Failed", "Expired"])
def test_what_has_ended_or_is_ending_is_not_stopped(world: World, status: str) -> None:
    deadline = Deadline(world.clock, 600)
    stop(session_of(world, deadline), Job(NO_JOB, status=status))

    assert world.bedrock.calls == []


def test_a_job_that_stays_in_stopping_is_waited_for_four_minutes_and_the_answer_says_so() -> None:
    world = build_world(pacing=Pacing(stopping=3600.0))
    arn = created(world)

    answer = world.delete(arn)

    assert (answer["Status"], answer["Reason"]) == ("SUCCESS", f"{arn} was stopped, but was not seen to have ended.")
    assert sum(world.clock.slept) == 240


def test_each_of_several_jobs_without_an_end_is_named() -> None:
    world = build_world(pacing=Pacing(stopping=3600.0), token_memory_seconds=0.0)
    first = created(world)
    world.bedrock.stop_model_invocation_job(jobIdentifier=first)
    world.clock.sleep(60)
    second = created(world)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    reason = world.delete(CFN_MADE_ID)["Reason"]

    told = [f"{arn} was stopped, but was not seen to have ended." for arn in (second, first)]
    assert reason in (" ".join(told), " ".join(reversed(told)))


def test_an_end_that_was_seen_needs_no_word(world: World) -> None:
    assert "Reason" not in world.delete(created(world))


def test_a_job_in_a_vpc_that_bedrock_forgets_after_its_stop_is_gone(world: World) -> None:
    arn = created(world, Job=VPC)
    unknown = "ResourceNotFoundException"
    hides = Fault(meanwhile=lambda: world.bedrock.fault("get_model_invocation_job", unknown, times=10_000))
    world.bedrock.faults.add("StopModelInvocationJob", hides)

    answer = world.delete(arn)

    assert (answer["Status"], "Reason" in answer) == ("SUCCESS", False)


def test_a_job_that_is_not_shown_for_a_moment_has_not_ended(world: World) -> None:
    """Get may ask a place that does not know the job yet."""
    arn = created(world)
    hidden = Fault(
        meanwhile=lambda: world.bedrock.fault("get_model_invocation_job", "ResourceNotFoundException", times=3)
    )
    world.bedrock.faults.add("StopModelInvocationJob", hidden)

    assert "Reason" not in world.delete(arn)
    assert world.status(arn) == "Stopped"


def test_an_end_that_cannot_be_read_is_not_taken_for_one(world: World) -> None:
    """A job that holds network interfaces must be seen to have ended."""
    arn = created(world, Job=VPC)
    world.bedrock.faults.add(
        "StopModelInvocationJob",
        Fault(meanwhile=lambda: world.bedrock.fault("get_model_invocation_job", "AccessDeniedException", times=1000)),
    )

    answer = world.delete(arn)

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == (
        f"{arn} is stopping and still holds network interfaces, without which the subnets and security groups cannot"
        " go; delete again in a few minutes."
    )


def test_an_outage_of_get_right_after_the_stop_does_not_lose_the_end() -> None:
    world = build_world(outages=(Outage("GetModelInvocationJob", 5.0, 100.0, "InternalServerException"),))
    arn = created(world, Job=VPC)
    world.bedrock.faults.add("StopModelInvocationJob", Fault(delay_seconds=6.0))

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.status(arn) == "Stopped"
