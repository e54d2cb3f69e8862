"""Create and Update: from an event and what is found in Bedrock to an answer."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.adoption import Adopter
from model_invocation_job.answer import Answer, Status
from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.decisions import submitted_since
from model_invocation_job.event import ResourceEvent
from model_invocation_job.gate import Gate
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.log import log
from model_invocation_job.properties import InvalidPropertyError
from model_invocation_job.refusal import RefusedError
from model_invocation_job.rollback import Rollback, hides_attempt
from model_invocation_job.spec import JobSpec, tags_of
from model_invocation_job.stack import Direction, StackWatch
from model_invocation_job.starting import Starter
from model_invocation_job.stopping import Stopper
from model_invocation_job.tagging import change_tags


@dataclass(frozen=True)
class Reconciler:
    """Handles one event with collaborators made for it; each method returns the answer of success, or raises."""

    event: ResourceEvent
    resource: ResourceIdentity
    jobs: Jobs
    starter: Starter
    stopper: Stopper
    adopter: Adopter
    rollback: Rollback
    gate: Gate
    stack: StackWatch
    direction_at_arrival: Direction

    def create(self) -> Answer:
        """Accept the declared run and answer with its job."""
        spec = JobSpec.parse(self.event.properties)
        if self.direction_at_arrival is Direction.UNWINDING:
            return self._give_up(self._run(spec))
        return self._take(spec, self.direction_at_arrival)

    def update(self) -> Answer:
        """Change tags in place, or accept a new run before the old job is given up by the clean-up Delete."""
        spec = JobSpec.parse(self.event.properties)
        old_spec = self._old_spec()
        wants_other_job = spec.adopt_job_arn not in (None, self.event.physical_id)
        is_same_run = old_spec is not None and old_spec.defining() == spec.defining() and not wants_other_job
        # Leaving adopt_job_arn out keeps the adopted job; taking its adoption back returns to the job before it.
        may_return = old_spec is not None and old_spec.adopt_job_arn is not None and spec.adopt_job_arn is None
        if is_same_run and not may_return and not hides_attempt(self.event):
            return self._retag(spec)
        state = self.stack.state()
        direction = self.stack.direction_in(state)
        if state is not None and direction is Direction.UNWINDING:
            job = self.rollback.earlier_job(spec, old_spec, state)
            return self._recorded(spec) if job is None else _success(job)
        return self._retag(spec) if is_same_run else self._take(spec, direction)

    def _take(self, spec: JobSpec, direction: Direction) -> Answer:
        if spec.adopt_job_arn is not None:
            accepted = self.adopter.adopt(spec.adopt_job_arn, spec)
            if accepted.taken_here:
                self.starter.stop_if_unwinding(accepted)
            return _success(accepted.job)
        accepted = self.starter.accept(self._run(spec), spec, direction)
        if accepted.job["jobArn"] != self.event.physical_id:
            self.starter.stop_if_unwinding(accepted)
        return _success(accepted.job, self.gate.wait(accepted, spec))

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
        return self._recorded(spec)

    def _recorded(self, spec: JobSpec) -> Answer:
        """SUCCESS with the job that CloudFormation has on record, readable or not; never a reason to start another."""
        physical_id = self.event.physical_id
        job: Job | None = None
        if self.resource.is_local(physical_id):
            try:
                job = self.jobs.get(physical_id)
            except (ClientError, BotoCoreError) as error:
                log("recorded job not readable", job_arn=physical_id, error=type(error).__name__)
        likely_name = self._run(spec).name(spec.name_prefix, 1)
        return _success(job or {"jobArn": physical_id, "jobName": likely_name})

    def _give_up(self, run: RunIdentity) -> Answer:
        """The stack turned around before this Create came to us, perhaps for the second time."""
        for job in self.jobs.made_for(run):
            if submitted_since(job, self.event.issued_at):
                self.stopper.stop(job)
        raise RefusedError("the stack is rolling back or being deleted, so nothing was started")

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
