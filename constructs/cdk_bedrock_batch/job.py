"""A batch inference job as a declared resource."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from aws_cdk import CfnResource, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk_bedrock_batch import _limits, _options
from cdk_bedrock_batch._location import S3Location, folder_key
from cdk_bedrock_batch._resource import RESOURCE_TYPE, JobResource
from cdk_bedrock_batch._text import attribute
from cdk_bedrock_batch.handler import BatchHandler
from cdk_bedrock_batch.invocation_type import InvocationType
from cdk_bedrock_batch.job_gate import JobGate
from cdk_bedrock_batch.on_removal import OnRemoval
from cdk_bedrock_batch.service_role import create_service_role, service_role_statements
from cdk_bedrock_batch.storage import BatchStorage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import Duration
    from aws_cdk import aws_ec2 as ec2
    from constructs import IDependable

    from cdk_bedrock_batch.input import BoundInput, JobInput
    from cdk_bedrock_batch.model import BatchModel


class ModelInvocationJob(Construct):
    """One run of a model over many records: deploying the stack starts it, removing it from the stack stops it.

    A deployment starts a paid job when the job is new or when its model, invocation type, input, output location or
    `run_id` changed, and no job otherwise. It does not wait for the job to finish, which takes from minutes to days.

    A job costs two of a stack's 500 resources and 4,000 bytes of its template's megabyte, with the context value
    `@aws-cdk/core:suppressTemplateIndentation` of the app set to true (without it, up to half as many again).
    """

    job_arn: str
    """ARN of the job that the last deployment declared."""
    job_id: str
    """The last 12 characters of the ARN."""
    job_name: str
    """Name of the job: the prefix and a tail that tells runs apart."""
    output_uri: str
    """S3 URI, with a final slash, under which this run's answers and `manifest.json.out` arrive."""
    service_role: iam.IRole
    """The role that Amazon Bedrock takes on to run the job."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        model: BatchModel,
        input: JobInput,  # noqa: A002 - the word of the API, whose names the options keep
        storage: BatchStorage | None = None,
        invocation_type: InvocationType = InvocationType.INVOKE_MODEL,
        timeout: Duration | None = None,
        run_id: str = "1",
        tags: Mapping[str, str] | None = None,
        job_name_prefix: str | None = None,
        output_prefix: str | None = None,
        gate: JobGate = JobGate.SUBMITTED,
        gate_timeout: Duration | None = None,
        on_removal: OnRemoval = OnRemoval.STOP,
        adopt_job_arn: str | None = None,
        service_role: iam.IRole | None = None,
        vpc: ec2.IVpc | None = None,
        subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
    ) -> None:
        """Declare the job.

        :param model: what to run.
        :param input: the records.
        :param storage: where the answers go. Default: one `BatchStorage` that the jobs of the stack share.
        :param invocation_type: form of each record's `modelInput`. Default: `INVOKE_MODEL`.
        :param timeout: 24 to 168 whole hours after which the job ends, finished or not. Default: the service's own.
        :param run_id: any text; another one runs the same work again. Default: "1".
        :param tags: up to 200 tags of the job; they are changed in place. Default: none.
        :param job_name_prefix: 1 to 40 letters, digits and hyphens, of which the first is no hyphen. Default: made of
            `construct_id`.
        :param output_prefix: folder in the output bucket; the job makes a folder of its own in it. Default: made of
            `construct_id` and the construct's address, so that no two jobs of an app share one.
        :param gate: how far the job must be before the deployment goes on. Default: `SUBMITTED`.
        :param gate_timeout: how long a deployment waits for `VALIDATED` at most, 1 second to 12 minutes; after that it
            goes on and says so. Default: 10 minutes.
        :param on_removal: what becomes of the job when it leaves the stack or is replaced. Default: `STOP`.
        :param adopt_job_arn: a job that exists already, to be taken under the stack's care instead of starting one. It
            must be what is declared here: model, invocation type, input, output and output key; the deployment fails
            otherwise and names what differs. May be left out again later. Default: none.
        :param service_role: a role that Amazon Bedrock may take on. The job's policy is added to it, unless it does not
            take policies. Default: a new role for this run alone, with its policies inside; it goes when the run is
            replaced, so that an update never takes rights from a running job.
        :param vpc: network from which the job reaches S3 (through an S3 gateway endpoint, if it has no internet
            access). Default: none.
        :param subnets: 1 to 16 subnets of `vpc`; better one in each zone. Default: the VPC's private subnets with a way
            out.
        :param security_groups: 1 to 5 security groups; needed with `vpc`, since the API has no default.
        :raises ValueError: a value that CreateModelInvocationJob would not accept.
        """
        super().__init__(scope, construct_id)
        name = _options.clean_name(construct_id)
        if job_name_prefix is None:
            job_name_prefix = name[: _limits.JOB_NAME_PREFIX_LENGTH].rstrip("-")
        if output_prefix is None:
            output_prefix = f"{name}-{self.node.addr[-8:]}"
        _options.check_job_name_prefix(job_name_prefix)
        _options.check_run_id(run_id)
        output_folder = folder_key("output_prefix", output_prefix)
        timeout_hours = _options.whole_hours(timeout)
        tag_list = _options.tag_list(tags or {})
        gate_seconds = _options.gate_seconds(gate, gate_timeout)
        _options.check_job_arn("adopt_job_arn", adopt_job_arn)
        network = _options.network(vpc, subnets, security_groups)

        storage = storage or BatchStorage.of_stack(self)
        source = input.bind(self)
        output_key = storage.output_key
        _warn_of_foreign_key(self, output_key)
        output = S3Location.in_bucket(
            self,
            storage.output_bucket,
            key=output_folder,
            bucket_owner=storage.output_bucket.env.account,
            encryption_key=output_key,
        )
        output_key_arn = None if output_key is None else attribute(self, output_key, "Arn", output_key.key_arn)
        handler = BatchHandler.of_stack(self)
        handler.allow_models(model.all_arns())
        statements = service_role_statements(self, model=model, source=source.location, output=output, network=network)
        if service_role is None:
            self.service_role = create_service_role(
                self,
                _role_id(self, model, source, output, output_key_arn),
                statements,
                # A job that is left running needs its role to the end.
                outlives_stack=on_removal is OnRemoval.LEAVE_RUNNING,
            )
            policies: list[IDependable] = [self.service_role]
        else:
            self.service_role = service_role
            policies = _add_to_role(self, service_role, statements)
            handler.allow_role(service_role.role_arn)

        resource = CfnResource(
            self,
            "Resource",
            type=RESOURCE_TYPE,
            properties=JobResource(
                service_token=handler.service_token,
                model=model,
                invocation_type=InvocationType(invocation_type),
                role_arn=attribute(self, self.service_role, "Arn", self.service_role.role_arn),
                source=source,
                output=output,
                output_key_arn=output_key_arn,
                timeout_hours=timeout_hours,
                network=network,
                tags=tag_list,
                job_name_prefix=job_name_prefix,
                run_id=run_id,
                gate=gate,
                gate_seconds=gate_seconds,
                on_removal=on_removal,
                adopt_job_arn=adopt_job_arn,
            ).properties(),
        )
        # All of these must outlive the job: a deletion stops it first, while it can still read, write and decrypt. The
        # keys need no mention: the resource names the output's, and the role both.
        resource.node.add_dependency(*policies, *source.dependencies, storage.output_bucket)

        self.job_arn = resource.ref
        self.job_id = resource.get_att("JobId").to_string()
        self.job_name = resource.get_att("JobName").to_string()
        self.output_uri = f"{output.uri}{self.job_id}/"


def _role_id(
    scope: Construct, model: BatchModel, source: BoundInput, output: S3Location, output_key_arn: str | None
) -> str:
    """Name a run's role after what its rights follow from: another run, another role.

    Were it one role for all runs of a job, an update would take the running job's rights away before it is known
    whether the new job takes its place, and a rollback would keep a job that has failed meanwhile.
    """
    rights = [model.model_id, source.digest or source.location.uri, output.uri, output_key_arn]
    resolved = json.dumps(Stack.of(scope).resolve(rights), sort_keys=True)
    return f"ServiceRole{hashlib.sha256(resolved.encode()).hexdigest()[:8]}"


def _warn_of_foreign_key(scope: Construct, key: kms.IKey | None) -> None:
    if key is not None and not isinstance(key, kms.Key):
        Validations.of(scope).add_warning(
            "cdk-bedrock-batch:imported-key",
            f"the policy of the key {key.key_arn} cannot be changed from here; it must let this account's IAM "
            "policies, or the job's service role, use kms:Decrypt and kms:GenerateDataKey through S3",
        )


def _add_to_role(scope: Construct, role: iam.IRole, statements: Sequence[iam.PolicyStatement]) -> list[IDependable]:
    added = [role.add_to_principal_policy(statement) for statement in statements]
    # CDK's immutable roles answer that they took the statement, so the policy itself is looked for.
    if not any(isinstance(child, iam.Policy) for child in role.node.find_all()):
        needed = json.dumps(Stack.of(scope).resolve([statement.to_statement_json() for statement in statements]))
        Validations.of(scope).add_warning(
            "cdk-bedrock-batch:immutable-role",
            f"the service role takes no policies from here; these statements must be in its policies: {needed}",
        )
    return [role, *(result.policy_dependable for result in added if result.policy_dependable is not None)]
