"""Time: events that come late, clocks that differ, functions that have none left."""

import json
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from bedrock_batch.statuses import JobStatus
from handler.hooks import CREATE, LIST
from handler.runtime import Context, SharedClock
from handler.scenario import scenario
from handler.world import OWN_STACK, World
from lifecycle.scenarios.response_bucket import response_bucket, run_for_real
from lifecycle.scenarios.stage import end, meaning
from model_invocation_job.invocation import Invocation


@scenario(23)
@pytest.mark.parametrize("status", ["CREATE_IN_PROGRESS", "ROLLBACK_COMPLETE"])
def test_an_event_of_hours_ago_starts_nothing_and_ends(world: World, status: str) -> None:
    """Create event delayed 3 h by throttling -> stale guard: no start, no PUT error loop."""
    world.cloudformation.status = status
    with response_bucket(*[403] * 9) as bucket:
        run_for_real(world, bucket.sign(world.event("Create", issued_ago=3 * 3600)))

    assert (len(bucket.puts), json.loads(bucket.puts[0])["Status"]) == (1, "FAILED")
    assert (world.started, world.clock.slept) == (0, [])


def running_out() -> Context:
    """Time for the watchdog to bite at once, and then enough for the work to go on if it could."""
    left = iter([15_100, 600_000])
    return Context(lambda: next(left))


@scenario(51)
@pytest.mark.parametrize(("call", "moment", "jobs"), [(LIST, "before", 0), (CREATE, "before", 1), (CREATE, "after", 1)])
def test_a_call_that_hangs_is_answered_in_time_and_cleaned_up(world: World, call: str, moment: str, jobs: int) -> None:
    """Bedrock call hangs (socket) -> FAILED sent before Lambda timeout; if it took effect, Delete cleans up."""
    answered = threading.Event()
    answers: list[dict[str, Any]] = []

    def put(_url: str, body: bytes, _sleep: Any) -> None:
        answers.append(json.loads(body))
        answered.set()

    def hangs(name: str, when: str) -> None:
        if (name, when) == (call, moment):
            assert answered.wait(30)

    Invocation(world.watched(hangs), OWN_STACK, world.clock, put).run(world.event("Create"), running_out())

    assert [answer["Status"] for answer in answers] == ["FAILED"]
    assert world.started == jobs
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    assert world.delete(answers[0]["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert world.live() == []


@scenario(52)
@pytest.mark.parametrize("milliseconds", [0, 1000, 20_000])
def test_without_time_nothing_is_started(world: World, milliseconds: int) -> None:
    """Remaining time 0 or 1 s at start -> no start; answers or lets Lambda retry."""
    answers: list[dict[str, Any]] = []

    def put(_url: str, body: bytes, _sleep: Any) -> None:
        answers.append(json.loads(body))

    Invocation(world, OWN_STACK, world.clock, put).run(world.event("Create"), Context(milliseconds))

    assert world.started == 0
    assert [answer["Status"] for answer in answers] == ["FAILED"]


class SkewedClock(SharedClock):
    """Lambda's watch goes ahead of, or behind, CloudFormation's and Bedrock's."""

    skew = timedelta()

    def now(self) -> datetime:
        return super().now() + self.skew


def deliver_skewed(world: World, event: dict[str, Any], minutes: int) -> dict[str, Any]:
    """Deliver an event to a function whose watch is wrong."""
    clock = SkewedClock(world.service_clock)
    clock.skew = timedelta(minutes=minutes)

    def put(_url: str, body: bytes, _sleep: Any) -> None:
        world.answers.append(json.loads(body))

    Invocation(world, OWN_STACK, clock, put).run(event, Context())
    return world.answers[-1]


@scenario(67)
@pytest.mark.parametrize("minutes", [-15, 0, 15])
def test_a_wrong_watch_neither_refuses_nor_repeats_a_run(world: World, minutes: int) -> None:
    """Clock skew of 15 min between Lambda and Bedrock submitTime -> stale and dead-job logic still right."""
    event = world.event("Create")
    first = deliver_skewed(world, event, minutes)
    assert (first["Status"], world.started) == ("SUCCESS", 1)

    end(world, first["PhysicalResourceId"], JobStatus.FAILED)
    world.clock.sleep(120)
    assert meaning(deliver_skewed(world, event, minutes)) == meaning(first)
    assert world.started == 1

    second = deliver_skewed(world, world.event("Create"), minutes)
    assert (second["Status"], world.live()) == ("SUCCESS", [second["PhysicalResourceId"]])

    late = deliver_skewed(world, world.event("Create", issued_ago=3 * 3600, LogicalResourceId="Late"), minutes)
    assert (late["Status"], world.started) == ("FAILED", 2)
