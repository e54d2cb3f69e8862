"""Starts a job so that one declared run is one paid job."""

from dataclasses import dataclass

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.decisions.job_matches import differences
from bedrock_batch.decisions.start_or_adopt import Adopt, Hold, Refuse, Start, decide
from bedrock_batch.decisions.stop_or_leave import Relation
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import RunIdentity
from bedrock_batch.run.request import create_request
from bedrock_batch.statuses import JobStatus
from model_invocation_job.core.errors import AwsError, OutOfTimeError, RefusedError
from model_invocation_job.core.limits import IAM_PATIENCE_SECONDS
from model_invocation_job.io.log import log
from model_invocation_job.io.retries import patiently
from model_invocation_job.operations.before_start import prepare
from model_invocation_job.operations.late_start import Accepted, refuse_overtaken, stop_again, stop_if_unwanted
from model_invocation_job.operations.session import Session
from model_invocation_job.operations.tagging import redeclare_tags

_MAX_REPLAYS = 5


def accept(session: Session, run: RunIdentity, spec: JobSpec, direction: Direction) -> Accepted | None:
    """The one job of this run, adopted or started. `None` if it would be started, and the run is held.

    :raises RefusedError: nothing may start, or the job that exists is not the declared one.
    """
    issued_at = session.event.issued_at
    decision = decide(run, session.jobs.of_run(run), direction, issued_at, is_held=spec.hold)
    if isinstance(decision, Start) and session.progress.is_repeated:
        # An earlier delivery may have started a job that is not listed yet, and Bedrock may have forgotten its token.
        session.jobs.look(lambda: any(job.was_submitted_since(issued_at) for job in session.jobs.of_run(run)))
        decision = decide(run, session.jobs.of_run(run), direction, issued_at)
    if isinstance(decision, Refuse):
        raise RefusedError(decision.reason)
    if isinstance(decision, Hold):
        return None
    if isinstance(decision, Adopt):
        job = _as_declared(decision.job, spec)
        log("job adopted", job_arn=job.arn, status=job.status)
        if direction is Direction.FORWARD and not job.was_submitted_since(issued_at):
            # The run is declared again after another run. The tags of that time are not known.
            redeclare_tags(session, job.arn, {}, spec)
        return Accepted(job, Relation.RAN_BEFORE if job.was_running_before(issued_at) else Relation.TAKEN)
    for attempt in range(decision.attempt, decision.attempt + _MAX_REPLAYS):
        accepted = _Attempt(session, run, spec, attempt).start()
        if not _died_before(session, accepted.job):
            return accepted
        session.progress.job_arn = ""
    raise RefusedError("Bedrock answers every attempt at this run with a job that ended before; raise run_id")


def accept_attempt(session: Session, run: RunIdentity, spec: JobSpec, number: int) -> Accepted:
    """The job of one attempt at a run. It is started unless it is listed.

    :raises HandlerError: the job was not accepted.
    """
    return _Attempt(session, run, spec, number).start()


def look_for_attempt(session: Session, run: RunIdentity, spec: JobSpec, number: int) -> Job | None:
    """The job of one attempt at a run. Waits until each list must show it.

    :raises RefusedError: a job of another owner has its name.
    :raises AwsError: the jobs could not be listed.
    """
    return session.jobs.look(_Attempt(session, run, spec, number).found)


def take_attempt(session: Session, run: RunIdentity, spec: JobSpec, job: Job) -> Accepted:
    """Accept the job that another delivery of the request has started.

    :raises RefusedError: it is not the declared job, or is no longer wanted; then it was stopped.
    """
    accepted = Accepted(_as_declared(job, spec), Relation.TAKEN)
    stop_if_unwanted(session, run, accepted)
    return accepted


