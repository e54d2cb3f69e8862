"""Waiting, if the user wants it, until Bedrock has validated a job: never until it is done."""

from collections.abc import Callable

from model_invocation_job.core.declaration import VALIDATED, JobSpec
from model_invocation_job.core.errors import RefusedError
from model_invocation_job.core.job import Job
from model_invocation_job.core.statuses import JobStatus
from model_invocation_job.io.log import log
from model_invocation_job.io.waiting import Wait
from model_invocation_job.operations.session import Session

# The service's text may hold anything up to 2048 characters; this much tells what is wrong.
_LONGEST_MESSAGE = 500


def wait_at_gate(session: Session, job: Job, spec: JobSpec, look_at_stack: Callable[[], None]) -> str:
    """Wait, bounded; what CloudFormation should be told beside the success, nothing as a rule.

    `look_at_stack` may raise to give up.

    Raises:
        RefusedError: the job ended without running, with Bedrock's own message; nothing of it is left running.
    """
    if spec.gate != VALIDATED:
        return ""
    limit = session.deadline.within(spec.gate_seconds)
    wait = Wait(f"{job.arn} is not validated yet", first=2.0)
    while not (job.is_past_validation or job.is_dead):
        if not wait.step(limit):
            log("gate bound passed", job_arn=job.arn, status=job.status)
            return (
                f"{job.arn} is still {job.status or 'without a status'} after {spec.gate_seconds} seconds;"
                " the deployment does not wait longer, the job goes on"
            )
        look_at_stack()
        job = session.jobs.get(job.arn) or job
    if job.is_dead:
        raise RefusedError(f"{job.arn} {_end_of(job)}", job.arn)
    return ""


def _end_of(job: Job) -> str:
    if job.status != JobStatus.FAILED:
        return f"was {job.status.lower()} before the deployment was done"
    return f"failed: {(job.message or 'Bedrock gives no reason')[:_LONGEST_MESSAGE]}"
