"""The statuses of a job, the ways between them, and what the counters say on the way."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from engine.jobs import create, get

from bedrock_batch_local import BatchEngine, GivenWorkload, InProcessClient, JobStatus, ManualClock, Pacing

LONG_RUN = Pacing(per_record=3600.0, longest_run=10_000_000.0)


def walk(client: InProcessClient, clock: ManualClock, arn: str, step: float = 30.0, steps: int = 60) -> list[str]:
    """The statuses that somebody sees who looks every ``step`` seconds, each once."""
    seen = []
    for _ in range(steps):
        seen.append(get(client, arn)["status"])
        clock.advance(step)
    return [status for status, _ in itertools.groupby(seen)]


def world(workload: GivenWorkload | None = None, pacing: Pacing | None = None) -> tuple[InProcessClient, ManualClock]:
    clock = ManualClock()
    return InProcessClient(BatchEngine(clock, workload, pacing=pacing)), clock


def create_here(client: InProcessClient, **members: Any) -> str:
    return create(client, roleArn="arn:aws:iam::000000000000:role/service-role", **members)


@pytest.mark.parametrize(
    ("workload", "pacing", "expected"),
    [
        (GivenWorkload(), None, ["Submitted", "Validating", "Scheduled", "InProgress", "Completed"]),
        (GivenWorkload(errors=120), None, ["Submitted", "Validating", "Scheduled", "InProgress", "Completed"]),
        (GivenWorkload(validation_failure="no rights"), None, ["Submitted", "Validating", "Failed"]),
        (
            GivenWorkload(run_failure="no model"),
            None,
            ["Submitted", "Validating", "Scheduled", "InProgress", "Failed"],
        ),
        (
            GivenWorkload(delivery_failure="no output"),
            None,
            ["Submitted", "Validating", "Scheduled", "InProgress", "Failed"],
        ),
    ],
    ids=["good", "every record an error", "invalid", "model not allowed", "output lost"],
)
def test_a_job_passes_its_statuses_in_order(
    workload: GivenWorkload, pacing: Pacing | None, expected: list[str]
) -> None:
    client, clock = world(workload, pacing)

    assert walk(client, clock, create_here(client)) == expected


def test_a_job_that_cannot_finish_in_time_is_partially_completed_with_what_it_has() -> None:
    client, clock = world(pacing=LONG_RUN)
    arn = create_here(client, timeoutDurationInHours=48)

    assert walk(client, clock, arn, step=3600)[-2:] == ["InProgress", "PartiallyCompleted"]
    job = get(client, arn)
    assert job["endTime"] == job["jobExpirationTime"]
    assert 0 < job["processedRecordCount"] < job["totalRecordCount"] == 120


def test_a_job_that_never_gets_its_turn_expires() -> None:
    client, clock = world(pacing=Pacing(scheduled=100 * 3600.0))
    arn = create_here(client, timeoutDurationInHours=24)

    assert walk(client, clock, arn, step=3600) == ["Submitted", "Scheduled", "Expired"]
    assert get(client, arn)["totalRecordCount"] == 0


def test_a_failed_job_tells_its_message_and_when_it_ended() -> None:
    client, clock = world(GivenWorkload(validation_failure="Could not validate ListBucket permissions for S3URI"))
    arn = create_here(client)
    clock.advance(600)

    job = get(client, arn)

    assert job["message"] == "Could not validate ListBucket permissions for S3URI"
    assert (job["endTime"] - job["submitTime"]).total_seconds() == 150


def test_counters_are_zero_before_processing_then_grow_and_lag() -> None:
    client, clock = world(GivenWorkload(records=1000, errors=100))
    arn = create_here(client)
    seen = []
    for _ in range(400):
        job = get(client, arn)
        if job["status"] in ("Submitted", "Validating", "Scheduled"):
            assert (job["totalRecordCount"], job["processedRecordCount"]) == (0, 0)
        elif job["status"] == "InProgress":
            assert job["totalRecordCount"] == 1000
            seen.append(job["processedRecordCount"])
        clock.advance(7)

    assert seen == sorted(seen)
    assert len(set(seen)) < len(seen)  # 7 seconds are less than the lag
    assert len(set(seen) - {0, 1000}) > 0
    end = get(client, arn)
    assert [end[f"{kind}RecordCount"] for kind in ("total", "processed", "success", "error")] == [1000, 1000, 900, 100]


@pytest.mark.parametrize("seconds", [0, 70, 200, 500], ids=["Submitted", "Validating", "Scheduled", "InProgress"])
def test_a_job_can_be_stopped_in_every_live_status(seconds: float) -> None:
    client, clock = world()
    arn = create_here(client)
    clock.advance(seconds)

    client.stop_model_invocation_job(jobIdentifier=arn)

    assert walk(client, clock, arn) == ["Stopping", "Stopped"]


def test_a_stopped_job_keeps_what_it_had_processed() -> None:
    client, clock = world(GivenWorkload(records=120, errors=120))
    arn = create_here(client)
    clock.advance(600)
    client.stop_model_invocation_job(jobIdentifier=arn)
    clock.advance(600)

    job = get(client, arn)

    assert (job["status"], job["processedRecordCount"], job["errorRecordCount"]) == ("Stopped", 45, 45)


def test_a_job_that_is_nearly_done_completes_although_it_is_stopped() -> None:
    client, clock = world()
    arn = create_here(client)
    clock.advance(745)
    client.stop_model_invocation_job(jobIdentifier=arn)

    assert walk(client, clock, arn) == ["Stopping", "Completed"]
    assert get(client, arn)["processedRecordCount"] == 120


def test_work_that_takes_longer_than_planned_holds_the_job_and_not_the_engine() -> None:
    class Slow(GivenWorkload):
        done = False

        def run(self, job):  # type: ignore[no-untyped-def]  # the same as in the base class
            return super().run(job) if self.done else None

    slow = Slow()
    client, clock = world(slow)
    arn = create_here(client)
    clock.advance(48 * 3600)

    assert get(client, arn)["status"] == "InProgress"
    slow.done = True
    job = get(client, arn)

    assert job["status"] == "Completed"
    assert (job["endTime"] - job["submitTime"]).total_seconds() == 48 * 3600


def test_the_engine_tells_when_the_next_transition_is_due(client: InProcessClient, engine: BatchEngine) -> None:
    assert engine.next_due() is None
    create(client)
    start = engine.clock.now()

    assert engine.next_due() == start + 60


def test_listeners_hear_every_change_in_order(client: InProcessClient, engine: BatchEngine, clock: ManualClock) -> None:
    heard: list[JobStatus] = []
    engine.on_change(lambda job: heard.append(job.status))
    create(client)
    clock.advance(3600)
    engine.tick()

    assert heard == ["Submitted", "Validating", "Scheduled", "InProgress", "Completed"]
