"""Waiting, if the user wants it, until Bedrock has validated a job: never until it is done."""

from collections.abc import Callable
from dataclasses import dataclass

from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.deadline import Deadline
from model_invocation_job.log import log
from model_invocation_job.refusal import RefusedError
from model_invocation_job.retries import Backoff
from model_invocation_job.spec import VALIDATED, JobSpec
from model_invocation_job.starting import Accepted
from model_invocation_job.statuses import DEAD, PAST_VALIDATION, JobStatus

# The service's text may hold anything up to 2048 characters; this much tells what is wrong.
_LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class Gate:
    """Lets a deployment through once its job is as far as the user asked for."""

    jobs: Jobs
    deadline: Deadline

    def wait(self, accepted: Accepted, spec: JobSpec, look_at_stack: Callable[[], None]) -> str:
        """Wait, bounded; what CloudFormation should be told beside the success, nothing as a rule.

        `look_at_stack` may raise to give up.

        Raises:
            RefusedError: the job ended without running, with Bedrock's own message; nothing of it is left running.
        """
        if spec.gate != VALIDATED:
            return ""
        job = accepted.job
        job_arn = str(job["jobArn"])
        limit = self.deadline.within(spec.gate_seconds)
        backoff = Backoff(first=2.0, longest=10.0)
        while job.get("status") not in PAST_VALIDATION | DEAD:
            if limit.remaining() <= 0:
                log("gate bound passed", job_arn=job_arn, status=str(job.get("status")))
                return (
                    f"{job_arn} is still {job.get('status')} after {spec.gate_seconds} seconds;"
                    " the deployment does not wait longer, the job goes on"
                )
            limit.sleep(backoff.next())
            look_at_stack()
            job = self.jobs.get(job_arn) or job
        if job.get("status") in DEAD:
            raise RefusedError(f"{job_arn} {_end_of(job)}", job_arn)
        return ""


def _end_of(job: Job) -> str:
    if job.get("status") != JobStatus.FAILED:
        return f"was {str(job.get('status')).lower()} before the deployment was done"
    return f"failed: {str(job.get('message') or 'Bedrock gives no reason')[:_LONGEST_MESSAGE]}"
