"""Delete: a reconciler that leaves nothing of this resource running, not the undoing of a Create."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.adoption import Adopter
from model_invocation_job.answer import Answer, Status
from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.deadline import Deadline
from model_invocation_job.event import ResourceEvent
from model_invocation_job.identity import JOB_ARN, ResourceIdentity, RunIdentity
from model_invocation_job.log import log
from model_invocation_job.properties import InvalidPropertyError
from model_invocation_job.retries import Backoff
from model_invocation_job.spec import JobSpec, leaves_running
from model_invocation_job.stack import StackWatch
from model_invocation_job.starting import RefusedError
from model_invocation_job.statuses import ENDED, LIVE
from model_invocation_job.stopping import Stopper, stop_command

_NOT_STARTED = "not-started:"
_MAYBE_STARTED = "maybe-started:"
# A Delete with an id that CloudFormation made up can overtake the Create that it cancels, a rollback its update.
OVERTAKEN_SECONDS = 30.0


@dataclass(frozen=True)
class Remover:
    """Handles one Delete with collaborators made for it."""

    event: ResourceEvent
    jobs: Jobs
    stopper: Stopper
    adopter: Adopter
    stack: StackWatch
    deadline: Deadline

    @property
    def resource(self) -> ResourceIdentity:
        """The resource that the event is about."""
        return self.adopter.resource

    def delete(self) -> Answer:
        """Stop what runs and wait, bounded, until it no longer writes; nothing found is as good.

        Raises:
            StillRunningError: a job runs and could not be stopped.
            RefusedError: it is not known whether the job runs, or it still holds network interfaces.
        """
        if leaves_running(self.event.properties) and not self.stack.is_rolling_back():
            log("job left running, as declared", physical_id=self.event.physical_id)
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
        return self._jobs_of_unknown_id(RunIdentity(self.resource, spec.defining()))

    def _recorded_job(self, job_arn: str) -> list[Job]:
        if not self.resource.is_local(job_arn):
            log("job of another account or Region left alone", job_arn=job_arn)
            return []
        try:
            job = self.jobs.get_new(job_arn)
            if job is None or job["status"] in ENDED:
                return []
            # One that is stopping already is only waited for, and may not show its tags any more.
            if self.resource.has_token_of(job) or job["status"] not in LIVE:
                return [job]
            return self._live_job(job, job_arn)
        except (ClientError, BotoCoreError) as error:
            raise RefusedError(
                f"{job_arn} could not be read ({type(error).__name__}), it may be running and billing."
                f" Delete again, or stop it with: {stop_command(job_arn)}"
            ) from error

    def _live_job(self, job: Job, job_arn: str) -> list[Job]:
        try:
            return [job] if self._is_ours_to_stop(job, job_arn) else []
        except (ClientError, BotoCoreError):
            # Another delivery may have stopped it meanwhile, and a stopping job may hide its tags.
            found = self.jobs.get(job_arn)
            if found is None or found["status"] in LIVE:
                raise
            return [found]

    def _is_ours_to_stop(self, job: Job, job_arn: str) -> bool:
        """Whether a job that may have been started by somebody else is this resource's to stop.

        A deployment that is taken back gives the job back as it found it.
        """
        if not self.adopter.cares_for(job_arn):
            if self.resource.made(job):
                return True
            log("job of another owner left alone", job_arn=job_arn)
            return False
        if self.stack.is_rolling_back():
            self.adopter.release(job_arn)
            log("adopted job given back", job_arn=job_arn)
            return False
        return True

    def _jobs_of_unknown_id(self, run: RunIdentity) -> list[Job]:
        limit = self.deadline.within(OVERTAKEN_SECONDS)
        backoff = Backoff(first=4.0, longest=12.0)
        while True:
            jobs = [job for job in self.jobs.of_run(run) if self.resource.made(job)]
            # An id of ours tells that the Create has ended without a job, so there is nothing to wait for.
            if jobs or self.event.physical_id.startswith(_NOT_STARTED) or limit.remaining() <= 0:
                return jobs
            limit.sleep(backoff.next())


def not_started_id(event: ResourceEvent) -> str:
    """The physical id of a Create that ended without a job; never empty, never mistaken for a job."""
    return _NOT_STARTED + ResourceIdentity(event.stack_id, event.logical_id).mark


def maybe_started_id(event: ResourceEvent) -> str:
    """The physical id of a Create whose last call may have had its effect: the Delete looks longer for a job."""
    return _MAYBE_STARTED + ResourceIdentity(event.stack_id, event.logical_id).mark


def answered_id(event: ResourceEvent) -> str:
    """The physical id to answer with when there is no job to name: never empty, which CloudFormation would refuse."""
    return event.physical_id or not_started_id(event)
