"""Delete: a reconciler that leaves nothing of this resource running, not the undoing of a Create."""

from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.answer import Answer, Status
from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.event import ResourceEvent
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.log import log
from model_invocation_job.physical_id import PhysicalId, not_started
from model_invocation_job.properties import InvalidPropertyError
from model_invocation_job.refusal import RefusedError
from model_invocation_job.retries import UnreadableAnswerError, short_text
from model_invocation_job.spec import JobSpec, leaves_running
from model_invocation_job.stack import Direction, StackUnknownError, StackWatch
from model_invocation_job.statuses import ENDED
from model_invocation_job.stopping import Stopper, stop_command

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Remover:
    """Handles one Delete with collaborators made for it."""

    event: ResourceEvent
    resource: ResourceIdentity
    jobs: Jobs
    stopper: Stopper
    stack: StackWatch

    def delete(self) -> Answer:
        """Stop what runs and wait, bounded, until it no longer writes; nothing found is as good.

        Raises:
            StillRunningError: a job runs and could not be stopped.
            RefusedError: it is not known whether a job runs or is wanted, or it still holds network interfaces.
        """
        physical_id = PhysicalId.parse(self.event.physical_id)
        if leaves_running(self.event.properties) and (physical_id.was_found or not self._is_rolled_back()):
            log("job left running, as declared", physical_id=self.event.physical_id)
            return Answer(Status.SUCCESS, answered_id(self.event))
        jobs = self._recorded(physical_id.job_arn) if physical_id.job_arn else self._of_unnamed_job(physical_id)
        for job in jobs:
            self.stopper.stop(job)
        unsettled = self.stopper.settle(jobs)
        for job in unsettled:
            if job.get("vpcConfig"):
                raise RefusedError(
                    f"{job['jobArn']} is stopping and still holds network interfaces, without which the subnets and"
                    " security groups cannot go; delete again in a few minutes"
                )
        note = " ".join(f"{job['jobArn']} was stopped, but was not seen to have ended." for job in unsettled)
        return Answer(Status.SUCCESS, answered_id(self.event), reason=note)

    def _is_rolled_back(self) -> bool:
        """Whether the deployment that made the resource is being rolled back, as far as CloudFormation tells."""
        state = self.stack.state_if_known()
        if state is None or state.has_overtaken(self.event):
            return False
        # DescribeStacks may lag behind, and a stack that is being created removes nothing else.
        return state.is_rolling_back or state.status == "CREATE_IN_PROGRESS"

    def _recorded(self, job_arn: str) -> list[Job]:
        """The job that an id names, unless it has ended or is not this resource's."""
        try:
            job = self.jobs.look(lambda: self.jobs.get(job_arn)) if self.resource.is_local(job_arn) else None
        except (ClientError, BotoCoreError, UnreadableAnswerError) as error:
            raise RefusedError(
                f"{job_arn} could not be read ({short_text(error)}), it may be running and billing."
                f" Stop it with: {stop_command(job_arn)}"
            ) from error
        if job is not None and self.resource.made(job):
            return [] if job.get("status") in ENDED else [job]
        log("job left alone, it is not this resource's or not known", job_arn=job_arn)
        return []

    def _of_unnamed_job(self, physical_id: PhysicalId) -> list[Job]:
        """The jobs that an id may stand for that names none, as CloudFormation makes one up for a cancelled Create."""
        try:
            run = RunIdentity(self.resource, JobSpec.parse(self.event.properties).defining())
        except InvalidPropertyError:
            # With such properties a Create cannot have started anything.
            return []
        try:
            if physical_id.is_not_started:
                return self._live_attempts(physical_id, run)
            return self.jobs.look(lambda: self._live_attempts(physical_id, run))
        except (ClientError, BotoCoreError, UnreadableAnswerError) as error:
            raise RefusedError(
                f"jobs could not be looked for ({short_text(error)}): one whose name holds {run.tail} may be running"
                " and billing. Delete again when Bedrock answers"
            ) from error

    def _live_attempts(self, physical_id: PhysicalId, run: RunIdentity) -> list[Job]:
        """The live jobs of an attempt, without the resource's newest if the stack may want to keep that.

        With rollback disabled, CloudFormation may delete a failed attempt when a later one is on record already.
        """
        own = self.jobs.of_resource(self.resource)
        name = physical_id.job_name
        attempts = [job for job in own if (job.get("jobName") == name if name else run.attempt_of(job) is not None)]
        live = [job for job in attempts if job.get("status") not in ENDED]
        if not live or self._is_rolled_back_or_deleted(live):
            return live
        newest = max(own, key=lambda job: job.get("submitTime") or _LONG_AGO)
        if newest in live:
            log("newest job left alone, it may be on record", job_arn=str(newest["jobArn"]))
        return [job for job in live if job is not newest]

    def _is_rolled_back_or_deleted(self, jobs: list[Job]) -> bool:
        try:
            state = self.stack.state()
        except StackUnknownError as error:
            job_arn = str(jobs[0]["jobArn"])
            raise RefusedError(
                f"{job_arn} may be running and billing, and CloudFormation does not tell whether the stack keeps it."
                f" Delete again, or stop it with: {stop_command(job_arn)}"
            ) from error
        if state.has_overtaken(self.event):
            return False
        # DescribeStacks may lag behind, and a stack that is being created has no earlier attempts.
        return state.direction(self.event) is Direction.ROLLBACK_OR_DELETE or state.status == "CREATE_IN_PROGRESS"


def answered_id(event: ResourceEvent) -> str:
    """The physical id to answer with when there is no job to name: never empty, which CloudFormation would refuse."""
    return event.physical_id or not_started(ResourceIdentity(event.stack_id, event.logical_id))
