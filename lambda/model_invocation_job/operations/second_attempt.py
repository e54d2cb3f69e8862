"""A second attempt at a run whose job failed the validation of rights that may be too new to be known everywhere."""

from model_invocation_job.core.declaration import JobSpec
from model_invocation_job.core.errors import AwsError
from model_invocation_job.core.identity import RunIdentity
from model_invocation_job.core.job import Job
from model_invocation_job.core.limits import SHORT_PATIENCE_SECONDS, VISIBLE_SECONDS
from model_invocation_job.core.second_attempt import (
    attempt_before,
    failed_for_rights,
    has_new_rights,
    is_first,
    is_in_time,
)
from model_invocation_job.core.stop_or_leave import Relation
from model_invocation_job.io.log import log
from model_invocation_job.operations.late_start import Accepted
from model_invocation_job.operations.session import LEAST_SECONDS_TO_START, Session
from model_invocation_job.operations.starting import accept_attempt


def try_again(session: Session, run: RunIdentity, spec: JobSpec, failed: Job) -> Accepted | None:
    """The job of the second attempt, `None` if there may be none: then the failure counts.

    Raises:
        HandlerError: it was not accepted.
    """
    number = run.attempt_of(failed)
    if number is None or not _may_try_again(session, run, spec, failed):
        return None
    session.progress.first_attempt_failed(_told(failed))
    log("job failed validation, the run is tried again", job_arn=failed.arn, attempt=number + 1)
    return accept_attempt(session, run, spec, number + 1)


def note_first_attempt(session: Session, run: RunIdentity, accepted: Accepted) -> None:
    """If another delivery of the request has started this job as the second attempt, tell so whatever becomes of it."""
    if accepted.relation is not Relation.TAKEN:
        return
    first = attempt_before(run, accepted.job, _listed(session, run, accepted.job))
    if first is not None and failed_for_rights(first) and first.was_submitted_since(session.event.issued_at):
        session.progress.first_failure = _told(first)


def _may_try_again(session: Session, run: RunIdentity, spec: JobSpec, failed: Job) -> bool:
    issued_at = session.event.issued_at
    if not failed_for_rights(failed):
        return False
    # A repeated delivery looks for the second attempt of another one before it starts it.
    needed = LEAST_SECONDS_TO_START + (VISIBLE_SECONDS if session.progress.is_repeated else 0.0)
    if not is_in_time(failed, spec.gate_seconds, session.now(), needed):
        return False
    if not is_first(run, failed, _listed(session, run, failed), issued_at):
        return False
    return has_new_rights(session.stack.state_if_known(SHORT_PATIENCE_SECONDS), session.event, session.now())


def _listed(session: Session, run: RunIdentity, job: Job) -> list[Job]:
    """The attempts at a run, as far as they are needed and can be listed."""
    if run.attempt_of(job) == 1:
        return []
    try:
        return session.jobs.within(SHORT_PATIENCE_SECONDS).of_run(run)
    except AwsError as error:
        log("earlier attempts not listed", job_arn=job.arn, error=error.code)
        return []


def _told(failed: Job) -> str:
    return (
        f"{failed.arn} failed validation: {failed.reason}. A new role or bucket is not known everywhere at once,"
        " so the run was tried again"
    )
