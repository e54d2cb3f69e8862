"""Starting a job so that one intended run is one paid job."""

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.care import Care
from model_invocation_job.decisions import Adopt, Refuse, decide, submitted_since
from model_invocation_job.event import ResourceEvent
from model_invocation_job.identity import JOB_ARN, RunIdentity
from model_invocation_job.log import log
from model_invocation_job.refusal import OutOfTimeError, RefusedError
from model_invocation_job.retries import error_message
from model_invocation_job.spec import JobSpec
from model_invocation_job.stack import Direction, StackWatch, direction_of
from model_invocation_job.statuses import DEAD, JobStatus, is_live
from model_invocation_job.stopping import Stopper

_MAX_REPLAYS = 5
# What CloudFormation has not heard of by then, it does not hear of any more.
_TURNED = (Direction.UNWINDING, Direction.GIVEN_UP)


@dataclass(frozen=True)
class Accepted:
    """The job of a run, and whether this very invocation has started it, or taken it into care."""

    job: Job
    started_here: bool = False
    taken_here: bool = False


@dataclass(frozen=True)
class Starter:
    """Looks before it starts and looks again after."""

    event: ResourceEvent
    jobs: Jobs
    stopper: Stopper
    care: Care
    stack: StackWatch
    may_still_start: Callable[[], bool]

    def accept(self, run: RunIdentity, spec: JobSpec, direction: Direction) -> Accepted:
        """The one job of this run, adopted or started.

        `direction` is the stack's as far as known; `UNKNOWN` leaves the decision to what Bedrock lists.

        Raises:
            RefusedError: nothing may be started, or what is there is not what was declared.
        """
        decision = decide(run, self.jobs.of_run(run), direction, self.event.issued_at)
        if isinstance(decision, Refuse):
            raise RefusedError(decision.reason)
        if isinstance(decision, Adopt):
            job = _as_declared(decision.job, spec)
            taken = self._take_into_care(job, direction)
            log("job adopted", job_arn=str(job["jobArn"]), status=str(job["status"]))
            return Accepted(job, taken_here=taken)
        for attempt in range(decision.attempt, decision.attempt + _MAX_REPLAYS):
            job = self._start(run, spec, attempt)
            if not self._died_before(job):
                return Accepted(job, started_here=True)
            self.jobs.started.job_arn = ""
        raise RefusedError("Bedrock answers every attempt at this run with a job that ended before; raise run_id")

    def stop_if_unwinding(self, accepted: Accepted) -> None:
        """Look after starting: what a stack started while it turned around is stopped at once.

        A stack that has given up does not hear of what is started now; what it heard of before goes on.

        Raises:
            RefusedError: the stack unwinds or has given up; the job was stopped, or runs on if it did before.
        """
        if not self._has_turned_around(accepted):
            return
        job_arn = str(accepted.job["jobArn"])
        if self._lets_run_on(accepted):
            raise RefusedError(f"the stack began to roll back, so {job_arn} runs on as it did before")
        self.stopper.stop(accepted.job)
        raise RefusedError(f"the stack began to roll back, so {job_arn} was stopped again", job_arn)

    def _has_turned_around(self, accepted: Accepted) -> bool:
        state = self.stack.state()
        if state is None:
            return False
        if accepted.taken_here:
            return direction_of(state.status) in _TURNED
        if accepted.started_here:
            return self.stack.direction_of_start(state) in _TURNED
        return self.stack.direction_in(state) is Direction.UNWINDING

    def _lets_run_on(self, accepted: Accepted) -> bool:
        """Let a job run on that had run on from before; `False`: it is this deployment's own."""
        if accepted.taken_here:
            self.care.give_back(accepted.job)
            return True
        is_new = accepted.started_here or self._is_of_this_request(accepted.job)
        return not is_new and self.care.lets_run_on(accepted.job)

    def _take_into_care(self, job: Job, direction: Direction) -> bool:
        """What this resource has left running may be another's by now; a late request takes nothing."""
        is_known = job["jobArn"] == self.event.physical_id or self._is_of_this_request(job)
        if is_known or not is_live(job["status"]) or not direction.allows_start:
            return False
        return self.care.take(job, from_nobody=False)

    def _is_of_this_request(self, job: Job) -> bool:
        return submitted_since(job, self.event.issued_at)

    def _start(self, run: RunIdentity, spec: JobSpec, attempt: int) -> Job:
        if not self.may_still_start():
            raise RefusedError("the time for this request is over, so nothing was started")
        name = run.name(spec.name_prefix, attempt)
        try:
            job_arn = self.jobs.create(spec.request(name, run.token(attempt)), self._check_still_wanted)
        except ClientError as error:
            # The same event, delivered twice at once: the other invocation was first, and its token is forgotten.
            if "currently in use" not in error_message(error):
                raise
            return _as_declared(self._found(run, attempt, error), spec)
        log("job started", job_arn=job_arn, job_name=name, attempt=attempt)
        if not JOB_ARN.fullmatch(job_arn):
            # A repeated token may be answered without a usable ARN; the job itself can still be found by its name.
            missing = OutOfTimeError("Bedrock accepted the request but shows no job for it")
            job_arn = str(self._found(run, attempt, missing)["jobArn"])
        # Never compared with the request: Get may show the same job in other words.
        return self._read(job_arn)

    def _check_still_wanted(self) -> None:
        """While a right is waited for, the stack can turn around."""
        if not self.stack.direction().allows_start:
            raise RefusedError("the stack is not going forward any more, so nothing was started")

    def _read(self, job_arn: str) -> Job:
        unreadable = f"{job_arn} was accepted by Bedrock but cannot be read; it may be running and billing"
        try:
            job = self.jobs.get_new(job_arn)
        except (ClientError, BotoCoreError):
            job = None
        if job is None:
            # A stack that has turned around hears no ARN any more, so nobody else would stop this job.
            self.stop_if_unwinding(Accepted({"jobArn": job_arn, "status": JobStatus.SUBMITTED}, started_here=True))
            raise RefusedError(unreadable, job_arn)
        return job

    def _found(self, run: RunIdentity, attempt: int, otherwise: Exception) -> Job:
        """The job of this run that must be there, by its name and token."""
        jobs = self.jobs.of_started_attempt(run, attempt)
        found = decide(run, jobs, Direction.SETTLED, self.event.issued_at)
        if not isinstance(found, Adopt):
            raise otherwise
        return found.job

    def _died_before(self, job: Job) -> bool:
        """Whether a token that Bedrock had seen before brought back its old, dead job instead of a new one."""
        issued_at = self.event.issued_at
        return job["status"] in DEAD and issued_at is not None and job["submitTime"] < issued_at


def _as_declared(job: Job, spec: JobSpec) -> Job:
    different = spec.differences(job)
    if different:
        raise RefusedError(
            f"{job['jobArn']} carries this run's name or token but differs in {', '.join(different)};"
            " it was neither adopted nor stopped"
        )
    return job
