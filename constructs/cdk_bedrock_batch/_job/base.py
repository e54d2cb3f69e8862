"""What a deployment tells of a job, and what others may be allowed to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from cdk_bedrock_batch._iam import actions, allow, grants

if TYPE_CHECKING:
    from aws_cdk import CfnResource
    from aws_cdk import aws_iam as iam

    from cdk_bedrock_batch._template import S3Location


class ModelInvocationJobBase(Construct):
    """A job and its answers, and the grants on both."""

    _resource: CfnResource
    _output: S3Location

    @property
    def job_arn(self) -> str:
        """ARN of the job that the last deployment declared."""
        return self._attribute("JobArn")

    @property
    def job_id(self) -> str:
        """The last 12 characters of the ARN."""
        return self._attribute("JobId")

    @property
    def job_name(self) -> str:
        """Name of the job, `<prefix>-<part>-<key>-<attempt>`: the part is `job_name_part`, the key stands for the
        run.
        """
        return self._attribute("JobName")

    @property
    def output_uri(self) -> str:
        """S3 URI, with a final slash, under which this run's answers and `manifest.json.out` arrive."""
        return f"{self._output.uri}{self.job_id}/"

    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal read the job's status, counters and tags. A new run is another job: the right follows it."""
        return grants.to_principal(grantee, allow(actions.DESCRIBE_JOB, [self.job_arn]))

    def grant_stop(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal stop the job, and read its status to see it end."""
        return grants.to_principal(grantee, allow(actions.STOP_JOB + actions.DESCRIBE_JOB, [self.job_arn]))

    def grant_read_output(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a principal list, read and decrypt the answers of this job, of each of its runs.

        A principal of another account also gets a statement in the bucket's and key's policies, where these are
        declared in the app; see `aws_iam.Grant.assert_success` for those that are imported.
        """
        return grants.read_objects(grantee, self._output)

    def _attribute(self, name: str) -> str:
        return self._resource.get_att(name).to_string()
