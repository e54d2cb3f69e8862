"""The gate: waits, if declared, until Bedrock has validated a job. It never waits for the end of the job."""

from dataclasses import dataclass

from bedrock_batch.job import Job
from bedrock_batch.run.declaration import VALIDATED, JobSpec
from bedrock_batch.run.identity import RunIdentity
from bedrock_batch.statuses import JobStatus
from model_invocation_job.core.errors import RefusedError
from model_invocation_job.core.model_access import how_to_get_access
from model_invocation_job.io.deadline import Deadline
from model_invocation_job.io.log import log
from model_invocation_job.io.waiting import Wait
from model_invocation_job.operations.late_start import Accepted, stop_if_unwanted
from model_invocation_job.operations.second_attempt import note_first_attempt, try_again
from model_invocation_job.operations.session import Session


@dataclass(frozen=True)
class Passed:
    """The job that the deployment continues with, and a text for CloudFormation, which is usually empty."""

    accepted: Accepted
    note: str = ""


def pass_gate(session: Session, run: RunIdentity, spec: JobSpec, accepted: Accepted) -> Passed:
    """Wait for a limited time. If a job fails for rights that may be new, a second one follows within the same limit.

    :raises HandlerError: the job ended without running, with Bedrock's own message, and nothing of it runs. Or the
        stack does not go forward any more, or the second attempt was not accepted.
    """
    if spec.gate != VALIDATED:
        return Passed(accepted)
    limit = session.deadline.within(spec.gate_seconds)
    note_first_attempt(session, run, accepted)
    job = _validated(session, run, accepted, limit)
    if job.is_dead and (second := try_again(session, run, spec, job)):
        accepted, job = second, _validated(session, run, second, limit)
    if job.is_dead:
        raise RefusedError(f"{job.arn} {_end_of(job)}", job.arn)
    notes = [f"{session.progress.first_failure} as {job.arn}."] if session.progress.first_failure else []
    if not job.is_past_validation:
        log("gate bound passed", job_arn=job.arn, status=job.status)
        notes.append(
            f"{job.arn} is still {job.status or 'without a status'} after {spec.gate_seconds} seconds;"
            " the deployment does not wait longer, the job goes on"
        )
    return Passed(accepted, " ".join(notes))


def _validated(session: Session, run: RunIdentity, accepted: Accepted, limit: Deadline) -> Job:
    """The job after it has passed validation or is dead. At the limit, the job as it is."""
    job = accepted.job
    wait = Wait(f"{job.arn} is not validated yet", first=2.0)
    while not (job.is_past_validation or job.is_dead) and wait.step(limit):
        stop_if_unwanted(session, run, accepted)
        job = session.jobs.get(job.arn) or job
    return job


def _end_of(job: Job) -> str:
    if job.status != JobStatus.FAILED:
        return f"was {job.status.lower()} before the deployment was done"
    access = how_to_get_access(job.message)
    return f"failed: {job.reason}" + (f". {access}" if access else "")
