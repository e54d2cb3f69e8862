"""Rollback of an update: what the update had started or adopted goes, and the job from before is found again."""

from dataclasses import dataclass
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.bedrock import VISIBLE_SECONDS, Job, Jobs
from model_invocation_job.care import Care
from model_invocation_job.deadline import Clock, Deadline
from model_invocation_job.event import ResourceEvent
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.log import log
from model_invocation_job.refusal import RefusedError
from model_invocation_job.retries import Backoff
from model_invocation_job.spec import JobSpec
from model_invocation_job.stack import StackState
from model_invocation_job.statuses import ENDED, is_live
from model_invocation_job.stopping import Stopper

# timeoutDurationInHours is 168 at most, and a little for queue and clocks: no older job can still run.
_LONGEST_LIFE = timedelta(days=8)


def hides_attempt(event: ResourceEvent) -> bool:
    """CloudFormation sends no Update without a change, unless a rollback does not show what it takes back."""
    return event.properties == event.old_properties


@dataclass(frozen=True)
class Rollback:
    """Takes one update back; no money is spent."""

    event: ResourceEvent
    resource: ResourceIdentity
    jobs: Jobs
    stopper: Stopper
    care: Care
    deadline: Deadline
    clock: Clock

    def earlier_job(self, spec: JobSpec, old_spec: JobSpec | None, state: StackState) -> Job | None:
        """The job from before the update, whatever became of it; `None` when it could not be looked up.

        `spec` is what is returned to, `old_spec` what is taken back, as far as it is shown.

        Raises:
            RefusedError: this is the update itself, delivered again; its job was stopped.
            StillRunningError: what the update had started could not be stopped.
        """
        job: Job | None
        try:
            for leftover in self._leftovers(spec, old_spec):
                self.stopper.stop(leftover)
            job = self._returned_to(spec, old_spec)
        except (ClientError, BotoCoreError) as error:
            log("earlier job not looked up", error=type(error).__name__)
            job = None
        if job is not None and not spec.adopt_job_arn and state.began_before(job["submitTime"]):
            # A rollback returns to what was there before it: this is the cancelled update itself, delivered again.
            self.stopper.stop(job)
            raise RefusedError(f"the stack began to roll back, so {job['jobArn']} was stopped again")
        adopted = None if old_spec is None else old_spec.adopt_job_arn
        if adopted not in (None, self.event.physical_id):
            self.care.give_back_held(adopted)
        if job is not None:
            log("earlier job taken back", job_arn=str(job["jobArn"]), status=str(job["status"]))
        return job

    def _returned_to(self, spec: JobSpec, old_spec: JobSpec | None) -> Job | None:
        """The job to return to: the recorded one, unless the update that is taken back had put it there."""
        if spec.adopt_job_arn:
            return self.jobs.get(spec.adopt_job_arn)
        physical_id = self.event.physical_id
        recorded = self.jobs.get(physical_id) if self.resource.is_local(physical_id) else None
        if recorded is None or self._is_attempts(recorded, old_spec or spec):
            return self._newest(self._run(spec))
        return recorded

    def _is_attempts(self, job: Job, attempted: JobSpec) -> bool:
        """Whether an update that declares this would have answered with a job; one that adopts starts nothing."""
        if attempted.adopt_job_arn is not None:
            return bool(job["jobArn"] == attempted.adopt_job_arn)
        return self._run(attempted).attempt_of(str(job["jobName"])) is not None

    def _newest(self, run: RunIdentity) -> Job | None:
        own = self.jobs.made_for(run)
        return max(own, key=lambda job: (is_live(job["status"]), run.attempt_of(job["jobName"]) or 0), default=None)

    def _leftovers(self, spec: JobSpec, old_spec: JobSpec | None) -> list[Job]:
        """What an update started before it was cancelled; the recorded job is CloudFormation's to delete.

        What ran on from before is not among it, except for a retained job, of which nothing was heard. The list may lag
        behind.
        """
        if not hides_attempt(self.event) and (old_spec is None or old_spec.defining() == spec.defining()):
            return []
        limit = self.deadline.within(VISIBLE_SECONDS)
        backoff = Backoff(first=4.0, longest=12.0)
        while True:
            jobs = self._jobs_of_attempt(spec, old_spec)
            others = [job for job in jobs if job["jobArn"] != self.event.physical_id]
            left = [job for job in others if job["status"] not in ENDED and not self.care.lets_run_on(job)]
            if left or len(jobs) > len(others) or limit.remaining() <= 0:
                return left
            limit.sleep(backoff.next())

    def _jobs_of_attempt(self, spec: JobSpec, old_spec: JobSpec | None) -> list[Job]:
        """The jobs that may be an attempt's that is taken back.

        Of one that is not shown, every job that this resource has started for another run and that may still run.
        """
        if old_spec is not None and not hides_attempt(self.event):
            return self.jobs.made_for(self._run(old_spec))
        jobs = self.jobs.submitted_since(self.clock.now() - _LONGEST_LIFE)
        own = [job for job in jobs if is_live(job["status"]) and self.resource.has_token_of(job)]
        return [job for job in own if self._run(spec).attempt_of(job["jobName"]) is None]

    def _run(self, spec: JobSpec) -> RunIdentity:
        return RunIdentity(self.resource, spec.defining())
