"""The schedule asks to look at all jobs: ends that were not told are told, and live jobs are measured."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from batch_outcome.core.errors import ClosedPlaceError, OutcomeError, UnfinishedError
from batch_outcome.core.marker import Step
from batch_outcome.core.metric_data import Age, of_live
from batch_outcome.io.log import log
from batch_outcome.operations import reading
from batch_outcome.operations.end import asks, report_of
from batch_outcome.operations.session import Session
from batch_outcome.operations.telling import tell
from bedrock_batch.job import Job

# Until then the event of Bedrock may still come, with Lambda's retries.
_PATIENCE: Final = timedelta(minutes=10)
# A schedule of 15 minutes looks once at each job between its patience and this.
_FIRST_LOOK: Final = timedelta(minutes=25)
_LAST_LOOK: Final = timedelta(days=3)
# A job lasts 168 hours at most (CreateModelInvocationJob, timeoutDurationInHours), and may wait before and after that.
_SUBMITTED: Final = timedelta(days=11)
# One job may take this long, if all of its calls hang.
_RESERVE_SECONDS: Final = 60.0


def look(session: Session, at: datetime) -> None:
    """Look at all jobs of the stack. What is not done in time is left for the next look.

    :raises AwsError: the jobs could not be listed.
    :raises UnfinishedError: something failed for some of them. All others were looked at.
    """
    listed = session.jobs.listed(session.own.part, at - _SUBMITTED)
    ours = [job for job in listed if session.own.may_own(job)]
    # In another order at each look, so that calls that hang do not hold up the same jobs again.
    random.Random(at.isoformat()).shuffle(ours)  # noqa: S311 - an order is no secret
    failures = Failures()
    _measure(session, [job for job in ours if not job.has_ended], at, failures)
    for job in _in_time(session, [job for job in ours if job.has_ended and _is_due(job, at)], _RESERVE_SECONDS):
        is_first = job.ended_at is not None and at - job.ended_at <= _FIRST_LOOK
        failures.of(job.arn, partial(_tell_late, session, job, is_first))
    failures.check()


class Failures:
    """What could not be done. One job that fails does not hold up the others."""

    def __init__(self) -> None:
        """None yet."""
        self._texts: list[str] = []

    def of(self, what: str, do: Callable[[], None]) -> None:
        """Do something, and remember if it fails."""
        try:
            do()
        except Exception as error:  # what is unexpected in one job must not hold up the others either
            text = str(error) if isinstance(error, OutcomeError) else type(error).__name__
            log("not done", what=what, error=text)
            self._texts.append(text)

    def check(self) -> None:
        """Raise if anything failed: Lambda counts it as an error of the function.

        :raises UnfinishedError: with the number and the first failure.
        """
        if self._texts:
            raise UnfinishedError(f"{len(self._texts)} things were not done, the first for {self._texts[0]}")


def _is_due(job: Job, at: datetime) -> bool:
    return job.ended_at is None or _PATIENCE <= at - job.ended_at <= _LAST_LOOK


def _in_time(session: Session, jobs: Sequence[Job], reserve_seconds: float) -> Iterator[Job]:
    for done, job in enumerate(jobs):
        if session.left.seconds < reserve_seconds:
            log("left for the next look", jobs=len(jobs) - done)
            return
        yield job


def _tell_late(session: Session, listed: Job, is_first: bool) -> None:
    """Tell an end whose marker is missing.

    A later look tells nothing if it cannot read or write the marker: it would tell the same each time.
    """
    job = session.jobs.whole(listed)
    if job is None or not (steps := _pending(session, job, is_first)):
        return
    run_file = reading.run_file(session, job)
    if run_file is None or not asks(session, job, run_file):
        return
    # The list may show less of a job.
    shown = session.jobs.get(job.arn)
    job = shown if shown is not None and shown.has_ended else job
    report = report_of(session, job, run_file, reading.manifest(session, job))
    tell(session, report, steps, has_claim=not is_first and Step.EVENT in steps)


def _pending(session: Session, job: Job, is_first: bool) -> frozenset[Step]:
    try:
        return reading.pending(session, job, is_certain=not is_first)
    except ClosedPlaceError:
        # It is no failure in a place where no job asks for an outcome.
        if reading.run_file(session, job) is None:
            return frozenset()
        raise


def _measure(session: Session, live: Sequence[Job], at: datetime, failures: Failures) -> None:
    """Put the ages of the live jobs that ask for an outcome. It takes half of the time at most."""
    ages: list[tuple[str, Age]] = []

    def read(listed: Job) -> None:
        job = session.jobs.whole(listed)
        run_file = reading.run_file(session, job) if job else None
        age = Age.of(listed, at)
        if job and run_file is not None and age is not None and asks(session, job, run_file):
            ages.append((run_file["logicalResourceId"], age))

    for each in _in_time(session, live, session.left.seconds / 2):
        failures.of(each.arn, partial(read, each))
    failures.of("metrics of live jobs", lambda: session.metrics.put(of_live(session.own.name, ages)))
