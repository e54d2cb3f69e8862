"""Waiting, if the user wants it, until Bedrock has validated a job: never until it is done."""

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
    """The job that the deployment goes on with, and what CloudFormation should be told of it, nothing as a rule."""

    accepted: Accepted
    note: str = ""


def pass_gate(session: Session, run: RunIdentity, spec: JobSpec, accepted: Accepted) -> Passed:
    """Wait, bounded; a job that fails for rights that may be new is followed by a second one within the same bound.

    Raises:
        HandlerError: the job ended without running, with Bedrock's own message; nothing of it is left running. Or the
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
    """The job once it has passed its validation or is dead, or as it is at the limit."""
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