@dataclass(frozen=True)
class _Attempt:
    """One attempt at a run. Its records are copied.

    Before each request to start its job, the handler looks for the job; after it, the handler looks at the stack.
    """

    session: Session
    run: RunIdentity
    spec: JobSpec
    number: int

    def start(self) -> Accepted:
        """The job of this attempt."""
        session, progress = self.session, self.session.progress
        name, token = self.run.name(self.spec.name_prefix, self.number), self.run.token(self.number)
        request = create_request(self.spec, name, token)
        prepare(session, self.spec, request["jobName"])
        progress.job_name = request["jobName"]

        def one_request() -> Job | str:
            """The job, if it is found before the request. Otherwise the ARN of the response, empty if it has none."""
            if not session.may_still_start:
                raise self._refusal("the time for this request is over, so nothing was started")
            found = self._look_again()
            return session.jobs.create(request) if found is None else found

        # The response to a repeated token may have no usable ARN. The job can still be found by its name.
        missing: Exception = OutOfTimeError("Bedrock accepted the request but shows no job for it")
        is_in_use = False
        try:
            answer = patiently(one_request, deadline=session.time_to_start, iam_seconds=IAM_PATIENCE_SECONDS)
        except AwsError as error:
            # Two deliveries of the event run at once: the other was first, and Bedrock has forgotten its token.
            is_in_use = "currently in use" in error.message
            if not (progress.is_uncertain or progress.is_repeated or is_in_use):
                raise
            answer, missing = "", error
        if isinstance(answer, Job) or not answer:
            found = answer if isinstance(answer, Job) else self._found_late(missing)
            accepted = Accepted(_as_declared(found, self.spec) if is_in_use else found, Relation.TAKEN)
            stop_if_unwanted(session, self.run, accepted)
            return accepted
        log("job started", job_arn=answer, job_name=request["jobName"], attempt=self.number)
        new = Accepted(Job(answer, status=JobStatus.SUBMITTED), Relation.STARTED_NOW)
        stop_if_unwanted(session, self.run, new)
        # The job is not compared with the request: Get may show the same job in other words.
        return Accepted(self._read(new.job), Relation.STARTED)

    def found(self) -> Job | None:
        """The job of this attempt, if it is listed.

        :raises RefusedError: a job of another owner has its name.
        """
        jobs = [job for job in self.session.jobs.of_run(self.run) if self.run.attempt_of(job) == self.number]
        found = decide(self.run, jobs, Direction.SETTLED, self.session.event.issued_at)
        if isinstance(found, Refuse) and jobs:
            # A name is used once, so no request of this handler had an effect.
            self.session.progress.is_uncertain = False
            raise RefusedError(found.reason)
        return found.job if isinstance(found, Adopt) else None

    def _look_again(self) -> Job | None:
        """The job of this attempt, if it is listed now.

        :raises RefusedError: the stack has begun another operation.
        """
        state = self.session.stack.state()
        if state.has_overtaken(self.session.event):
            refuse_overtaken(self.session, self.run, state)
        direction = state.direction(self.session.event)
        if direction is not Direction.FORWARD:
            refusal = self._refusal("the stack does not go forward with this request any more, so nothing was started")
            if self.session.progress.is_uncertain and direction is Direction.ROLLBACK_OR_DELETE:
                stop_again(self.session, self._found_late(refusal))
            raise refusal
        return self.found()

    def _refusal(self, reason: str) -> RefusedError:
        is_uncertain = self.session.progress.is_uncertain
        return RefusedError("the request ended while a start was under way" if is_uncertain else reason)

    def _read(self, new: Job) -> Job:
        unreadable = f"{new.arn} was accepted by Bedrock but cannot be read; it may be running and billing"
        try:
            job = self.session.jobs.look(lambda: self.session.jobs.get(new.arn))
        except AwsError:
            job = None
        if job is None:
            # If CloudFormation no longer waits, it gets no ARN, and nothing else would stop this job.
            stop_if_unwanted(self.session, self.run, Accepted(new, Relation.STARTED))
            raise RefusedError(unreadable)
        return job

    def _found_late(self, otherwise: Exception) -> Job:
        """The job that must or may exist, by its name and token: the list may lag behind."""
        job = self.session.jobs.look(self.found)
        if job is None:
            raise otherwise
        return job


def _died_before(session: Session, job: Job) -> bool:
    """Whether Bedrock returned the old, dead job of a known token instead of a new job."""
    issued_at, submitted_at = session.event.issued_at, job.submitted_at
    return job.is_dead and issued_at is not None and submitted_at is not None and submitted_at < issued_at


def _as_declared(job: Job, spec: JobSpec) -> Job:
    different = differences(spec, job)
    if different:
        raise RefusedError(
            f"{job.arn} carries this run's name or token but differs in {', '.join(different)};"
            " it was neither adopted nor stopped"
        )
    return job
