"""Rollback of an update: jobs that the update had started are stopped, and the earlier job is found again."""

from dataclasses import dataclass
from datetime import timedelta

from bedrock_batch.decisions.stop_or_leave import Fate, JobFacts, Kind, Relation, RequestFacts, fate
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.physical_id import earlier_job_forgotten, held
from model_invocation_job.core.errors import AwsError, RefusedError
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.stack_state import StackState
from model_invocation_job.io.log import log
from model_invocation_job.operations.late_start import stop_again
from model_invocation_job.operations.session import Session
from model_invocation_job.operations.stopping import stop

# No stack operation takes longer. So a cancelled update did not start an older job.
_LONGEST_OPERATION = timedelta(days=1)
# CloudFormation may show the begin of the rollback as that of the update, which is not documented. Few updates take
# longer after they have started a job.
_LONGEST_REST_OF_UPDATE = timedelta(hours=1)
_REQUEST = RequestFacts(Kind.ROLLBACK)


def hides_attempt(event: ResourceEvent) -> bool:
    """Whether old and new properties are equal.

    Then this is a rollback that does not show what was attempted: any other Update contains a change.
    """
    return event.properties == event.old_properties


def names_run(session: Session, spec: JobSpec) -> bool:
    """Whether the job on record is one of a declared run. `False` for a held resource that has none.

    :raises AwsError: the job could not be read.
    """
    recorded = _recorded(session)
    return recorded is not None and session.run_of(spec).attempt_of(recorded) is not None


@dataclass(frozen=True)
class EarlierJob:
    """The response of a rollback. `physical_id` is set if it is not that of the job."""

    job: Job | None
    physical_id: str = ""


def roll_back(session: Session, spec: JobSpec, attempted: JobSpec | None, state: StackState) -> EarlierJob:
    """Return to the job from before the update, whatever its status, or to a held resource. No money is spent.

    `spec` is the run to return to. `attempted` is the run that is rolled back, if it is shown.

    :raises RefusedError: this is a repeated delivery of the update itself, and its job was stopped; or the jobs of the
        update could not be looked for.
    :raises StillRunningError: a job of the update could not be stopped.
    """
    try:
        recorded = _recorded(session)
        # The update sent its response, so its job is on record, and CloudFormation will delete it.
        answered = recorded is not None and _is_attempts(session, recorded, attempted)
        if not answered and attempted is not None and (hides_attempt(session.event) or not attempted.hold):
            for leftover in session.jobs.look(lambda: _leftovers(session, attempted)):
                stop(session, leftover)
        if spec.hold:
            return _held_before(session, recorded if answered else None, state)
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


def _held_before(session: Session, answered: Job | None, state: StackState) -> EarlierJob:
    """What a held resource had on record before the update. `answered` is the job that the update responded with."""
    said = session.physical_id
    log("returned to the held resource", physical_id=session.event.physical_id)
    if answered is not None and said.is_released:
        earlier = session.jobs.get(said.job_arn_before) if said.job_arn_before else None
        # The id keeps its marker for good. So an update may have ended since the one that released the resource.
        if _is_of_update(answered, state) or (earlier is not None and earlier.is_live):
            if not said.job_arn_before:
                return EarlierJob(None, held(session.resource))
            return EarlierJob(earlier or Job(said.job_arn_before))
    if not said.job_arn:
        return EarlierJob(None, held(session.resource))
    return EarlierJob(answered or Job(said.job_arn))


def _is_of_update(job: Job, state: StackState) -> bool:
    """Whether a job was started in the stack's last update, as far as the stack tells. `False` if it does not."""
    return state.began_before(job.submitted_at and job.submitted_at + _LONGEST_REST_OF_UPDATE)


def _newest(session: Session, spec: JobSpec) -> Job | None:
    run = session.run_of(spec)
    own = [job for job in session.jobs.of_run(run) if session.resource.made(job)]
    return max(own, key=lambda job: (job.is_live, run.attempt_of(job) or 0), default=None)


def _leftovers(session: Session, attempted: JobSpec) -> list[Job]:
    """Jobs that the update may have started before it was cancelled.

    If CloudFormation does not show what was attempted, these are all jobs of other runs than the one to return to. The
    run of a held resource counts as another one, unless its job is on record: the update may have released it.
    """
    run, is_hidden = session.run_of(attempted), hides_attempt(session.event)
    own = session.jobs.of_resource(session.resource)
    if is_hidden and attempted.hold and not names_run(session, attempted):
        attempts = [job for job in own if job.arn != session.physical_id.job_arn]
    else:
        attempts = [job for job in own if (run.attempt_of(job) is None) == is_hidden]
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
