"""What a job does while it validates and runs: the interface that the engine calls, and a stand-in for tests.

A method that returns ``None`` means "not finished, ask again". The engine never waits, so an implementation does slow
work in the background.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.work_answers import Delivery, Outcome, Progress, Validation


class Workload(Protocol):
    """The work of jobs. Each method may be called repeatedly for one job and must keep its first result."""

    def validate(self, job: Job) -> Validation | None:
        """Check rights, files and records. Called while the job is Validating."""

    def run(self, job: Job) -> Outcome | None:
        """Process every record. Called while the job is InProgress."""

    def progress(self, job: Job, planned: int) -> Progress:
        """The records processed up to now, at most ``planned``."""

    def deliver(self, job: Job, records: int) -> Delivery | None:
        """Write the output of the first ``records`` records. The job ends when this has a result."""


class GivenWorkload:
    """Work whose result is given in advance.

    ``records`` per job (default: 120), of which ``errors`` become error records (default: 0, the last ones).
    ``validation_failure`` ends the job in Validating, ``run_failure`` late in InProgress, ``delivery_failure`` when the
    output is written. ``of`` chooses another stand-in for some jobs: it gets the job and returns one or ``None``.
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
