"""Taking a job that exists already under a stack's care, without starting one."""

from dataclasses import dataclass

from model_invocation_job.bedrock import Jobs
from model_invocation_job.care import Care
from model_invocation_job.identity import ResourceIdentity
from model_invocation_job.log import log
from model_invocation_job.refusal import RefusedError
from model_invocation_job.spec import JobSpec
from model_invocation_job.starting import Accepted
from model_invocation_job.statuses import ENDED


@dataclass(frozen=True)
class Adopter:
    """Checks a job before it comes into the care of a resource."""

    jobs: Jobs
    resource: ResourceIdentity
    care: Care

    def adopt(self, job_arn: str, spec: JobSpec) -> Accepted:
        """Take a job into care.

        Raises:
            RefusedError: there is no such job here, it is not what is declared, or another resource takes care of it.
            ClientError, BotoCoreError: the job runs and could not be read or tagged.
        """
        if not self.resource.is_local(job_arn):
            raise RefusedError(f"{job_arn} is not a job of the stack's own account and Region, so it cannot be adopted")
        job = self.jobs.get(job_arn)
        if job is None:
            raise RefusedError(f"{job_arn} does not exist, so it cannot be adopted; nothing was started")
        different = spec.differences(job, same_address=True)
        if different:
            raise RefusedError(
                f"{job_arn} differs in {', '.join(different)}, so it cannot be adopted; nothing was started"
            )
        # An own job needs no tag to be known again, and an ended one none at all.
        taken = job["status"] not in ENDED and self.care.take(job, from_nobody=not self.resource.has_token_of(job))
        log("job taken into care", job_arn=job_arn, status=str(job["status"]))
        return Accepted(job, taken_here=taken)
