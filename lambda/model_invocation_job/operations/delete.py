"""Delete: it leaves no job of this resource running. It does not undo a Create step by step."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from bedrock_batch.decisions.stop_or_leave import Fate, JobFacts, Kind, Relation, RequestFacts, fate
from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import JobSpec, leaves_running
from bedrock_batch.run.identity import RunIdentity
from model_invocation_job.core.answer import Answer, Status, answered_id
from model_invocation_job.core.errors import AwsError, RefusedError, StackUnknownError, stop_command
from model_invocation_job.core.second_attempt import failed_for_rights, may_be_unlisted
from model_invocation_job.io.log import log
from model_invocation_job.operations.session import Session
from model_invocation_job.operations.stopping import settle, stop

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def delete(session: Session) -> Answer:
    """Stop live jobs and wait, for a limited time, until they no longer write. If nothing is found, that is a success.

    :raises StillRunningError: a job runs and could not be stopped.
    :raises RefusedError: it is not known whether a job runs or is needed, or it still holds network interfaces.
    """
    if leaves_running(session.event.properties) and _is_left(session):
        log("job left running, as declared", physical_id=session.event.physical_id)
        return Answer(Status.SUCCESS, answered_id(session.event))
    job_arn = session.physical_id.job_arn
    jobs = _named(session, job_arn) if job_arn else _unnamed(session)
    for job in jobs:
        stop(session, job)
    unsettled = settle(session, jobs)
    for job in unsettled:
        if job.is_in_vpc:
            raise RefusedError(
                f"{job.arn} is stopping and still holds network interfaces, without which the subnets and"
                " security groups cannot go; delete again in a few minutes"
            )
    note = " ".join(f"{job.arn} was stopped, but was not seen to have ended." for job in unsettled)
    return Answer(Status.SUCCESS, answered_id(session.event), reason=note)


def _is_left(session: Session) -> bool:
    """Whether the job is left running, as declared. An unknown direction does not count as a rollback."""
    job = JobFacts(Relation.RAN_BEFORE if session.physical_id.was_found else Relation.NAMED)
    undone = RequestFacts(Kind.DELETE, is_undone=True, leaves_running=True)
    if fate(undone, job) is Fate.LEAVE:
        return True
    state = session.stack.state_if_known()
    return state is None or fate(replace(undone, is_undone=state.may_undo(session.event)), job) is Fate.LEAVE


def _named(session: Session, job_arn: str) -> list[Job]:
    """The job that an id names, unless it has ended or does not belong to this resource."""
    is_local = session.resource.is_local(job_arn)
    try:
        job = session.jobs.look(lambda: session.jobs.get(job_arn)) if is_local else None
    except AwsError as error:
        raise RefusedError(
            f"{job_arn} could not be read ({error.code}), it may be running and billing."
            f" Stop it with: {stop_command(job_arn)}"
        ) from error
    if job is None or not session.resource.made(job):
        log("job left alone, it is not this resource's or not known", job_arn=job_arn)
        return []
    facts = JobFacts(Relation.NAMED, has_ended=job.has_ended)
    if fate(RequestFacts(Kind.DELETE), facts) is Fate.STOP:
        return [job]
    return _second_attempts(session, job) if failed_for_rights(job) else []


def _second_attempts(session: Session, first: Job) -> list[Job]:
    """A second attempt that another delivery has started, after the failure of the first was the response."""
    spec = _spec(session)
    if spec is None:
        return []
    run = session.run_of(spec)
    if run.attempt_of(first) is None:
        return []
    said = f"{first.arn} failed, but "
    listed = _or_refuse(run, lambda: session.jobs.of_run(run), said)
    return _found(session, run, said, waits=may_be_unlisted(run, spec.gate, first, listed, session.now()))


def _unnamed(session: Session) -> list[Job]:
    """The jobs of an id that names none, such as one that CloudFormation made up for a cancelled Create."""
    spec = _spec(session)
    if spec is None:
        # A Create with such properties cannot have started a job.
        return []
    said = session.physical_id
    return _found(session, session.run_of(spec), waits=not (said.is_not_started or said.is_held))


def _spec(session: Session) -> JobSpec | None:
    try:
        return JobSpec.parse(session.event.properties)
    except InvalidPropertyError:
        return None


def _found(session: Session, run: RunIdentity, said: str = "", *, waits: bool) -> list[Job]:
    def attempts() -> list[Job]:
        return _attempts(session, run)

    return _or_refuse(run, lambda: session.jobs.look(attempts) if waits else attempts(), said)


def _or_refuse(run: RunIdentity, find: Callable[[], list[Job]], said: str) -> list[Job]:
    try:
        return find()
    except AwsError as error:
        raise RefusedError(
            f"{said}jobs could not be looked for ({error.code}): one whose name holds {run.tail} may be running"
            " and billing. Delete again when Bedrock answers"
        ) from error


def _attempts(session: Session, run: RunIdentity) -> list[Job]:
    """The jobs to stop among the attempts of an id."""
    own = session.jobs.of_resource(session.resource)
    name = session.physical_id.job_name
    attempts = [job for job in own if (job.name == name if name else run.attempt_of(job) is not None)]
    live = [job for job in attempts if not job.has_ended]
    if not live:
        return live
    is_held = session.physical_id.is_held
    request = RequestFacts(Kind.DELETE, is_undone=_is_undone(session, live[0]), is_of_held=is_held)
    newest = max(own, key=lambda job: job.submitted_at or _LONG_AGO)
    fates = {job.arn: fate(request, JobFacts(Relation.ATTEMPT, is_newest=job is newest)) for job in live}
    if newest in live and fates[newest.arn] is Fate.LEAVE:
        log("newest job left alone, it may be on record", job_arn=newest.arn)
    return [job for job in live if fates[job.arn] is Fate.STOP]


def _is_undone(session: Session, job: Job) -> bool:
    try:
        return session.stack.state().may_undo(session.event)
    except StackUnknownError as error:
        raise RefusedError(
            f"{job.arn} may be running and billing, and CloudFormation does not tell whether the stack keeps it."
            f" Delete again, or stop it with: {stop_command(job.arn)}"
        ) from error
