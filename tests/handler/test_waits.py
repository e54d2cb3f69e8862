"""How long each wait lasts, and how often it looks meanwhile: to the last half second, and never longer."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from handler.stories import NO_JOB, created, refusal
from handler.world import STACK_ID, Context, World
from model_invocation_job.bedrock import Jobs
from model_invocation_job.deadline import Deadline
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.stopping import Stopper

RUN = RunIdentity(ResourceIdentity(STACK_ID, "TicketsE1"), {"runId": "1"})
WAITS: dict[str, tuple[Callable[[Jobs, Deadline], object], list[float]]] = {
    "for a job to be readable": (lambda jobs, _: jobs.get_new(NO_JOB), [1.0, 2.0, 4.0, 8.0, 8.0]),
    "for a job to be listed": (lambda jobs, _: jobs.of_started_attempt(RUN, 1), [1.0, 2.0, 4.0, 8.0, 8.0]),
}


@pytest.fixture(autouse=True)
def whole_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)


@pytest.mark.parametrize("name", WAITS)
def test_a_wait_doubles_up_to_eight_seconds_and_uses_its_last_half_second(world: World, name: str) -> None:
    wait, steps = WAITS[name]
    deadline = Deadline(world.clock, sum(steps) + 0.5)
    wait(Jobs(world.bedrock, deadline), deadline)

    assert world.clock.slept == [*steps, 0.5]
    assert len(world.bedrock.calls) == len(steps) + 2


def test_the_end_of_a_job_is_waited_for_to_the_last_half_second(world: World) -> None:
    arn = created(world)
    deadline = Deadline(world.clock, 15.5)

    assert not Stopper(Jobs(world.bedrock, deadline), deadline).settle([arn])
    assert world.clock.slept == [1.0, 2.0, 4.0, 8.0, 0.5]


@pytest.mark.parametrize("half_second", [0.0, 0.5])
def test_a_create_under_way_is_waited_for_to_the_last_half_second(world: World, half_second: float) -> None:
    """A Lambda invocation keeps 25 seconds for the answer; 12 and a half are left for the wait."""
    remaining = int((25 + 12 + half_second) * 1000)
    world.deliver(world.event("Delete", PhysicalResourceId="made-up"), remaining_milliseconds=remaining)

    assert sum(world.clock.slept) == 12 + half_second


def test_a_job_is_waited_for_while_only_an_earlier_attempt_is_listed(world: World) -> None:
    listed: Iterator[list[int]] = iter([[1], [1], [1, 2]])

    def page(**_: Any) -> dict[str, Any]:
        return {"invocationJobSummaries": [{"jobName": RUN.name("x", attempt)} for attempt in next(listed)]}

    world.bedrock.list_model_invocation_jobs = page  # type: ignore[method-assign]  # a list that lags
    jobs = Jobs(world.bedrock, Deadline(world.clock, 60)).of_started_attempt(RUN, 2)

    assert [RUN.attempt_of(job["jobName"]) for job in jobs] == [1, 2]
    assert world.clock.slept == [1.0, 2.0]


def test_rights_that_are_missing_in_a_clean_up_are_waited_for_twenty_seconds_only(world: World) -> None:
    arn = created(world)
    denied = refusal("AccessDeniedException", "not authorized to perform: bedrock:StopModelInvocationJob")
    world.bedrock.fault("stop_model_invocation_job", denied, times=1000)

    assert world.delete(arn)["Status"] == "FAILED"
    assert world.clock.slept == [5.0] * 4


def test_an_invocation_works_until_its_reserve_begins(world: World) -> None:
    assert Deadline.of_invocation(world.clock, Context(600_000), 25).remaining() == 575


def test_the_gate_is_kept_shut_to_its_last_second(world: World) -> None:
    """Submitted and Validating take longer than that together."""
    world.create(Gate="VALIDATED", GateSeconds="15")

    assert world.clock.slept == [2.0, 4.0, 8.0, 1.0]


def test_a_fault_of_the_service_is_waited_out_to_the_last_half_second(world: World) -> None:
    world.bedrock.fault("get_model_invocation_job", "InternalServerException", times=1000)
    with pytest.raises(ClientError):
        Jobs(world.bedrock, Deadline(world.clock, 7.5)).get(NO_JOB)

    assert world.clock.slept == [1.0, 2.0, 4.0, 0.5]
