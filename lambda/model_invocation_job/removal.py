"""Delete: a reconciler that leaves nothing of this resource running, not the undoing of a Create."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.answer import Answer, Status
from model_invocation_job.bedrock import VISIBLE_SECONDS, Job, Jobs
from model_invocation_job.care import Care, Holder
from model_invocation_job.deadline import Deadline
from model_invocation_job.event import ResourceEvent
from model_invocation_job.identity import JOB_ARN, ResourceIdentity, RunIdentity
from model_invocation_job.log import log
from model_invocation_job.properties import InvalidPropertyError
from model_invocation_job.refusal import RefusedError
from model_invocation_job.retries import Backoff
from model_invocation_job.spec import JobSpec, leaves_running
from model_invocation_job.stack import StackWatch
from model_invocation_job.statuses import ENDED, is_live
from model_invocation_job.stopping import Stopper, stop_command

_NOT_STARTED = "not-started:"
_MAYBE_STARTED = "maybe-started:"


@dataclass(frozen=True)
class Remover:
    """Handles one Delete with collaborators made for it."""

    event: ResourceEvent
    resource: ResourceIdentity
    jobs: Jobs
    stopper: Stopper
    care: Care
    stack: StackWatch
    deadline: Deadline

    def delete(self) -> Answer:
        """Stop what runs and wait, bounded, until it no longer writes; nothing found is as good.

        Raises:
            StillRunningError: a job runs and could not be stopped.
            RefusedError: it is not known whether the job runs, or it still holds network interfaces.
        """
        if leaves_running(self.event.properties) and not self.stack.is_rolling_back():
            self._leave()
            return Answer(Status.SUCCESS, answered_id(self.event))
        jobs = [job for job in self._jobs_to_stop() if job["status"] not in ENDED]
        for job in jobs:
            self.stopper.stop(job)
        if not self.stopper.settle([str(job["jobArn"]) for job in jobs]) and any(job.get("vpcConfig") for job in jobs):
            raise RefusedError(
                f"{jobs[0]['jobArn']} is stopping and still holds network interfaces, without which the subnets and"
                " security groups cannot go; delete again in a few minutes"
            )
        return Answer(Status.SUCCESS, answered_id(self.event))

    def _jobs_to_stop(self) -> list[Job]:
        if JOB_ARN.fullmatch(self.event.physical_id):
            return self._recorded_job(self.event.physical_id)
        try:
            spec = JobSpec.parse(self.event.properties)
        except InvalidPropertyError:
            # With such properties a Create cannot have started anything.
            return []
        return self._jobs_of_unknown_id(spec)

    def _leave(self) -> None:
        """Let what runs run on, marked as left running; what cannot be marked runs on as well."""
        physical_id = self.event.physical_id
        try:
            for job in self._jobs_to_leave():
                self.care.leave(job)
        except (ClientError, BotoCoreError) as error:
            log("care not known", physical_id=physical_id, error=type(error).__name__)
        log("job left running, as declared", physical_id=physical_id)

    def _jobs_to_leave(self) -> list[Job]:
        if self.resource.is_local(self.event.physical_id):
            job = self.jobs.get(self.event.physical_id)
            return [] if job is None else [job]
        try:
            spec = JobSpec.parse(self.event.properties)
        except InvalidPropertyError:
            return []
        return self._own_jobs(spec) + self._adopted_job(spec)

    def _recorded_job(self, job_arn: str) -> list[Job]:
        if not self.resource.is_local(job_arn):
            log("job left alone", job_arn=job_arn)
            return []
        try:
            job = self.jobs.get_new(job_arn)
            return [] if job is None or job["status"] in ENDED else self._to_stop(job, is_recorded=True)
        except (ClientError, BotoCoreError) as error:
            raise RefusedError(
                f"{job_arn} could not be read ({type(error).__name__}), it may be running and billing."
                f" Delete again, or stop it with: {stop_command(job_arn)}"
            ) from error

    def _jobs_of_unknown_id(self, spec: JobSpec) -> list[Job]:
        limit = self.deadline.within(VISIBLE_SECONDS)
        backoff = Backoff(first=4.0, longest=12.0)
        while True:
            jobs = [job for job in self._own_jobs(spec) if job["status"] not in ENDED] + self._adopted_job(spec)
            # An id of ours tells that the Create has ended without a job, so there is nothing to wait for.
            if jobs or self.event.physical_id.startswith(_NOT_STARTED) or limit.remaining() <= 0:
                return [found for job in jobs for found in self._to_stop(job, is_recorded=False)]
            limit.sleep(backoff.next())

    def _own_jobs(self, spec: JobSpec) -> list[Job]:
        return self.jobs.made_for(RunIdentity(self.resource, spec.defining()))

    def _adopted_job(self, spec: JobSpec) -> list[Job]:
        """What a Create of which CloudFormation heard nothing has taken into care."""
        if spec.adopt_job_arn is None or not self.resource.is_local(spec.adopt_job_arn):
            return []
        job = self.care.held(spec.adopt_job_arn)
        return [] if job is None else [job]

    def _to_stop(self, job: Job, *, is_recorded: bool) -> list[Job]:
        """The job itself, as it is now, or nothing if it is not this resource's to stop."""
        if not is_live(job["status"]):
            # One that is stopping already is only waited for, and may not show its tags any more.
            return [job]
        try:
            return [] if self._lets_run_on(job, is_recorded=is_recorded) else [job]
        except (ClientError, BotoCoreError):
            # Another delivery may have stopped it meanwhile, and a stopping job may hide its tags.
            found = self.jobs.get(str(job["jobArn"])) or job
            if is_live(found["status"]) and not self.resource.has_token_of(found):
                raise
            return [found]

    def _lets_run_on(self, job: Job, *, is_recorded: bool) -> bool:
        """Let a live job run on that is not this resource's to stop; `False`: it is to be stopped.

        A deployment that is taken back, or of which CloudFormation has heard nothing, gives back what it had found.
        """
        holder = self.care.holder(job)
        is_own = self.resource.made(job)
        # On record and left running can only be by a Delete that came late: what is on record counts.
        is_left = holder is Holder.LEFT_RUNNING and is_own and is_recorded
        if holder is Holder.THIS_RESOURCE or is_left:
            if is_recorded and not self.stack.is_rolling_back():
                return False
            self.care.give_back(job)
            return True
        if holder is Holder.NOBODY and is_own:
            return False
        log("job left alone", job_arn=str(job["jobArn"]))
        return True


def not_started_id(event: ResourceEvent) -> str:
    """The physical id of a Create that ended without a job; never empty, never mistaken for a job."""
    return _NOT_STARTED + ResourceIdentity(event.stack_id, event.logical_id).mark


def maybe_started_id(event: ResourceEvent) -> str:
    """The physical id of a Create whose last call may have had its effect: the Delete looks longer for a job."""
    return _MAYBE_STARTED + ResourceIdentity(event.stack_id, event.logical_id).mark


def answered_id(event: ResourceEvent) -> str:
    """The physical id to answer with when there is no job to name: never empty, which CloudFormation would refuse."""
    return event.physical_id or not_started_id(event)
