"""What other constructs may be allowed to do with a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from cdk_bedrock_batch import _actions, _grants

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam

    from cdk_bedrock_batch._location import S3Location


class ModelInvocationJobBase(Construct):
    """A job and its answers, and the grants on both."""

    job_arn: str
    """ARN of the job that the last deployment declared."""
    _output: S3Location

    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal read the job's status, counters and tags. A new run is another job: the right follows it."""
        return _grants.to_principal(grantee, _actions.DESCRIBE_JOB, [self.job_arn])

    def grant_stop(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal stop the job, and read its status to see it end."""
        return _grants.to_principal(grantee, _actions.STOP_JOB + _actions.DESCRIBE_JOB, [self.job_arn])

    def grant_read_output(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal list, read and decrypt the answers of this job, of each of its runs.

        A principal of another account also gets a statement in the bucket's and key's policies, where these are
        declared in the app; see `aws_iam.Grant.assert_success` for those that are imported.
        """
        return _grants.read_objects(grantee, self._output)
