"""Starting a job so that one intended run is one paid job."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.deadline import Deadline
from model_invocation_job.decisions import Adopt, Refuse, Start, decide, submitted_since, was_running_before
from model_invocation_job.event import ResourceEvent
from model_invocation_job.identity import RunIdentity
from model_invocation_job.log import log
from model_invocation_job.refusal import OutOfTimeError, RefusedError
from model_invocation_job.retries import IAM_PATIENCE_SECONDS, UnreadableAnswerError, error_message, patiently
from model_invocation_job.spec import JobSpec
from model_invocation_job.stack import SHORT_PATIENCE_SECONDS, Direction, StackState, StackWatch
from model_invocation_job.statuses import DEAD, JobStatus
from model_invocation_job.stopping import Stopper

_MAX_REPLAYS = 5
_LOOK_IS_GOOD_FOR_SECONDS = 10.0
# A start later than so many seconds before the end of the function's time could not be looked after.
LEAST_SECONDS_TO_START = 30.0


@dataclass(frozen=True)
class Accepted:
    """The job of a run; whether this very invocation has started it, and whether it ran before the request."""

    job: Job
    started_here: bool = False
    was_found: bool = False


@dataclass(frozen=True)
class Starter:
    """Looks before each request to start a job, and looks at the stack again after it."""

    event: ResourceEvent
    jobs: Jobs
    stopper: Stopper
    stack: StackWatch
    deadline: Deadline
    may_still_start: Callable[[], bool]

    def accept(self, run: RunIdentity, spec: JobSpec, direction: Direction) -> Accepted:
        """The one job of this run, adopted or started.

        Raises:
            RefusedError: nothing may be started, or what is there is not what was declared.
        """
        before = self.deadline.remaining()
        decision = decide(run, self.jobs.of_run(run), direction, self.event.issued_at)
        if isinstance(decision, Start) and self.jobs.started.is_repeated:
            # An earlier delivery may have started a job that is not listed yet, and whose token is forgotten by now.
            self.jobs.look(lambda: any(submitted_since(job, self.event.issued_at) for job in self.jobs.of_run(run)))
            decision = decide(run, self.jobs.of_run(run), direction, self.event.issued_at)
        # The stack may have turned around while the list was waited for.
        looks_first = before - self.deadline.remaining() > _LOOK_IS_GOOD_FOR_SECONDS
        if isinstance(decision, Refuse):
            raise RefusedError(decision.reason)
        if isinstance(decision, Adopt):
            job = _as_declared(decision.job, spec)
            log("job adopted", job_arn=str(job["jobArn"]), status=str(job.get("status")))
            return Accepted(job, was_found=was_running_before(job, self.event.issued_at))
        for attempt in range(decision.attempt, decision.attempt + _MAX_REPLAYS):
            accepted = self._start(run, spec, attempt, looks_first=looks_first)
            if not self._died_before(accepted.job):
                return accepted
            self.jobs.started.job_arn = ""
        raise RefusedError("Bedrock answers every attempt at this run with a job that ended before; raise run_id")

    def stop_if_unwanted(self, run: RunIdentity, accepted: Accepted, *, at_once: bool = False) -> None:
        """Look after a start: CloudFormation may have turned to rollback, deletion or another operation meanwhile.

        `at_once` tells that the job was accepted this very moment, so that no other request can have found it.

        Raises:
            RefusedError: it has; the job was stopped, unless another request may have it on record.
        """
        state = self.stack.state_if_known()
        if state is None or accepted.was_found:
            return
        if state.has_overtaken(self.event) and not at_once:
            self.refuse_overtaken(run, state)
        direction = state.direction(self.event)
        if state.has_overtaken(self.event) or direction is Direction.ROLLBACK_OR_DELETE:
            self._stop_again(accepted.job)
        if direction is Direction.FAILED and accepted.started_here:
            # The next update may want this very run, and take the job while its Stop is refused for the moment.
            self._stop_again(accepted.job, lambda: self._refuse_if_overtaken(run))

    def refuse_overtaken(self, run: RunIdentity, state: StackState) -> NoReturn:
        """The stack has gone on to another operation: what is on record by now is not this request's to touch.

        A job that this request has started too late is stopped if the operation has started one of another run: else it
        may be the one that the operation wants.

        Raises:
            RefusedError: always.
        """

        def started_too_late() -> list[Job]:
            own = self.jobs.of_resource(run.resource)
            since = [job for job in own if state.began_before(job.get("submitTime"))]
            if all(run.attempt_of(job) is not None for job in since):
                return []
            if self.jobs.started.is_uncertain or self.jobs.started.job_arn:
                since = [job for job in own if submitted_since(job, self.event.issued_at)]
            return [job for job in since if run.attempt_of(job) is not None]

        for job in self.jobs.look(started_too_late):
            self.stopper.stop(job)
        raise RefusedError("the stack has gone on to another operation since this request, so nothing more was done")

    def _refuse_if_overtaken(self, run: RunIdentity) -> None:
        state = self.stack.state_if_known(SHORT_PATIENCE_SECONDS)
        if state is not None and state.has_overtaken(self.event):
            self.refuse_overtaken(run, state)

    def _stop_again(self, job: Job, look_again: Callable[[], None] = lambda: None) -> NoReturn:
        self.stopper.stop(job, look_again)
        job_arn = str(job["jobArn"])
        raise RefusedError(f"the stack does not go forward with this request, so {job_arn} was stopped again", job_arn)

    def _start(self, run: RunIdentity, spec: JobSpec, attempt: int, *, looks_first: bool) -> Accepted:
        request = spec.request(run.name(spec.name_prefix, attempt), run.token(attempt))
        self.jobs.started.job_name = request["jobName"]

        def one_request() -> Job | str:
            """The job, if a look before the request finds it, else the ARN of the answer, empty if it has none."""
            nonlocal looks_first
            if not self.may_still_start():
                raise self._refusal("the time for this request is over, so nothing was started")
            found = self._look_again(run, attempt) if looks_first else None
            looks_first = True
            return self.jobs.create(request) if found is None else found

        # A repeated token may be answered without a usable ARN; the job itself can still be found by its name.
        missing: Exception = OutOfTimeError("Bedrock accepted the request but shows no job for it")
        is_in_use = False
        try:
            limit = self.deadline.within(self.deadline.remaining() - LEAST_SECONDS_TO_START)
            job_arn = patiently(one_request, deadline=limit, iam_seconds=IAM_PATIENCE_SECONDS)
        except (ClientError, BotoCoreError, UnreadableAnswerError) as error:
            # The same event, delivered twice at once: the other invocation was first, and its token is forgotten.
            is_in_use = "currently in use" in error_message(error)
            if not (self.jobs.started.is_uncertain or self.jobs.started.is_repeated or is_in_use):
                raise
            job_arn, missing = "", error
        if not isinstance(job_arn, str) or not job_arn:
            found = self._found_late(run, attempt, missing) if isinstance(job_arn, str) else job_arn
            accepted = Accepted(_as_declared(found, spec) if is_in_use else found)
            self.stop_if_unwanted(run, accepted)
            return accepted
        log("job started", job_arn=job_arn, job_name=request["jobName"], attempt=attempt)
        new = Accepted({"jobArn": job_arn, "status": JobStatus.SUBMITTED}, started_here=True)
        self.stop_if_unwanted(run, new, at_once=True)
        # Never compared with the request: Get may show the same job in other words.
        return Accepted(self._read(run, new), started_here=True)

    def _look_again(self, run: RunIdentity, attempt: int) -> Job | None:
        """The job of an attempt, if it is there by now.

        Raises:
            RefusedError: the stack has turned to another operation meanwhile.
        """
        state = self.stack.state()
        if state.has_overtaken(self.event):
            self.refuse_overtaken(run, state)
        direction = state.direction(self.event)
        if direction is not Direction.FORWARD:
            refusal = self._refusal("the stack does not go forward with this request any more, so nothing was started")
            if self.jobs.started.is_uncertain and direction is Direction.ROLLBACK_OR_DELETE:
                self._stop_again(self._found_late(run, attempt, refusal))
            raise refusal
        return self._found(run, attempt)

    def _refusal(self, reason: str) -> RefusedError:
        is_uncertain = self.jobs.started.is_uncertain
        return RefusedError("the request was given up while a start was under way" if is_uncertain else reason)

    def _read(self, run: RunIdentity, new: Accepted) -> Job:
        job_arn = str(new.job["jobArn"])
        unreadable = f"{job_arn} was accepted by Bedrock but cannot be read; it may be running and billing"
        try:
            job = self.jobs.look(lambda: self.jobs.get(job_arn))
        except (ClientError, BotoCoreError, UnreadableAnswerError):
            job = None
        if job is None:
            # A stack that has turned to something else hears no ARN any more, so nobody else would stop this job.
            self.stop_if_unwanted(run, new)
            raise RefusedError(unreadable)
        return job

    def _found_late(self, run: RunIdentity, attempt: int, otherwise: Exception) -> Job:
        """The job of an attempt that must be there, or may be, by its name and token: the list may lag behind."""
        job = self.jobs.look(lambda: self._found(run, attempt))
        if job is None:
            raise otherwise
        return job

    def _found(self, run: RunIdentity, attempt: int) -> Job | None:
        jobs = [job for job in self.jobs.of_run(run) if run.attempt_of(job) == attempt]
        found = decide(run, jobs, Direction.SETTLED, self.event.issued_at)
        if isinstance(found, Refuse) and jobs:
            # A name is given once, so no request of ours had an effect.
            self.jobs.started.is_uncertain = False
            raise RefusedError(found.reason)
        return found.job if isinstance(found, Adopt) else None

    def _died_before(self, job: Job) -> bool:
        """Whether a token that Bedrock had seen before brought back its old, dead job instead of a new one."""
        issued_at, submitted = self.event.issued_at, job.get("submitTime")
        return job.get("status") in DEAD and issued_at is not None and submitted is not None and submitted < issued_at


def _as_declared(job: Job, spec: JobSpec) -> Job:
    different = spec.differences(job)
    if different:
        raise RefusedError(
            f"{job['jobArn']} carries this run's name or token but differs in {', '.join(different)};"
            " it was neither adopted nor stopped"
        )
    return job
