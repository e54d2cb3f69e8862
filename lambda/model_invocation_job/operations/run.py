"""A run that a request wants: its job is adopted or started, and is the response."""

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.decisions.stop_or_leave import Relation
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import LEAVE_RUNNING, JobSpec
from bedrock_batch.run.physical_id import found_running
from model_invocation_job.core.answer import Answer, Status
from model_invocation_job.core.errors import AwsError
from model_invocation_job.core.limits import SHORT_PATIENCE_SECONDS
from model_invocation_job.io.log import log
from model_invocation_job.operations.gate import pass_gate
from model_invocation_job.operations.late_start import Accepted
from model_invocation_job.operations.session import Session
from model_invocation_job.operations.starting import accept


def take(session: Session, spec: JobSpec, direction: Direction) -> Answer:
    """Accept the run, and wait at the gate if the user wants it.

    :raises HandlerError: the run was not accepted, or its job failed at the gate.
    """
    run = session.run_of(spec)
    passed = pass_gate(session, run, spec, accept(session, run, spec, direction))
    return success(session, passed.accepted, spec, passed.note)


def success(session: Session, accepted: Accepted, spec: JobSpec, note: str = "") -> Answer:
    """SUCCESS with the job of a run. A run that is on record keeps its id."""
    job = accepted.job
    physical_id = job.arn
    if session.physical_id.job_arn == job.arn:
        physical_id = session.event.physical_id
    elif accepted.relation is Relation.RAN_BEFORE and spec.on_removal == LEAVE_RUNNING:
        physical_id = found_running(job.arn)
    return Answer(Status.SUCCESS, physical_id, reason=note, data=_attributes(session, job, spec))


def recorded(session: Session, spec: JobSpec, physical_id: str = "") -> Answer:
    """SUCCESS with the job that CloudFormation has on record, whether it can be read or not. It never starts another.

    `physical_id` is another id for the response. Default: the one on record.
    """
    job_arn = session.physical_id.job_arn
    job: Job | None = None
    if session.resource.is_local(job_arn):
        try:
            job = session.jobs.within(SHORT_PATIENCE_SECONDS).get(job_arn)
        except AwsError as error:
            log("recorded job not readable", job_arn=job_arn, error=error.code)
    job = job or Job(job_arn or session.event.physical_id)
    return Answer(Status.SUCCESS, physical_id or session.event.physical_id, data=_attributes(session, job, spec))


def _attributes(session: Session, job: Job, spec: JobSpec) -> dict[str, str]:
    """`JobArn`, `JobId` and `JobName`. If Bedrock does not show the name, it is that of the first attempt."""
    name = job.name or session.progress.job_name or session.run_of(spec).name(spec.name_prefix, 1)
    return {"JobArn": job.arn, "JobId": job.arn.rpartition("/")[2], "JobName": name}
