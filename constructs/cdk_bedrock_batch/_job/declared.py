"""What a declared job tells, and what others may do with its output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import jsii
from aws_cdk import ITaggableV2, Validations

from cdk_bedrock_batch._checks import checked
from cdk_bedrock_batch._events import ByName, OutcomeEvents
from cdk_bedrock_batch._function import name_part
from cdk_bedrock_batch._iam import grants
from cdk_bedrock_batch._network import s3_endpoints
from cdk_bedrock_batch._template import StackView
from cdk_bedrock_batch.handler import BatchHandler
from cdk_bedrock_batch.job_base import ModelInvocationJobBase
from cdk_bedrock_batch.monitoring.job_alarms import JobAlarms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import CfnResource, TagManager
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_logs as logs
    from constructs import Construct

    from bedrock_batch.cost import Estimate
    from cdk_bedrock_batch._template import S3Location
    from cdk_bedrock_batch.monitoring import Outcome, Told
    from cdk_bedrock_batch.required_policy import RequiredPolicy

# Of a template, with a target and without what the target itself adds.
_RULE_BYTES: Final = 900


@jsii.implements(ITaggableV2)
class DeclaredJob(JobAlarms, OutcomeEvents, ModelInvocationJobBase):
    """The attributes of a job that is declared here."""

    _resource: CfnResource
    _tags: TagManager
    _output: S3Location
    _estimate: Estimate | None
    _vpc: ec2.IVpc | None
    _subnets: ec2.SubnetSelection | None
    _required_policies: tuple[RequiredPolicy, ...]
    _asked_prefix: str | None
    _told: Told

    @property
    def job_arn(self) -> str:
        """ARN of the job that the last deployment declared. Held without a job: an ARN that ends with `/held`."""
        return self._attribute("JobArn")

    @property
    def job_id(self) -> str:
        """The last 12 characters of the ARN. Held without a job: `held`."""
        return self._attribute("JobId")

    @property
    def job_name(self) -> str:
        """Name of the job, `<prefix>-<part>-<key>-<attempt>`. `part` is `job_name_part`, `key` stands for the run.

        Held without a job: the name that its first attempt will have.
        """
        return self._attribute("JobName")

    @property
    def output_uri(self) -> str:
        """S3 URI of the folder of this run's output and its `manifest.json.out`, with a final slash.

        Held without a job: a folder `held/` in which there is nothing.
        """
        return f"{self._output.uri}{self.job_id}/"

    @property
    def job_name_part(self) -> str:
        """The part of `job_name` that is the same for all runs of this job. It is known before the first run starts.

        In an EventBridge rule, `{"wildcard": f"*-{job.job_name_part}-*"}` matches the `batchJobName` of all runs. Do
        not match the prefix: it may change without a new run.

        The part comes from the logical id that the job's resource has at synthesis.
        """
        return name_part(self._resource)

    @property
    def estimate(self) -> Estimate | None:
        """What the job takes at most: records, tokens and, with a price, USD. None: its records are in S3.

        It is known at synthesis, and is in no template.
        """
        return self._estimate

    @property
    def cdk_tag_manager(self) -> TagManager:
        """The tags of the job. Those of `Tags.of` and of the stack are added at synthesis. Change them by `Tags.of`."""
        return self._tags

    @property
    def required_policies(self) -> tuple[RequiredPolicy, ...]:
        """What others must add to their policies before the job can run or be told of. The synthesis also warns.

        These are bucket and key policies of another account, policies of imported keys and topics, and the policies of
        a service role that this stack cannot change.
        """
        return (*self._required_policies, *self._told.required)

    @property
    def _outcome(self) -> Outcome | None:
        return self._told.outcome

    @property
    def _outcome_log_group(self) -> logs.ILogGroup | None:
        return self._told.log_group

    @checked
    def grant_read_output(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the right to list, read and decrypt the output of this job, for all its runs.

        A principal in another account also gets a statement in the policies of the bucket and the key, if these are
        declared in the app. For imported ones see `aws_iam.Grant.assert_success`.
        """
        return grants.read_objects(grantee, self._output)

    def add_s3_endpoint(self) -> ec2.GatewayVpcEndpoint:
        """Give the job's VPC a gateway endpoint to S3.

        In subnets without internet access a job needs it for its records and its output. It needs no other endpoint:
        models and keys are not called from the VPC.

        An endpoint of the app that serves the job's subnets is used, so jobs in the same subnets share one. The
        endpoint policy is open, since other workloads in the VPC use it too; `add_to_policy` restricts it.

        :raises ValueError: the job has no VPC, or the route table of a subnet is not known.
        """
        if self._vpc is None:
            raise ValueError("add_s3_endpoint needs a job with vpc")
        endpoints = s3_endpoints(self._vpc, self._subnets)
        self._resource.node.add_dependency(*endpoints)
        return endpoints[-1]

    def _subject(self) -> ByName:
        room = BatchHandler._of_stack(StackView.around(self))._take_room
        return ByName(self._resource, self._asked_prefix, lambda: room(resources=1, size=_RULE_BYTES, more="this rule"))

    def _attribute(self, name: str) -> str:
        return self._resource.get_att(name).to_string()


def warn_of_required_policies(scope: Construct, policies: Sequence[RequiredPolicy]) -> None:
    """Warn of each policy that the stack cannot write."""
    for policy in policies:
        Validations.of(scope).add_warning(
            f"cdk-bedrock-batch:{policy.kind.replace(' ', '-')}",
            f"the {policy.kind} of {policy.resource} cannot be written from this stack; the job fails unless it holds "
            f"these statements, or wider ones: {policy.to_json()}",
        )
