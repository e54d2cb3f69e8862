"""A job that started while its stack turned to something else. It is stopped, unless another request may need it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.decisions.stop_or_leave import Fate, JobFacts, Kind, Relation, RequestFacts, fate
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import is_held
from bedrock_batch.run.identity import RunIdentity
from model_invocation_job.core.errors import RefusedError
from model_invocation_job.core.limits import SHORT_PATIENCE_SECONDS
from model_invocation_job.core.stack_state import StackState
from model_invocation_job.operations.session import Session
from model_invocation_job.operations.stopping import stop


@dataclass(frozen=True)
class Accepted:
    """The job of a run, and what it is to the request: `STARTED`, `TAKEN` or `RAN_BEFORE`."""

    job: Job
    relation: Relation


def stop_if_unwanted(session: Session, run: RunIdentity, accepted: Accepted) -> None:
    """Check the stack after a start: CloudFormation may have begun a rollback, a deletion or another operation.

    :raises RefusedError: it has. The job was stopped, unless another request may have it on record.
    """
    state = session.stack.state_if_known()
    direction = state.direction(session.event) if state else None
    is_overtaken = state is not None and state.has_overtaken(session.event)
    if state is not None and is_overtaken and accepted.relation in {Relation.STARTED, Relation.TAKEN}:
        refuse_overtaken(session, run, state)
    request = RequestFacts(Kind.FORWARD, direction, is_overtaken=is_overtaken)
    if fate(request, JobFacts(accepted.relation)) is Fate.LEAVE:
        return
    if direction is Direction.FAILED and not is_overtaken:
        # The next update may want this run, and adopt the job while its Stop is refused.
        stop_again(session, accepted.job, lambda: _refuse_if_overtaken(session, run))
    stop_again(session, accepted.job)


def stop_started_before(session: Session, run: RunIdentity) -> NoReturn:
    """Refuse a Create that arrives, perhaps as a repeated delivery, when the stack is rolling back or being deleted.

    :raises RefusedError: always. A job that an earlier delivery of this request had started was stopped.
    """
    request = RequestFacts(Kind.FORWARD, Direction.ROLLBACK_OR_DELETE)

    def started() -> list[Job]:
        own = [job for job in session.jobs.of_run(run) if session.resource.made(job)]
        return [job for job in own if fate(request, _attempt(session, job)) is Fate.STOP]

    jobs = _look(session, started)
    for job in jobs:
        stop(session, job)
    if jobs:
        raise RefusedError("the stack is rolling back or being deleted, so what this request had started was stopped")
    raise RefusedError("the stack is rolling back or being deleted, so nothing was started")


def refuse_overtaken(session: Session, run: RunIdentity, state: StackState) -> NoReturn:
    """Refuse a request after which the stack began another operation. That operation owns what is on record.

    A job that this request has started too late is stopped if the operation has started a job of another run. Otherwise
    the operation may want this job.

    :raises RefusedError: always.
    """
    may_have_started = session.progress.is_uncertain or bool(session.progress.job_arn)

    def started_too_late() -> list[Job]:
        own = session.jobs.of_resource(session.resource)
        has_rival = any(run.attempt_of(job) is None for job in own if state.began_before(job.submitted_at))
        request = RequestFacts(
            Kind.FORWARD,
            state.direction(session.event),
            is_overtaken=True,
            has_rival=has_rival,
            may_have_started=may_have_started,
        )
        attempts = [job for job in own if run.attempt_of(job) is not None]
        return [job for job in attempts if fate(request, _attempt(session, job, state)) is Fate.STOP]

    for job in _look(session, started_too_late):
        stop(session, job)
    raise RefusedError("the stack has gone on to another operation since this request, so nothing more was done")


def stop_again(session: Session, job: Job, look_again: Callable[[], None] = lambda: None) -> NoReturn:
    """Stop a job that was started for this request.

    :raises RefusedError: always, when the job is stopped.
    """
    stop(session, job, look_again)
    if job.has_ended:
        raise RefusedError(f"the stack does not go forward with this request, and {job.arn} had ended before", job.arn)
    raise RefusedError(f"the stack does not go forward with this request, so {job.arn} was stopped again", job.arn)


def _refuse_if_overtaken(session: Session, run: RunIdentity) -> None:
    state = session.stack.state_if_known(SHORT_PATIENCE_SECONDS)
    if state is not None and state.has_overtaken(session.event):
        refuse_overtaken(session, run, state)


def _look(session: Session, find: Callable[[], list[Job]]) -> list[Job]:
    """The jobs that a request may have started. A held request has started none: another one's job has its run."""
    return [] if is_held(session.event.properties) else session.jobs.look(find)


def _attempt(session: Session, job: Job, state: StackState | None = None) -> JobFacts:
    return JobFacts(
        Relation.ATTEMPT,
        is_since_request=job.was_submitted_since(session.event.issued_at),
        is_since_update=state is not None and state.began_before(job.submitted_at),
    )
