"""A run that a request wants: its job is adopted or started, and is the response. Or the run is held."""

from bedrock_batch.decisions.course_of_update import loses_role
from bedrock_batch.decisions.direction import Direction
from bedrock_batch.decisions.stop_or_leave import Relation
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import LEAVE_RUNNING, JobSpec, is_held, role_of
from bedrock_batch.run.physical_id import PhysicalId, found_running, held, held_arn, released
from model_invocation_job.core.answer import Answer, Status
from model_invocation_job.core.errors import AwsError, RefusedError
from model_invocation_job.core.limits import SHORT_PATIENCE_SECONDS
from model_invocation_job.io.log import log
from model_invocation_job.operations.gate import pass_gate
from model_invocation_job.operations.late_start import Accepted
from model_invocation_job.operations.session import Session
from model_invocation_job.operations.starting import accept


def take(session: Session, spec: JobSpec, direction: Direction) -> Answer:
    """Accept the run, and wait at the gate if the user wants it. Or hold it, if it would start.

    :raises HandlerError: the run was not accepted, or its job failed at the gate.
    """
    run = session.run_of(spec)
    accepted = accept(session, run, spec, direction)
    if accepted is None:
        return hold(session, spec)
    passed = pass_gate(session, run, spec, accepted)
    return success(session, passed.accepted, spec, passed.note, is_released=is_held(session.event.old_properties))


def success(
    session: Session, accepted: Accepted, spec: JobSpec, note: str = "", *, is_released: bool = False
) -> Answer:
    """SUCCESS with the job of a run. A run that is on record keeps its id.

    `is_released`: the resource was held before. The id says what was on record then, for a rollback.
    """
    job = accepted.job
    physical_id = job.arn
    if session.physical_id.job_arn == job.arn:
        physical_id = session.event.physical_id
    else:
        if is_released:
            physical_id = released(job.arn, session.physical_id.job_arn)
        if accepted.relation is Relation.RAN_BEFORE and spec.on_removal == LEAVE_RUNNING:
            physical_id = found_running(physical_id)
    return Answer(Status.SUCCESS, physical_id, reason=note, data=_attributes(session, job, spec))


def hold(session: Session, spec: JobSpec) -> Answer:
    """SUCCESS without a start. The job on record stays there: with another id, CloudFormation would delete it.

    :raises RefusedError: it runs, and its role is deleted after this update.
    """
    job_arn = session.physical_id.job_arn
    log("run held", job_arn=job_arn)
    if job_arn:
        if loses_role(spec, role_of(session.event.old_properties)) and _runs(session, job_arn):
            raise RefusedError(
                f"{job_arn} runs with another role, which is deleted with this update, so the job would fail. Other "
                "records and another run_id can be held beside it, another model, place or key cannot. Deploy without "
                "hold, or when the job has ended",
                job_arn,
            )
        return recorded(
            session, spec, note=f"{job_arn} stays on record: the declared run is held. Remove hold to start it"
        )
    return recorded(session, spec, held(session.resource), "Held: no job was started. Remove hold to start it")


def _runs(session: Session, job_arn: str) -> bool:
    job = session.jobs.get(job_arn) if session.resource.is_local(job_arn) else None
    return job is not None and job.is_live


def recorded(session: Session, spec: JobSpec, physical_id: str = "", note: str = "") -> Answer:
    """SUCCESS with what CloudFormation has on record, whether it can be read or not. It never starts a job.

    `physical_id` is another id for the response. Default: the one on record.
    """
    physical_id = physical_id or session.event.physical_id
    if PhysicalId.parse(physical_id).is_held:
        job = Job(held_arn(session.resource))
        return Answer(Status.SUCCESS, physical_id, reason=note, data=_attributes(session, job, spec))
    job_arn = session.physical_id.job_arn
    shown: Job | None = None
    if session.resource.is_local(job_arn):
        try:
            shown = session.jobs.within(SHORT_PATIENCE_SECONDS).get(job_arn)
        except AwsError as error:
            log("recorded job not readable", job_arn=job_arn, error=error.code)
    job = shown or Job(job_arn or session.event.physical_id)
    return Answer(Status.SUCCESS, physical_id, reason=note, data=_attributes(session, job, spec))


def _attributes(session: Session, job: Job, spec: JobSpec) -> dict[str, str]:
    """`JobArn`, `JobId` and `JobName`. If Bedrock shows no name, or no job, it is that of the first attempt."""
    name = job.name or session.progress.job_name or session.run_of(spec).name(spec.name_prefix, 1)
    return {"JobArn": job.arn, "JobId": job.id, "JobName": name}
