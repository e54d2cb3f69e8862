"""Create and Update: from an event and what is found in Bedrock to an answer."""

from dataclasses import dataclass
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.adoption import Adopter
from model_invocation_job.answer import Answer, Status
from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.care import Care
from model_invocation_job.deadline import Clock, Deadline
from model_invocation_job.decisions import submitted_since
from model_invocation_job.event import ResourceEvent
from model_invocation_job.gate import Gate
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.log import log
from model_invocation_job.properties import InvalidPropertyError
from model_invocation_job.refusal import RefusedError
from model_invocation_job.removal import OVERTAKEN_SECONDS
from model_invocation_job.retries import Backoff
from model_invocation_job.spec import JobSpec, tags_of
from model_invocation_job.stack import Direction, StackState, StackWatch
from model_invocation_job.starting import Starter
from model_invocation_job.statuses import ENDED, LIVE
from model_invocation_job.stopping import Stopper
from model_invocation_job.tagging import change_tags

# timeoutDurationInHours is 168 at most, and a little for queue and clocks: no older job can still run.
_LONGEST_LIFE = timedelta(days=8)


@dataclass(frozen=True)
class Reconciler:
    """Handles one event with collaborators made for it; each method returns the answer of success, or raises."""

    event: ResourceEvent
    resource: ResourceIdentity
    jobs: Jobs
    starter: Starter
    stopper: Stopper
    adopter: Adopter
    care: Care
    gate: Gate
    stack: StackWatch
    direction_at_arrival: Direction
    deadline: Deadline
    clock: Clock

    def create(self) -> Answer:
        """Accept the declared run and answer with its job."""
        spec = JobSpec.parse(self.event.properties)
        run = self._run(spec)
        if self.direction_at_arrival is Direction.UNWINDING:
            return self._give_up(run)
        return self._take(spec, run, self.direction_at_arrival)

    def update(self) -> Answer:
        """Change tags in place, or accept a new run before the old job is given up by the clean-up Delete."""
        spec = JobSpec.parse(self.event.properties)
        old_spec = self._old_spec()
        old_run = None if old_spec is None else self._run(old_spec)
        run = self._run(spec)
        wants_other_job = spec.adopt_job_arn not in (None, self.event.physical_id)
        is_same_run = old_run is not None and old_run.defining == run.defining and not wants_other_job
        # Leaving adopt_job_arn out keeps the adopted job; taking its adoption back returns to the job before it.
        may_return = old_spec is not None and old_spec.adopt_job_arn is not None and spec.adopt_job_arn is None
        if is_same_run and not may_return and not self._hides_attempt:
            return self._retag(spec)
        state = self.stack.state()
        direction = self.stack.direction_in(state)
        if state is not None and direction is Direction.UNWINDING:
            return self._restore(spec, run, old_run, state)
        return self._retag(spec) if is_same_run else self._take(spec, run, direction)

    def _take(self, spec: JobSpec, run: RunIdentity, direction: Direction) -> Answer:
        if spec.adopt_job_arn is not None:
            accepted = self.adopter.adopt(spec.adopt_job_arn, spec)
            if accepted.taken_here:
                self.starter.stop_if_unwinding(accepted)
            return _success(accepted.job)
        accepted = self.starter.accept(run, spec, direction)
        if accepted.job["jobArn"] != self.event.physical_id:
            self.starter.stop_if_unwinding(accepted)
        return _success(accepted.job, self.gate.wait(accepted, spec))

    def _give_back(self, job_arn: str) -> None:
        try:
            job = self.care.held(job_arn)
        except (ClientError, BotoCoreError) as error:
            log("care not known", job_arn=job_arn, error=type(error).__name__)
            return
        if job is not None:
            self.care.give_back(job)

    def _retag(self, spec: JobSpec) -> Answer:
        physical_id = self.event.physical_id
        if self.resource.is_local(physical_id):
            try:
                change_tags(self.jobs, physical_id, tags_of(self.event.old_properties), spec.tags)
            except (ClientError, BotoCoreError):
                # A rollback that fails over tags would leave the whole stack stuck.
                if self.stack.direction() is not Direction.UNWINDING:
                    raise
                log("tags not restored", job_arn=physical_id)
        return self._recorded(self._run(spec).name(spec.name_prefix, 1))

    def _recorded(self, likely_name: str) -> Answer:
        """SUCCESS with the job that CloudFormation has on record, readable or not; never a reason to start another."""
        physical_id = self.event.physical_id
        job: Job | None = None
        if self.resource.is_local(physical_id):
            try:
                job = self.jobs.get(physical_id)
            except (ClientError, BotoCoreError) as error:
                log("recorded job not readable", job_arn=physical_id, error=type(error).__name__)
        return _success(job or {"jobArn": physical_id, "jobName": likely_name})

    def _restore(self, spec: JobSpec, run: RunIdentity, old_run: RunIdentity | None, state: StackState) -> Answer:
        """In a rollback no money is spent: the earlier job is taken back, whatever became of it."""
        likely_name = run.name(spec.name_prefix, 1)
        job: Job | None
        try:
            for leftover in self._leftovers(run, old_run):
                self.stopper.stop(leftover)
            job = self._earlier_job(spec, run, old_run)
        except (ClientError, BotoCoreError) as error:
            log("earlier job not looked up", error=type(error).__name__)
            job = None
        if job is not None and not spec.adopt_job_arn and state.began_before(job["submitTime"]):
            # A rollback returns to what was there before it: this is the cancelled update itself, delivered again.
            self.stopper.stop(job)
            raise RefusedError(f"the stack began to roll back, so {job['jobArn']} was stopped again", job["jobArn"])
        returned_to = self.event.physical_id if job is None else job["jobArn"]
        attempted = self._old_spec()
        if attempted is not None and attempted.adopt_job_arn not in (None, self.event.physical_id, returned_to):
            self._give_back(attempted.adopt_job_arn)
        if job is None:
            return self._recorded(likely_name)
        log("earlier job taken back", job_arn=str(job["jobArn"]), status=str(job["status"]))
        return _success(job)

    def _earlier_job(self, spec: JobSpec, run: RunIdentity, old_run: RunIdentity | None) -> Job | None:
        """The job to return to: the recorded one, unless the update that is taken back had put it there."""
        if spec.adopt_job_arn:
            return self.jobs.get(spec.adopt_job_arn)
        physical_id = self.event.physical_id
        recorded = self.jobs.get(physical_id) if self.resource.is_local(physical_id) else None
        attempted = self._old_spec()
        was_adopted = attempted is not None and attempted.adopt_job_arn == physical_id
        if recorded is None or was_adopted or (old_run or run).attempt_of(str(recorded["jobName"])) is not None:
            return self._newest(run)
        return recorded

    def _newest(self, run: RunIdentity) -> Job | None:
        own = self._own_jobs(run)
        return max(own, key=lambda job: (job["status"] in LIVE, run.attempt_of(job["jobName"]) or 0), default=None)

    def _leftovers(self, run: RunIdentity, old_run: RunIdentity | None) -> list[Job]:
        """What an update started before it was cancelled; the recorded job is CloudFormation's to delete.

        What ran on from before is not among it, except for a retained job, of which nothing was heard. The list may lag
        behind.
        """
        if not self._hides_attempt and (old_run is None or old_run.key == run.key):
            return []
        limit = self.deadline.within(OVERTAKEN_SECONDS)
        backoff = Backoff(first=4.0, longest=12.0)
        while True:
            jobs = self._jobs_of_attempt(run, old_run)
            others = [job for job in jobs if job["jobArn"] != self.event.physical_id]
            left = [job for job in others if job["status"] not in ENDED and not self.care.spares(job)]
            if left or len(jobs) > len(others) or limit.remaining() <= 0:
                return left
            limit.sleep(backoff.next())

    @property
    def _hides_attempt(self) -> bool:
        """CloudFormation sends no Update without a change, unless a rollback does not show what it takes back."""
        return self.event.properties == self.event.old_properties

    def _jobs_of_attempt(self, run: RunIdentity, old_run: RunIdentity | None) -> list[Job]:
        """The jobs that may be an attempt's that is taken back.

        Of one that is not shown, every job that this resource has started for another run and that may still run.
        """
        if old_run is not None and not self._hides_attempt:
            return self._own_jobs(old_run)
        jobs = self.jobs.submitted_since(self.clock.now() - _LONGEST_LIFE)
        own = [job for job in jobs if job["status"] in LIVE and self.resource.has_token_of(job)]
        return [job for job in own if run.attempt_of(job["jobName"]) is None]

    def _give_up(self, run: RunIdentity) -> Answer:
        """The stack turned around before this Create came to us, perhaps for the second time."""
        for job in self._own_jobs(run):
            if submitted_since(job, self.event.issued_at):
                self.stopper.stop(job)
        raise RefusedError("the stack is rolling back or being deleted, so nothing was started")

    def _own_jobs(self, run: RunIdentity) -> list[Job]:
        return [job for job in self.jobs.of_run(run) if self.resource.made(job)]

    def _run(self, spec: JobSpec) -> RunIdentity:
        return RunIdentity(self.resource, spec.defining())

    def _old_spec(self) -> JobSpec | None:
        try:
            return JobSpec.parse(self.event.old_properties)
        except InvalidPropertyError:
            return None


def _success(job: Job, note: str = "") -> Answer:
    return Answer(Status.SUCCESS, str(job["jobArn"]), reason=note, data=_attributes(job))


def _attributes(job: Job) -> dict[str, str]:
    return {"JobId": str(job["jobArn"]).rpartition("/")[2], "JobName": str(job["jobName"])}
