"""Rollback of an update: what the update had started is stopped, and the job from before is found again."""

from dataclasses import dataclass
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.event import ResourceEvent
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.log import log
from model_invocation_job.physical_id import PhysicalId, earlier_job_forgotten
from model_invocation_job.refusal import RefusedError
from model_invocation_job.retries import UnreadableAnswerError, short_text
from model_invocation_job.spec import JobSpec
from model_invocation_job.stack import StackState
from model_invocation_job.starting import Accepted
from model_invocation_job.statuses import ENDED, is_live
from model_invocation_job.stopping import Stopper

# No operation of a stack lasts longer, so an older job is not what a cancelled update had started.
_LONGEST_OPERATION = timedelta(days=1)


def hides_attempt(event: ResourceEvent) -> bool:
    """CloudFormation sends no Update without a change, unless a rollback does not show what was attempted."""
    return event.properties == event.old_properties


@dataclass(frozen=True)
class EarlierJob:
    """What a rollback answers with; `physical_id` is set if it is not that of the job."""

    accepted: Accepted | None
    physical_id: str = ""


@dataclass(frozen=True)
class Rollback:
    """Rolls one update back; no money is spent."""

    event: ResourceEvent
    resource: ResourceIdentity
    jobs: Jobs
    stopper: Stopper

    def earlier_job(self, spec: JobSpec, attempted: JobSpec | None, state: StackState) -> EarlierJob:
        """The job from before the update, whatever became of it.

        `spec` is what is returned to, `attempted` what is rolled back, as far as it is shown.

        Raises:
            RefusedError: this is the update itself, delivered again, and its job was stopped; or what the update had
                started could not be looked for.
            StillRunningError: what the update had started could not be stopped.
        """
        try:
            recorded = self._recorded()
            # The update answered, so its job is on record and CloudFormation's to delete.
            answered = recorded is not None and self._is_attempts(recorded, attempted)
            if not answered and attempted is not None:
                for leftover in self.jobs.look(lambda: self._leftovers(attempted)):
                    self.stopper.stop(leftover)
            job = self.jobs.look(lambda: self._newest(spec)) if answered or recorded is None else recorded
        except (ClientError, BotoCoreError, UnreadableAnswerError) as error:
            raise self._not_looked_for(attempted, error) from error
        if job is None:
            log("earlier job forgotten", physical_id=self.event.physical_id)
            return EarlierJob(None, earlier_job_forgotten(str(recorded["jobArn"])) if recorded else "")
        if job is not recorded and state.began_before(job.get("submitTime")):
            # A rollback returns to what was there before it: this is the cancelled update itself, delivered again.
            self.stopper.stop(job)
            raise RefusedError(f"the stack does not go forward with this request, so {job['jobArn']} was stopped again")
        log("earlier job taken back", job_arn=str(job["jobArn"]), status=str(job.get("status")))
        return EarlierJob(Accepted(job))

    def _recorded(self) -> Job | None:
        job_arn = PhysicalId.parse(self.event.physical_id).job_arn
        return self.jobs.get(job_arn) if self.resource.is_local(job_arn) else None

    def _is_attempts(self, job: Job, attempted: JobSpec | None) -> bool:
        """Whether the update that is rolled back would have answered with a job."""
        if attempted is None or hides_attempt(self.event):
            return False
        return self._run(attempted).attempt_of(job) is not None

    def _newest(self, spec: JobSpec) -> Job | None:
        run = self._run(spec)
        own = [job for job in self.jobs.of_run(run) if self.resource.made(job)]
        return max(own, key=lambda job: (is_live(job.get("status")), run.attempt_of(job) or 0), default=None)

    def _leftovers(self, attempted: JobSpec) -> list[Job]:
        """What the update may have started before it was cancelled.

        If CloudFormation does not show what was attempted, but what is returned to, every job of other runs.
        """
        run = self._run(attempted)
        return [
            job
            for job in self.jobs.of_resource(self.resource)
            if job.get("status") not in ENDED
            and (run.attempt_of(job) is None) == hides_attempt(self.event)
            and self._is_of_this_operation(job)
        ]

    def _is_of_this_operation(self, job: Job) -> bool:
        issued_at, submitted = self.event.issued_at, job.get("submitTime")
        return issued_at is None or submitted is None or submitted >= issued_at - _LONGEST_OPERATION

    def _not_looked_for(self, attempted: JobSpec | None, error: Exception) -> RefusedError:
        is_shown = attempted is not None and not hides_attempt(self.event)
        holds = self._run(attempted).tail if attempted and is_shown else self.resource.part
        return RefusedError(
            f"what the cancelled update may have started could not be looked for ({short_text(error)}): a job whose"
            f" name holds {holds} may be running and billing. When Bedrock answers again, continue the rollback with:"
            f" aws cloudformation continue-update-rollback --stack-name {self.event.stack_id}"
        )

    def _run(self, spec: JobSpec) -> RunIdentity:
        return RunIdentity(self.resource, spec.defining())
