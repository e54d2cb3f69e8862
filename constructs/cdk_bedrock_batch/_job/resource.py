"""The properties of a job's custom resource: what this library sends to the handler function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import CfnResource

from bedrock_batch.run.declaration import HELD, RESOURCE_TYPE
from cdk_bedrock_batch._events import watch_cycles
from cdk_bedrock_batch._template import template_bytes
from cdk_bedrock_batch.options import OnRemoval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import IResolvable
    from constructs import Construct, IDependable

    from cdk_bedrock_batch._iam import JobNetwork, Statement
    from cdk_bedrock_batch._input import BoundInput
    from cdk_bedrock_batch._job.bill import Bill
    from cdk_bedrock_batch._template import S3Location, StackView
    from cdk_bedrock_batch.model import BatchModel
    from cdk_bedrock_batch.options import InvocationType, JobGate

# Above the handler's 15 minutes, and far below the hour that CloudFormation waits for a missing response by default.
_SERVICE_TIMEOUT_SECONDS: Final = "960"
# Of a template, around the properties of the job and the policy of its role: type, metadata, what it depends on, trust.
_FRAME_BYTES: Final = 330
_ROLE_FRAME_BYTES: Final = 640
# Of what a job depends on so that its outcome is told.
_TOLD_BYTES: Final = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResource:
    """Everything that CloudFormation sends to the handler for one job."""

    service_token: str
    model: BatchModel
    invocation_type: InvocationType
    role_arn: str
    source: BoundInput
    output: S3Location
    output_key_arn: str | None
    timeout_hours: int | None
    network: JobNetwork | None
    tags: IResolvable
    job_name_prefix: str
    run_id: str
    gate: JobGate
    gate_seconds: int | None
    on_removal: OnRemoval
    hold: bool
    told: Mapping[str, Any]
    """Properties that say when a run is good, and who is told."""

    def properties(self) -> dict[str, Any]:
        """The resource's properties. Those that the API has are under `Job`, nested as in CreateModelInvocationJob."""
        properties: dict[str, Any] = {
            "ServiceToken": self.service_token,
            "ServiceTimeout": _SERVICE_TIMEOUT_SECONDS,
            "Job": self._job(),
            "JobNamePrefix": self.job_name_prefix,
            "RunId": self.run_id,
        }
        if self.source.digest is not None:
            properties["InputDigest"] = self.source.digest
        if self.source.revision is not None:
            properties["InputRevision"] = self.source.revision
        if self.source.files:
            properties["InputFiles"] = [{"Source": each.uploaded.uri, "Name": each.name} for each in self.source.files]
        if self.source.location.encryption_key is not None:
            properties["InputKey"] = self.source.location.encryption_key.arn
        if self.source.records is not None:
            properties["InputRecords"] = str(self.source.records)
        if self.source.columns is not None:
            properties["InputColumns"] = self.source.columns.uri
        if self.gate_seconds is not None:
            properties |= {"Gate": self.gate.value, "GateSeconds": str(self.gate_seconds)}
        if self.on_removal is not OnRemoval.STOP:
            properties["OnRemoval"] = self.on_removal.value
        if self.hold:
            properties["Hold"] = HELD
        return {**properties, **self.told}

    def _job(self) -> dict[str, Any]:
        job: dict[str, Any] = {
            "modelId": self.model.model_id,
            "modelInvocationType": self.invocation_type.value,
            "roleArn": self.role_arn,
            "inputDataConfig": {"s3InputDataConfig": {"s3InputFormat": "JSONL", **_location(self.source.location)}},
            "outputDataConfig": {"s3OutputDataConfig": _location(self.output)},
        }
        if self.output_key_arn is not None:
            job["outputDataConfig"]["s3OutputDataConfig"]["s3EncryptionKeyId"] = self.output_key_arn
        if self.timeout_hours is not None:
            # CloudFormation sends every scalar as a string.
            job["timeoutDurationInHours"] = str(self.timeout_hours)
        if self.network is not None:
            job["vpcConfig"] = {
                "subnetIds": list(self.network.subnet_ids),
                "securityGroupIds": list(self.network.security_group_ids),
            }
        # Nothing if there are none: they are known when aspects have been applied.
        job["tags"] = self.tags
        return job


def declare(
    job: Construct, properties: dict[str, Any], bill: Bill, needs: Sequence[IDependable], told_by: Sequence[CfnResource]
) -> CfnResource:
    """Declare the resource of a job, and tell what the job takes at most.

    :param needs: what is made before the job, and deleted after it.
    :param told_by: the same, for what tells how a run ends. The user's topic is among what it needs.
    """
    resource = CfnResource(job, "Resource", type=RESOURCE_TYPE, properties=properties)
    # Each use of resource.node is a call to the kernel.
    node = resource.node
    node.add_dependency(*needs, *told_by)
    for first in told_by:
        watch_cycles(resource, first)
    bill.tell(node)
    return resource


def job_bytes(
    view: StackView, path: str, properties: dict[str, Any], tags: list[dict[str, str]], role: Sequence[Statement]
) -> int:
    """About what a job takes of its stack's template. Tags by `Tags.of` and names of exports are not counted.

    :param path: of the job in the construct tree; metadata and logical ids are made of it.
    :param tags: those that are known.
    :param role: the policy of a role of its own; empty if it has none.
    """
    # The role's ARN is a new token for each job: its length is known without asking what it means.
    known = {**properties, "Job": {**properties["Job"], "roleArn": "", "tags": tags}}
    size = template_bytes(view, known) + _FRAME_BYTES + 4 * len(path) + _TOLD_BYTES * ("Outcome" in properties)
    return size + template_bytes(view, role) + _ROLE_FRAME_BYTES + 2 * len(path) if role else size


def _location(location: S3Location) -> dict[str, str]:
    return {"s3Uri": location.uri, "s3BucketOwner": location.bucket_owner}
