"""What every job can be asked and granted, declared here or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aws_cdk import Fn
from constructs import Construct

from cdk_bedrock_batch._checks import check_actions, check_job_arn, checked, has_token
from cdk_bedrock_batch._iam import actions as iam_actions
from cdk_bedrock_batch._iam import allow, grants

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam


class IModelInvocationJob(Protocol):
    """A job, wherever it is declared."""

    @property
    def job_arn(self) -> str:
        """ARN of the job."""

    @property
    def job_id(self) -> str:
        """The last 12 characters of the ARN."""

    def grant(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        """Let a principal do something with the job."""

    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal read the job's status, counters and tags."""

    def grant_stop(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal stop the job, and read its status to see it end."""


class ModelInvocationJobBase(Construct):
    """The grants on a job, which need its ARN alone."""

    @property
    def job_arn(self) -> str:
        """ARN of the job."""
        raise NotImplementedError

    @checked
    def grant(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        """Let a principal do something with the job.

        A new run of a declared job is another job: the right follows it.

        :param actions: names of IAM actions with the resource type model-invocation-job.
        :raises ValueError: an action is no name of one.
        """
        check_actions(actions)
        return grants.to_principal(grantee, allow(actions, [self.job_arn]))

    @checked
    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal read the job's status, counters and tags. A new run is another job: the right follows it."""
        return self.grant(grantee, *iam_actions.DESCRIBE_JOB)

    @checked
    def grant_stop(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal stop the job, and read its status to see it end."""
        return self.grant(grantee, *iam_actions.STOP_JOB, *iam_actions.DESCRIBE_JOB)


class ImportedJob(ModelInvocationJobBase):
    """A job that something else has started."""

    def __init__(self, scope: Construct, construct_id: str, job_arn: str) -> None:
        """Name the job.

        :raises ValueError: it is not a job's ARN.
        """
        super().__init__(scope, construct_id)
        self._job_arn = check_job_arn(job_arn)

    @property
    def job_arn(self) -> str:
        """ARN of the job."""
        return self._job_arn

    @property
    def job_id(self) -> str:
        """The last 12 characters of the ARN."""
        head, _, job_id = self._job_arn.rpartition("/")
        return job_id if head and not has_token(job_id) else Fn.select(1, Fn.split("/", self._job_arn))
