"""Create and Update: from an event and what is found in Bedrock to an answer."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.answer import Answer, Status
from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.decisions import submitted_since
from model_invocation_job.event import ResourceEvent
from model_invocation_job.gate import Gate
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.log import log
from model_invocation_job.physical_id import PhysicalId, found_running
from model_invocation_job.properties import InvalidPropertyError
from model_invocation_job.refusal import RefusedError
from model_invocation_job.retries import UnreadableAnswerError, short_text
from model_invocation_job.rollback import Rollback, hides_attempt
from model_invocation_job.spec import LEAVE_RUNNING, JobSpec, check_known, tags_of
from model_invocation_job.stack import SHORT_PATIENCE_SECONDS, Direction, StackState, StackWatch
from model_invocation_job.starting import Accepted, Starter
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
    rollback: Rollback
    gate: Gate
    stack: StackWatch

    def create(self) -> Answer:
        """Accept the declared run and answer with its job."""
        check_known(self.event.properties)
        spec = JobSpec.parse(self.event.properties)
        state = self.stack.state()
        self._check_current(state, spec)
        direction = state.direction(self.event)
        if direction is Direction.ROLLBACK_OR_DELETE:
            self._stop_own(self._run(spec))
        return self._take(spec, direction)

    def update(self) -> Answer:
        """Change tags in place, or accept a new run before the old job is given up by the clean-up Delete."""
        spec = JobSpec.parse(self.event.properties)
        old_spec = self._old_spec()
        is_same_run = old_spec is not None and old_spec.defining() == spec.defining()
        if is_same_run and not hides_attempt(self.event):
            self._check_current(self.stack.state_if_known(SHORT_PATIENCE_SECONDS), spec)
            self._check_known()
            return self._retag(spec)
        state = self.stack.state()
        self._check_current(state, spec)
        direction = state.direction(self.event)
        if direction is Direction.ROLLBACK_OR_DELETE:
            earlier = self.rollback.earlier_job(spec, old_spec, state)
            if earlier.accepted is not None:
                return self._success(earlier.accepted, spec)
            return self._recorded(spec, earlier.physical_id)
        check_known(self.event.properties)
        return self._retag(spec) if is_same_run else self._take(spec, direction)

    def _take(self, spec: JobSpec, direction: Direction) -> Answer:
        run = self._run(spec)
        accepted = self.starter.accept(run, spec, direction)
        note = self.gate.wait(accepted, spec, lambda: self.starter.stop_if_unwanted(run, accepted))
        return self._success(accepted, spec, note)

    def _retag(self, spec: JobSpec) -> Answer:
        job_arn = PhysicalId.parse(self.event.physical_id).job_arn
        if self.resource.is_local(job_arn):
            try:
                change_tags(self.jobs, job_arn, tags_of(self.event.old_properties), spec.tags)
            except (ClientError, BotoCoreError, UnreadableAnswerError):
                # A rollback that fails over tags would leave the whole stack stuck.
                state = self.stack.state_if_known(SHORT_PATIENCE_SECONDS)
                if state is None or not state.is_rolling_back:
                    raise
                log("tags not restored", job_arn=job_arn)
        return self._recorded(spec)

    def _recorded(self, spec: JobSpec, physical_id: str = "") -> Answer:
        """SUCCESS with the job that CloudFormation has on record, readable or not; never a reason to start another."""
        job_arn = PhysicalId.parse(self.event.physical_id).job_arn
        job: Job | None = None
        if self.resource.is_local(job_arn):
            try:
                job = self.jobs.within(SHORT_PATIENCE_SECONDS).get(job_arn)
            except (ClientError, BotoCoreError, UnreadableAnswerError) as error:
                log("recorded job not readable", job_arn=job_arn, error=short_text(error))
        job = job or {"jobArn": job_arn or self.event.physical_id}
        return Answer(Status.SUCCESS, physical_id or self.event.physical_id, data=self._attributes(job, spec))

    def _stop_own(self, run: RunIdentity) -> None:
        """The stack has turned to rollback or deletion before this Create came here, perhaps for the second time.

        Raises:
            RefusedError: always; what an earlier delivery of this request had started was stopped.
        """
        own = self.jobs.look(lambda: self._started_for_this(run))
        for job in own:
            self.stopper.stop(job)
        if own:
            raise RefusedError(
                "the stack is rolling back or being deleted, so what this request had started was stopped"
            )
        raise RefusedError("the stack is rolling back or being deleted, so nothing was started")

    def _started_for_this(self, run: RunIdentity) -> list[Job]:
        own = [job for job in self.jobs.of_run(run) if self.resource.made(job)]
        return [job for job in own if submitted_since(job, self.event.issued_at)]

    def _check_known(self) -> None:
        """Refuse what this version does not know, but for a rollback, which would leave the whole stack stuck."""
        try:
            check_known(self.event.properties)
        except InvalidPropertyError:
            if not self.stack.state().is_rolling_back:
                raise

    def _check_current(self, state: StackState | None, spec: JobSpec) -> None:
        """Go on only if the stack is not known to have gone on to another operation.

        Raises:
            RefusedError: it has; what is on record now is not this request's to touch.
        """
        if state is not None and state.has_overtaken(self.event):
            self.starter.refuse_overtaken(self._run(spec), state)

    def _success(self, accepted: Accepted, spec: JobSpec, note: str = "") -> Answer:
        job_arn = str(accepted.job["jobArn"])
        physical_id = job_arn
        if PhysicalId.parse(self.event.physical_id).job_arn == job_arn:
            physical_id = self.event.physical_id
        elif accepted.was_found and spec.on_removal == LEAVE_RUNNING:
            physical_id = found_running(job_arn)
        return Answer(Status.SUCCESS, physical_id, reason=note, data=self._attributes(accepted.job, spec))

    def _attributes(self, job: Job, spec: JobSpec) -> dict[str, str]:
        """`JobArn`, `JobId` and `JobName`; a name that Bedrock does not show is that of the first attempt."""
        job_arn = str(job["jobArn"])
        name = job.get("jobName") or self.jobs.started.job_name or self._run(spec).name(spec.name_prefix, 1)
        return {"JobArn": job_arn, "JobId": job_arn.rpartition("/")[2], "JobName": str(name)}

    def _run(self, spec: JobSpec) -> RunIdentity:
        return RunIdentity(self.resource, spec.defining())

    def _old_spec(self) -> JobSpec | None:
        try:
            return JobSpec.parse(self.event.old_properties)
        except InvalidPropertyError:
            return None
