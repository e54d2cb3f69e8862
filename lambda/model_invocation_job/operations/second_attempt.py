"""A second attempt at a run after its job failed the validation of rights that may be too new."""

from collections.abc import Sequence

from bedrock_batch.decisions.stop_or_leave import Relation
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import RunIdentity
from model_invocation_job.core.errors import AwsError
from model_invocation_job.core.limits import SHORT_PATIENCE_SECONDS
from model_invocation_job.core.second_attempt import (
    failed_for_rights,
    first_of,
    has_new_rights,
    is_first,
    is_in_time,
    may_have_followed,
)
from model_invocation_job.io.log import log
from model_invocation_job.operations.late_start import Accepted
from model_invocation_job.operations.session import LEAST_SECONDS_TO_START, Session
from model_invocation_job.operations.starting import accept_attempt, look_for_attempt, take_attempt


def try_again(session: Session, run: RunIdentity, spec: JobSpec, failed: Job) -> Accepted | None:
    """The job of the second attempt. `None` if none is allowed: then the failure counts.

    :raises HandlerError: it was not accepted.
    """
    number = run.attempt_of(failed)
    if number is None or not failed_for_rights(failed):
        return None
    listed = _listed(session, run, failed)
    if first_of(run, failed, listed, session.event.issued_at) is not None:
        return None
    if session.progress.is_repeated and _may_have_followed(session, spec, failed):
        # Another delivery may have started it. Then it counts, even if this delivery might start none.
        try:
            second = look_for_attempt(session, run, spec, number + 1)
        except AwsError as error:
            log("second attempt not looked for", job_arn=failed.arn, error=error.code)
            return None
        if second is not None:
            session.progress.first_attempt_failed(_told(failed))
            log("job failed validation, the run was tried again", job_arn=failed.arn, second_job_arn=second.arn)
            return take_attempt(session, run, spec, second)
    if not _may_start(session, run, spec, failed, listed):
        return None
    session.progress.first_attempt_failed(_told(failed))
    log("job failed validation, the run is tried again", job_arn=failed.arn, attempt=number + 1)
    return accept_attempt(session, run, spec, number + 1)


def note_first_attempt(session: Session, run: RunIdentity, accepted: Accepted) -> None:
    """If another delivery has started this job as the second attempt, keep the first failure for the response."""
    if accepted.relation is not Relation.TAKEN:
        return
    first = first_of(run, accepted.job, _listed(session, run, accepted.job), session.event.issued_at)
    if first is not None:
        session.progress.first_failure = _told(first)


def _may_have_followed(session: Session, spec: JobSpec, failed: Job) -> bool:
    state = session.stack.state_if_known(SHORT_PATIENCE_SECONDS)
    return may_have_followed(failed, spec.gate_seconds, state, LEAST_SECONDS_TO_START)


def _may_start(session: Session, run: RunIdentity, spec: JobSpec, failed: Job, listed: Sequence[Job]) -> bool:
    if not is_in_time(failed, spec.gate_seconds, session.now(), LEAST_SECONDS_TO_START):
        return False
    if not is_first(run, failed, listed, session.event.issued_at):
        return False
    return has_new_rights(session.stack.state_if_known(SHORT_PATIENCE_SECONDS), session.event, session.now())


def _listed(session: Session, run: RunIdentity, job: Job) -> list[Job]:
    """The attempts at a run, if they are needed and can be listed."""
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
