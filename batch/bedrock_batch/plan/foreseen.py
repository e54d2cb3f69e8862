"""What one request to the handler will do, decided with the handler's own rules. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bedrock_batch.decisions.course_of_update import Course, course_of_update, loses_role
from bedrock_batch.decisions.direction import Direction
from bedrock_batch.decisions.job_matches import differences
from bedrock_batch.decisions.start_or_adopt import Adopt, Hold, Refuse, Start, decide
from bedrock_batch.decisions.stop_or_leave import Fate, JobFacts, Kind, Relation, RequestFacts, fate
from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.job import Job
from bedrock_batch.plan.planned import Action
from bedrock_batch.run.declaration import JobSpec, leaves_running, role_of
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from bedrock_batch.run.known_properties import check_known
from bedrock_batch.run.physical_id import PhysicalId

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class OnRecord:
    """A resource of a stack, and the jobs that Bedrock has of it.

    * `properties`: as CloudFormation sent them last, empty if not known. `None`: the resource is not on record.
    * `jobs`: all whose name holds the resource's part.
    """

    resource: ResourceIdentity
    properties: Properties | None = None
    physical_id: str = ""
    jobs: Sequence[Job] = ()

    @property
    def job_arn(self) -> str:
        """The job that the id names, empty if it names none."""
        return PhysicalId.parse(self.physical_id).job_arn

    @property
    def job(self) -> Job | None:
        """That job, if Bedrock knows it and it is the stack's own."""
        if not self.resource.is_local(self.job_arn):
            return None
        return next((job for job in self.jobs if job.arn == self.job_arn), None)


@dataclass(frozen=True)
class Foreseen:
    """What becomes of a resource.

    * `stops`: the job that runs and is stopped.
    * `adopts`: an earlier job of the declared run, which becomes the resource's.
    * `keeps_running`: a job that runs on without a resource.
    * `is_held`: the declared run is not started.
    * `reason`: why the deployment fails.
    """

    action: Action
    stops: Job | None = None
    adopts: Job | None = None
    keeps_running: Job | None = None
    is_held: bool = False
    reason: str = ""


def foresee(
    before: OnRecord, declared: Properties | None, *, is_retained: bool = False, is_certain: bool = False
) -> Foreseen:
    """What a deployment that succeeds does to a resource.

    :param declared: the properties, `None` if the resource is removed.
    :param is_retained: CloudFormation sends no Delete for what is removed or replaced.
    :param is_certain: CloudFormation sends a request even if nothing changed, since the last one failed.
    """
    if declared is None:
        return _removed(before, is_retained=is_retained)
    if before.properties == declared and not is_certain:
        return Foreseen(Action.NOTHING, is_held=bool(PhysicalId.parse(before.physical_id).is_held))
    try:
        check_known(declared)
        spec = JobSpec.parse(declared)
    except InvalidPropertyError as error:
        return Foreseen(Action.REFUSED, reason=str(error))
    old = _old_spec(before)
    run = RunIdentity(before.resource, spec.defining())
    course = Course.TAKE
    if before.properties is not None and before.physical_id:
        course = course_of_update(
            spec, old, has_job=bool(before.job_arn), names_run=lambda: _names_run(run, before.job)
        )
    if course is Course.KEEP:
        return Foreseen(_kept(spec, old))
    if course is Course.HOLD:
        return _held(before, spec)
    return _taken(before, spec, run, is_retained=is_retained)


def _taken(before: OnRecord, spec: JobSpec, run: RunIdentity, *, is_retained: bool) -> Foreseen:
    decision = decide(run, before.jobs, Direction.FORWARD, None, is_held=spec.hold)
    if isinstance(decision, Refuse):
        return Foreseen(Action.REFUSED, reason=decision.reason)
    if isinstance(decision, Hold):
        return _held(before, spec)
    stops, runs_on = _left_behind(before, is_retained=is_retained)
    if isinstance(decision, Start):
        return Foreseen(Action.REPLACES if before.job_arn else Action.STARTS, stops, keeps_running=runs_on)
    assert isinstance(decision, Adopt)  # noqa: S101 - mypy then knows that it is the last one
    job = decision.job
    if different := differences(spec, job):
        return Foreseen(Action.REFUSED, reason=f"{job.arn} has this run's name but differs in {', '.join(different)}")
    if job.arn == before.job_arn:
        # Which tags it has is not known, since those of a held run were not set.
        return Foreseen(Action.TAGS if spec.tags else Action.KEEPS)
    return Foreseen(Action.KEEPS if stops is None else Action.STOPS, stops, adopts=job, keeps_running=runs_on)


def _kept(spec: JobSpec, old: JobSpec | None) -> Action:
    return Action.KEEPS if old is not None and old.tags == spec.tags else Action.TAGS


def _held(before: OnRecord, spec: JobSpec) -> Foreseen:
    job = before.job
    # Without a role before, what is on record is not known.
    role_before = role_of(before.properties or {})
    if role_before and loses_role(spec, role_before) and job is not None and job.is_live:
        reason = f"{job.arn} runs with another role, which is deleted with this update, so the job would fail"
        return Foreseen(Action.REFUSED, reason=reason)
    return Foreseen(Action.NOTHING, is_held=True)


def _removed(before: OnRecord, *, is_retained: bool) -> Foreseen:
    stops, runs_on = _left_behind(before, is_retained=is_retained)
    return Foreseen(Action.NOTHING if stops is None else Action.STOPS, stops, keeps_running=runs_on)


def _left_behind(before: OnRecord, *, is_retained: bool) -> tuple[Job | None, Job | None]:
    """What the Delete of the id on record stops, and what it leaves running."""
    job = before.job
    if job is None or not job.is_live or not before.resource.made(job):
        return None, None
    request = RequestFacts(Kind.DELETE, leaves_running=is_retained or leaves_running(before.properties or {}))
    return (job, None) if fate(request, JobFacts(Relation.NAMED)) is Fate.STOP else (None, job)


def _names_run(run: RunIdentity, job: Job | None) -> bool:
    return job is not None and run.attempt_of(job) is not None


def _old_spec(before: OnRecord) -> JobSpec | None:
    try:
        return None if before.properties is None else JobSpec.parse(before.properties)
    except InvalidPropertyError:
        return None
