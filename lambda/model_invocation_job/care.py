"""In whose care a job is that runs on from before: a tag of the job, since nothing else outlives a resource.

A job that was started here and has no such tag is its resource's own; a job of somebody else without it is nobody's.
"""

from dataclasses import dataclass
from enum import Enum, auto

from botocore.exceptions import BotoCoreError, ClientError

from model_invocation_job.bedrock import Job, Jobs
from model_invocation_job.identity import ResourceIdentity
from model_invocation_job.log import log
from model_invocation_job.refusal import RefusedError
from model_invocation_job.statuses import is_live

CARE_TAG = "cdk-bedrock-batch-resource"
LEFT_RUNNING = "left-running"


class Holder(Enum):
    """Who takes care of a job: the tag is absent, `left-running`, this resource's mark, or another's."""

    NOBODY = auto()
    LEFT_RUNNING = auto()
    THIS_RESOURCE = auto()
    ANOTHER = auto()


@dataclass(frozen=True)
class Care:
    """Takes jobs into the care of one resource, gives them up, and knows them again."""

    jobs: Jobs
    resource: ResourceIdentity

    def holder(self, job: Job) -> Holder:
        """Who takes care of a job.

        Raises:
            ClientError, BotoCoreError: the tags cannot be read.
        """
        holders = {None: Holder.NOBODY, LEFT_RUNNING: Holder.LEFT_RUNNING, self.resource.mark: Holder.THIS_RESOURCE}
        return holders.get(self.jobs.tags_of(str(job["jobArn"])).get(CARE_TAG), Holder.ANOTHER)

    def held(self, job_arn: str) -> Job | None:
        """A live job, if this resource takes care of it.

        Raises:
            ClientError, BotoCoreError: the job or its tags cannot be read.
        """
        job = self.jobs.get(job_arn)
        if job is None or not is_live(job["status"]) or self.holder(job) is not Holder.THIS_RESOURCE:
            return None
        return job

    def take(self, job: Job, *, from_nobody: bool) -> bool:
        """Take a live job into care, `from_nobody` also one that has no tag; `False`: it needs no taking.

        Raises:
            RefusedError: another resource takes care of it.
            ClientError, BotoCoreError: the tags cannot be read or set.
        """
        job_arn, holder = str(job["jobArn"]), self.holder(job)
        if holder is Holder.ANOTHER:
            raise RefusedError(f"{job_arn} is in the care of another resource, so it cannot be adopted")
        if holder is Holder.THIS_RESOURCE or (holder is Holder.NOBODY and not from_nobody):
            return False
        self.jobs.tag(job_arn, {CARE_TAG: self.resource.mark})
        return True

    def give_back(self, job: Job) -> None:
        """Give a job up as it is, running or not; one that was started here stays known as left running."""
        job_arn = str(job["jobArn"])
        try:
            if self.resource.made(job):
                self.jobs.tag(job_arn, {CARE_TAG: LEFT_RUNNING})
            else:
                self.jobs.untag(job_arn, [CARE_TAG])
        except (ClientError, BotoCoreError) as error:
            log("job keeps its tag", job_arn=job_arn, error=type(error).__name__)
        else:
            log("job given back", job_arn=job_arn)

    def give_back_held(self, job_arn: str) -> None:
        """As `give_back`, for a job that this resource may have taken; what cannot be read stays as it is."""
        try:
            job = self.held(job_arn)
        except (ClientError, BotoCoreError) as error:
            log("care not known", job_arn=job_arn, error=type(error).__name__)
            return
        if job is not None:
            self.give_back(job)

    def leave(self, job: Job) -> None:
        """Give a live job up, unless another resource has taken it meanwhile.

        Raises:
            ClientError, BotoCoreError: the tags cannot be read.
        """
        if not is_live(job["status"]):
            return
        holder = self.holder(job)
        if holder is Holder.THIS_RESOURCE or (holder is Holder.NOBODY and self.resource.made(job)):
            self.give_back(job)

    def lets_run_on(self, job: Job) -> bool:
        """Let a job run on in a rollback that was started here and ran on from before, or is another's by now.

        What the deployment that is taken back had taken into care is given back. `False`: the job is the deployment's
        own, or its tags cannot be read, and an orphan costs more.
        """
        try:
            holder = self.holder(job) if is_live(job["status"]) else Holder.NOBODY
        except (ClientError, BotoCoreError) as error:
            log("care not known", job_arn=str(job["jobArn"]), error=type(error).__name__)
            return False
        if holder is Holder.THIS_RESOURCE:
            self.give_back(job)
        return holder is not Holder.NOBODY
