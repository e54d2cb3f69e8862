"""What a job does while it validates and runs: the port that the engine drives, and a stand-in for tests.

A method that returns ``None`` means "not finished, ask again": the engine never waits, so slow work belongs into the
background of whoever implements the port.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.work_answers import Delivery, Outcome, Progress, Validation


class Workload(Protocol):
    """The work of jobs. Each method may be called again and again for one job and must keep to its first answer."""

    def validate(self, job: Job) -> Validation | None:
        """Check rights, files and records. Called from the moment the job is Validating."""

    def run(self, job: Job) -> Outcome | None:
        """Process every record. Called from the moment the job is InProgress."""

    def progress(self, job: Job, planned: int) -> Progress:
        """What is processed so far, at most ``planned`` records."""

    def deliver(self, job: Job, records: int) -> Delivery | None:
        """Write the results of the first ``records`` records; the job ends when this has an answer."""


class GivenWorkload:
    """Work whose result is given beforehand.

    ``records`` per job (default: 120) of which ``errors`` become error records (default: 0, the last ones);
    ``validation_failure`` ends the job in Validating, ``run_failure`` late in InProgress, ``delivery_failure`` when
    results are written. ``of`` chooses another stand-in for some jobs: it gets the job and returns one or ``None``.
    """

    def __init__(
        self,
        records: int = 120,
        errors: int = 0,
        *,
        validation_failure: str = "",
        run_failure: str = "",
        delivery_failure: str = "",
        of: Callable[[Job], GivenWorkload | None] | None = None,
    ) -> None:
        self._records = records
        self._errors = errors
        self._validation_failure = validation_failure
        self._run_failure = run_failure
        self._delivery_failure = delivery_failure
        self._of = of

    def _for(self, job: Job) -> GivenWorkload:
        return (self._of(job) if self._of else None) or self

    def validate(self, job: Job) -> Validation | None:
        given = self._for(job)
        return Validation(given._records, given._validation_failure)

    def run(self, job: Job) -> Outcome | None:
        return Outcome(self._for(job)._run_failure)

    def progress(self, job: Job, planned: int) -> Progress:
        given = self._for(job)
        errors = max(0, planned - (given._records - given._errors))
        return Progress(planned, planned - errors, errors)

    def deliver(self, job: Job, records: int) -> Delivery | None:
        return Delivery(self.progress(job, records), self._for(job)._delivery_failure)
