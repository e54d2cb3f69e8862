"""Choosing the next transition of a job leaves the job as it is; what was found out meanwhile still counts later."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import pytest
from engine.jobs import client_of, create, get, request

from bedrock_batch_local import BatchEngine, GivenWorkload, JobStatus, ManualClock, Pacing, Scope
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.lifecycle import Lifecycle
from bedrock_batch_local.engine.models import resolve
from bedrock_batch_local.engine.work_answers import Delivery, Outcome, Validation

SCOPE = Scope("111122223333", "eu-west-1", "aws")
ENTERED = 1000.0


class Slow(GivenWorkload):
    """Work that answers no question of which the name is in ``open``."""

    def __init__(self, *open_questions: str, **given: Any) -> None:
        super().__init__(**given)
        self.open = set(open_questions)

    def validate(self, job: Job) -> Validation | None:
        return None if "validate" in self.open else super().validate(job)

    def run(self, job: Job) -> Outcome | None:
        return None if "run" in self.open else super().run(job)

    def deliver(self, job: Job, records: int) -> Delivery | None:
        return None if "deliver" in self.open else super().deliver(job, records)


WORKLOADS = (
    GivenWorkload(),
    GivenWorkload(validation_failure="no rights", run_failure="no model"),
    GivenWorkload(delivery_failure="no output"),
    Slow("validate", "run", "deliver"),
    Slow("deliver"),
)
MOMENTS = (0.0, 30.0, 90.0, 3600.0, 30 * 24 * 3600.0)


def job_in(status: JobStatus) -> Job:
    """A job that entered ``status`` 1000 seconds after its submission."""
    has_run = status not in (JobStatus.SUBMITTED, JobStatus.VALIDATING, JobStatus.SCHEDULED)
    given = request()
    return Job(
        SCOPE,
        "a1b2c3d4e5f6",
        given,
        resolve(given["modelId"], SCOPE),
        submitted_at=0.0,
        submitted_wall=0.0,
        sequence=1,
        status=status,
        entered_at=ENTERED,
        total=7 if has_run else 0,
        running_since=ENTERED if has_run else None,
    )


@pytest.mark.parametrize("status", JobStatus)
def test_choosing_the_next_transition_does_not_change_the_job(status: JobStatus) -> None:
    for workload, seconds, late in itertools.product(WORKLOADS, MOMENTS, (False, True)):
        job = job_in(status)
        job.late = late
        before = copy.deepcopy(job)

        Lifecycle(Pacing(), workload).next_change(job, ENTERED + seconds)

        assert job == before


def test_an_answer_after_the_planned_moment_is_the_moment_of_the_transition_if_somebody_waited_for_it() -> None:
    clock, workload = ManualClock(), Slow("validate")
    client = client_of(BatchEngine(clock, workload))
    arn = create(client)
    clock.advance(60 + 90 + 50)
    assert get(client, arn)["status"] == "Validating"
    workload.open.clear()
    clock.advance(7)

    assert get(client, arn)["status"] == "Scheduled"
    assert (get(client, arn)["lastModifiedTime"] - get(client, arn)["submitTime"]).total_seconds() == 207


def test_an_answer_that_nobody_waited_for_changes_nothing_of_the_planned_moment() -> None:
    clock, workload = ManualClock(), Slow("validate")
    client = client_of(BatchEngine(clock, workload))
    arn = create(client)
    clock.advance(60 + 90)
    assert get(client, arn)["status"] == "Validating"
    workload.open.clear()
    clock.advance(57)

    assert get(client, arn)["status"] == "Scheduled"
    assert (get(client, arn)["lastModifiedTime"] - get(client, arn)["submitTime"]).total_seconds() == 150


def test_the_number_of_records_is_known_as_soon_as_they_are_counted() -> None:
    engine = BatchEngine(clock := ManualClock(), GivenWorkload(records=150))
    arn = create(client_of(engine))
    clock.advance(60 + 30)

    job = engine.find(SCOPE, arn)

    assert (job.status, job.total) == (JobStatus.VALIDATING, 150)
