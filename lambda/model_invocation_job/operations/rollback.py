"""Rollback of an update: jobs that the update had started are stopped, and the earlier job is found again."""

from dataclasses import dataclass
from datetime import timedelta

from bedrock_batch.decisions.stop_or_leave import Fate, JobFacts, Kind, Relation, RequestFacts, fate
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.physical_id import earlier_job_forgotten
from model_invocation_job.core.errors import AwsError, RefusedError
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.stack_state import StackState
from model_invocation_job.io.log import log
from model_invocation_job.operations.late_start import stop_again
from model_invocation_job.operations.session import Session
from model_invocation_job.operations.stopping import stop

# No stack operation takes longer. So a cancelled update did not start an older job.
_LONGEST_OPERATION = timedelta(days=1)
_REQUEST = RequestFacts(Kind.ROLLBACK)


def hides_attempt(event: ResourceEvent) -> bool:
    """Whether old and new properties are equal.

    Then this is a rollback that does not show what was attempted: any other Update contains a change.
    """
    return event.properties == event.old_properties


@dataclass(frozen=True)
class EarlierJob:
    """The response of a rollback. `physical_id` is set if it is not that of the job."""

    job: Job | None
    physical_id: str = ""


def roll_back(session: Session, spec: JobSpec, attempted: JobSpec | None, state: StackState) -> EarlierJob:
    """Return to the job from before the update, whatever its status. No money is spent.

    `spec` is the run to return to. `attempted` is the run that is rolled back, if it is shown.

    :raises RefusedError: this is a repeated delivery of the update itself, and its job was stopped; or the jobs of the
        update could not be looked for.
    :raises StillRunningError: a job of the update could not be stopped.
    """
    try:
        recorded = _recorded(session)
        # The update sent its response, so its job is on record, and CloudFormation will delete it.
        answered = recorded is not None and _is_attempts(session, recorded, attempted)
        if not answered and attempted is not None:
            for leftover in session.jobs.look(lambda: _leftovers(session, attempted)):
                stop(session, leftover)
        job = session.jobs.look(lambda: _newest(session, spec)) if answered or recorded is None else recorded
    except AwsError as error:
        raise _not_looked_for(session, attempted, error) from error
    if job is None:
        log("earlier job forgotten", physical_id=session.event.physical_id)
        return EarlierJob(None, earlier_job_forgotten(recorded.arn) if recorded else "")
    relation = Relation.NAMED if job is recorded else Relation.ATTEMPT
    # An ended job is refused too: the response must not say that the stack keeps it.
    if fate(_REQUEST, JobFacts(relation, is_since_update=state.began_before(job.submitted_at))) is Fate.STOP:
        stop_again(session, job)
    log("returned to the job from before", job_arn=job.arn, status=job.status)
    return EarlierJob(job)


def _recorded(session: Session) -> Job | None:
    job_arn = session.physical_id.job_arn
    return session.jobs.get(job_arn) if session.resource.is_local(job_arn) else None


def _is_attempts(session: Session, job: Job, attempted: JobSpec | None) -> bool:
    """Whether the update that is rolled back would have had a job."""
    if attempted is None or hides_attempt(session.event):
        return False
    return session.run_of(attempted).attempt_of(job) is not None


def _newest(session: Session, spec: JobSpec) -> Job | None:
    run = session.run_of(spec)
    own = [job for job in session.jobs.of_run(run) if session.resource.made(job)]
    return max(own, key=lambda job: (job.is_live, run.attempt_of(job) or 0), default=None)


def _leftovers(session: Session, attempted: JobSpec) -> list[Job]:
    """Jobs that the update may have started before it was cancelled.

    If CloudFormation does not show what was attempted, these are all jobs of other runs than the one to return to.
    """
    run, is_hidden = session.run_of(attempted), hides_attempt(session.event)
    attempts = [job for job in session.jobs.of_resource(session.resource) if (run.attempt_of(job) is None) == is_hidden]
    return [job for job in attempts if fate(_REQUEST, _facts_of(session, job)) is Fate.STOP]


def _facts_of(session: Session, job: Job) -> JobFacts:
    issued_at, submitted_at = session.event.issued_at, job.submitted_at
    is_of_operation = issued_at is None or submitted_at is None or submitted_at >= issued_at - _LONGEST_OPERATION
    return JobFacts(Relation.ROLLED_BACK, has_ended=job.has_ended, is_of_operation=is_of_operation)


def _not_looked_for(session: Session, attempted: JobSpec | None, error: AwsError) -> RefusedError:
    is_shown = attempted is not None and not hides_attempt(session.event)
    holds = session.run_of(attempted).tail if attempted and is_shown else session.resource.part
    return RefusedError(
        f"what the cancelled update may have started could not be looked for ({error.code}): a job whose"
        f" name holds {holds} may be running and billing. When Bedrock answers again, continue the rollback with:"
        f" aws cloudformation continue-update-rollback --stack-name {session.event.stack_id}"
    )
