"""Create and Update: from an event and what is found in Bedrock to an answer."""

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.adoption import Adopter
from model_invocation_job.answer import Answer, Status
from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.event import ResourceEvent
from model_invocation_job.gate import Gate
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.log import log
from model_invocation_job.properties import InvalidPropertyError
from model_invocation_job.spec import JobSpec, tags_of
from model_invocation_job.stack import Direction
from model_invocation_job.starting import RefusedError, Starter
from model_invocation_job.statuses import LIVE
from model_invocation_job.stopping import Stopper
from model_invocation_job.tagging import change_tags


@dataclass(frozen=True)
class Reconciler:
    """Handles one event with collaborators made for it; each method returns the answer of success, or raises."""

    event: ResourceEvent
    jobs: Jobs
    starter: Starter
    stopper: Stopper
    adopter: Adopter
    gate: Gate
    read_direction: Callable[[], Direction]
    is_fresh_event: bool

    def create(self) -> Answer:
        """Accept the declared run and answer with its job."""
        spec = JobSpec.parse(self.event.properties)
        direction = Direction.UNKNOWN if self.is_fresh_event else self.read_direction()
        run = self._run(spec)
        if direction is Direction.UNWINDING:
            return self._give_up(run)
        return self._take(spec, run, direction)

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
        if is_same_run and not may_return:
            return self._retag(spec)
        direction = self.read_direction()
        if direction is Direction.UNWINDING:
            return self._restore(spec, run, None if is_same_run else old_run)
        return self._retag(spec) if is_same_run else self._take(spec, run, direction)

    def _take(self, spec: JobSpec, run: RunIdentity, direction: Direction) -> Answer:
        if spec.adopt_job_arn is not None:
            # Nothing was started, so there is nothing to stop should the stack turn around.
            job = self.adopter.adopt(spec.adopt_job_arn, spec)
            return _success(job)
        accepted = self.starter.accept(run, spec, direction)
        if accepted.job["jobArn"] != self.event.physical_id:
            self.starter.stop_if_unwinding(accepted)
        return _success(accepted.job, self.gate.wait(accepted, spec))

    def _retag(self, spec: JobSpec) -> Answer:
        physical_id = self.event.physical_id
        if self._resource.is_local(physical_id):
            try:
                change_tags(self.jobs, physical_id, tags_of(self.event.old_properties), spec.tags)
            except (ClientError, BotoCoreError):
                # A rollback that fails over tags would leave the whole stack stuck.
                if self.read_direction() is not Direction.UNWINDING:
                    raise
                log("tags not restored", job_arn=physical_id)
        return self._recorded(self._run(spec).name(spec.name_prefix, 1))

    def _recorded(self, likely_name: str) -> Answer:
        """SUCCESS with the job that CloudFormation has on record, readable or not; never a reason to start another."""
        physical_id = self.event.physical_id
        job: Job | None = None
        if self._resource.is_local(physical_id):
            try:
                job = self.jobs.get(physical_id)
            except (ClientError, BotoCoreError) as error:
                log("recorded job not readable", job_arn=physical_id, error=type(error).__name__)
        return _success(job or {"jobArn": physical_id, "jobName": likely_name})

    def _restore(self, spec: JobSpec, run: RunIdentity, old_run: RunIdentity | None) -> Answer:
        """In a rollback no money is spent: the earlier job is taken back, whatever became of it."""
        likely_name = run.name(spec.name_prefix, 1)
        job: Job | None
        try:
            if old_run is not None:
                self._stop_leftovers(old_run)
            job = self.jobs.get(spec.adopt_job_arn) if spec.adopt_job_arn else self._newest(run)
        except (ClientError, BotoCoreError) as error:
            log("earlier job not looked up", error=type(error).__name__)
            job = None
        if job is None:
            return self._recorded(likely_name)
        log("earlier job taken back", job_arn=str(job["jobArn"]), status=str(job["status"]))
        return _success(job)

    def _newest(self, run: RunIdentity) -> Job | None:
        own = self._own_jobs(run)
        return max(own, key=lambda job: (job["status"] in LIVE, run.attempt_of(job["jobName"]) or 0), default=None)

    def _stop_leftovers(self, run: RunIdentity) -> None:
        """Stop what an update started before it was cancelled; the recorded job is CloudFormation's to delete."""
        for job in self._own_jobs(run):
            if job["jobArn"] != self.event.physical_id:
                self.stopper.stop(job)

    def _give_up(self, run: RunIdentity) -> Answer:
        """The stack turned around before this Create came to us, perhaps for the second time."""
        for job in self._own_jobs(run):
            self.stopper.stop(job)
        raise RefusedError("the stack is rolling back or being deleted, so nothing was started")

    def _own_jobs(self, run: RunIdentity) -> list[Job]:
        return [job for job in self.jobs.of_run(run) if self._resource.made(job)]

    @property
    def _resource(self) -> ResourceIdentity:
        return ResourceIdentity(self.event.stack_id, self.event.logical_id)

    def _run(self, spec: JobSpec) -> RunIdentity:
        return RunIdentity(self._resource, spec.defining())

    def _old_spec(self) -> JobSpec | None:
        try:
            return JobSpec.parse(self.event.old_properties)
        except InvalidPropertyError:
            return None


def _success(job: Job, note: str = "") -> Answer:
    return Answer(Status.SUCCESS, str(job["jobArn"]), reason=note, data=_attributes(job))


def _attributes(job: Job) -> dict[str, str]:
    return {"JobId": str(job["jobArn"]).rpartition("/")[2], "JobName": str(job["jobName"])}
