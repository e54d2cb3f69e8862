"""Taking a job that exists already under a stack's care, without starting one."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.identity import ResourceIdentity
from model_invocation_job.log import log
from model_invocation_job.spec import JobSpec
from model_invocation_job.starting import RefusedError
from model_invocation_job.statuses import ENDED

# An adopted job has a foreign token, so this tag is what a later Delete knows it by.
CARE_TAG = "cdk-bedrock-batch-resource"


@dataclass(frozen=True)
class Adopter:
    """Puts jobs into the care of one resource and knows them again."""

    jobs: Jobs
    resource: ResourceIdentity

    def adopt(self, job_arn: str, spec: JobSpec) -> Job:
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
        if not self.resource.has_token_of(job) and job["status"] not in ENDED:
            self._mark(job_arn)
        log("job taken into care", job_arn=job_arn, status=str(job["status"]))
        return job

    def cares_for(self, job_arn: str) -> bool:
        """Whether a job with a foreign token was adopted by this resource.

        Raises:
            ClientError, BotoCoreError: the tags cannot be read.
        """
        return self.jobs.tags_of(job_arn).get(CARE_TAG) == self.resource.mark

    def release(self, job_arn: str) -> None:
        """Give a job up as it is, running or not."""
        try:
            self.jobs.untag(job_arn, [CARE_TAG])
        except (ClientError, BotoCoreError) as error:
            log("released job keeps its tag", job_arn=job_arn, error=type(error).__name__)

    def _mark(self, job_arn: str) -> None:
        holder = self.jobs.tags_of(job_arn).get(CARE_TAG)
        if holder not in (None, self.resource.mark):
            raise RefusedError(f"{job_arn} is in the care of another resource, so it cannot be adopted")
        self.jobs.tag(job_arn, {CARE_TAG: self.resource.mark})
