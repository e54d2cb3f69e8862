"""How long each wait lasts, and how often it looks meanwhile: to the last half second, and never longer."""

import random

import pytest

from bedrock_batch.job import Job
from handler.runtime import Context
from handler.vocabulary import NO_JOB, created
from handler.world import World, session_of
from model_invocation_job.core.errors import AwsError
from model_invocation_job.core.progress import Progress
from model_invocation_job.io.bedrock import Jobs
from model_invocation_job.io.deadline import Deadline
from model_invocation_job.operations.stopping import settle


@pytest.fixture(autouse=True)
def whole_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)


def test_a_look_for_a_job_that_may_be_new_doubles_its_waits_up_to_twelve_seconds(world: World) -> None:
    """List lags up to two minutes behind, so every such look goes on for two and a half, or as long as there is."""
    jobs = Jobs(world.bedrock, Deadline(world.clock, 600), Progress())

    assert jobs.look(lambda: jobs.get(NO_JOB)) is None
    assert world.clock.slept == [1.0, 2.0, 4.0, 8.0, *[12.0] * 11, 3.0]
    assert sum(world.clock.slept) == 150


def test_a_look_uses_the_last_half_second_of_an_event(world: World) -> None:
    jobs = Jobs(world.bedrock, Deadline(world.clock, 7.5), Progress())

    assert jobs.look(lambda: jobs.get(NO_JOB)) is None
    assert world.clock.slept == [1.0, 2.0, 4.0, 0.5]
    assert len(world.bedrock.calls) == 5


def test_a_look_ends_with_what_it_finds(world: World) -> None:
    found = iter(["", [], "job"])

    assert Jobs(world.bedrock, Deadline(world.clock, 600), Progress()).look(lambda: next(found)) == "job"
    assert world.clock.slept == [1.0, 2.0]


def test_a_look_without_time_is_one_look(world: World) -> None:
    found = iter([""])

    assert Jobs(world.bedrock, Deadline(world.clock, 0), Progress()).look(lambda: next(found)) == ""


def test_the_end_of_a_job_is_waited_for_to_the_last_half_second(world: World) -> None:
    arn = created(world)
    deadline = Deadline(world.clock, 15.5)

    assert settle(session_of(world, deadline), [Job(arn)]) == [Job(arn)]
    assert world.clock.slept == [1.0, 2.0, 4.0, 8.0, 0.5]


@pytest.mark.parametrize("half_second", [0.0, 0.5])
def test_a_create_under_way_is_waited_for_to_the_last_half_second(world: World, half_second: float) -> None:
    """A Lambda invocation keeps 25 seconds for the answer; 12 and a half are left for the wait."""
    remaining = int((25 + 12 + half_second) * 1000)
    world.deliver(world.event("Delete", PhysicalResourceId="made-up"), remaining_milliseconds=remaining)

    assert sum(world.clock.slept) == 12 + half_second


def test_an_invocation_works_until_its_reserve_begins(world: World) -> None:
    assert Deadline.of_invocation(world.clock, Context(600_000), 25).remaining() == 575


def test_the_gate_is_kept_shut_to_its_last_second(world: World) -> None:
    """Submitted and Validating take longer than that together."""
    world.create(Gate="VALIDATED", GateSeconds="15")

    assert world.clock.slept == [2.0, 4.0, 8.0, 1.0]


def test_a_fault_of_the_service_is_waited_out_to_the_last_half_second(world: World) -> None:
    world.bedrock.fault("get_model_invocation_job", "InternalServerException", times=1000)
    with pytest.raises(AwsError):
        Jobs(world.bedrock, Deadline(world.clock, 7.5), Progress()).get(NO_JOB)

    assert world.clock.slept == [1.0, 2.0, 4.0, 0.5]
