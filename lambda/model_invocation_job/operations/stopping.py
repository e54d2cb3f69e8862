"""Stops a job and waits until it no longer writes."""

from collections.abc import Callable, Sequence

from bedrock_batch.job import Job
from model_invocation_job.core.errors import AwsError, StillRunningError
from model_invocation_job.core.limits import SETTLE_SECONDS, STOP_EFFECT_SECONDS
from model_invocation_job.io.deadline import Deadline
from model_invocation_job.io.log import log
from model_invocation_job.io.waiting import Wait
from model_invocation_job.operations.session import Session

# Bedrock's errors for a job that has ended, that it cannot stop at this moment, or that only the list shows yet. The
# status tells which.
NOT_NOW = frozenset({"ConflictException", "ResourceNotFoundException", "ValidationException"})


def stop(session: Session, job: Job, look_again: Callable[[], None] = lambda: None) -> None:
    """Request that a live job stops, and check that it does. A job that has ended is as good.

    If Bedrock refuses a Stop for the moment, or accepts it without effect, the Stop is repeated. Before each repetition
    `look_again` is called; it may raise to end this.

    :raises StillRunningError: no Stop was accepted, or the job still runs.
    """
    if not job.is_live:
        return
    accepted: Deadline | None = None
    wait = Wait(f"a Stop of {job.arn} has not had its effect yet")
    while True:
        cause = "a Stop has no effect"
        try:
            session.jobs.stop(job.arn)
            accepted = accepted or session.deadline.within(STOP_EFFECT_SECONDS)
        except AwsError as error:
            cause = error.code
            if accepted is None and cause not in NOT_NOW:
                raise StillRunningError(job.arn, cause) from error
        shown = _shown(session, job)
        if shown is not None and not shown.is_live:
            log("job stopped", job_arn=job.arn)
            return
        # The job may be stopping under an unknown status.
        may_be_stopping = accepted is not None and (shown is None or not shown.is_running)
        limit = accepted if accepted is not None and may_be_stopping else session.deadline
        if not wait.step(limit):
            break
        look_again()
    if not may_be_stopping:
        raise StillRunningError(job.arn, cause)
    log("stop accepted, but the job does not show it", job_arn=job.arn)


def settle(session: Session, jobs: Sequence[Job]) -> list[Job]:
    """Wait, for a limited time, until all these jobs are seen to have ended. Returns those that were not."""
    limit = session.deadline.within(SETTLE_SECONDS)
    wait = Wait("a job that was stopped has not ended yet")
    while True:
        jobs = [job for job in jobs if not ((shown := _shown(session, job)) and shown.has_ended)]
        if not jobs or not wait.step(limit):
            # A job that Get has not shown for all that time is gone.
            return [job for job in jobs if not _is_unknown(session, job)]


def _is_unknown(session: Session, job: Job) -> bool:
    try:
        return session.jobs.get(job.arn) is None
    except AwsError:
        return False


def _shown(session: Session, job: Job) -> Job | None:
    """The job as Bedrock shows it. `None` if it cannot be read, or not yet."""
    try:
        return session.jobs.get(job.arn)
    except AwsError:
        return None
