"""The role that Amazon Bedrock takes on to run one job, and what it may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam

from cdk_bedrock_batch import _actions
from cdk_bedrock_batch._acknowledge import acknowledge_wildcards
from cdk_bedrock_batch._text import attribute, pseudo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aws_cdk import aws_kms as kms
    from constructs import Construct

    from cdk_bedrock_batch._location import S3Location
    from cdk_bedrock_batch._network import JobNetwork
    from cdk_bedrock_batch.model import BatchModel

# IAM is global: the Region keeps two deployments of one stack name apart, the stack name keeps the handler of one from
# passing the roles of another.
ROLE_PATH: Final = "/cdk-bedrock-batch/${AWS::Region}/${AWS::StackName}/"
BEDROCK: Final = "bedrock.amazonaws.com"
JOB_ARNS: Final = "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:model-invocation-job/*"
_WILDCARD_REASONS: Final = {
    "s3": "The job reads and writes every object under its own prefixes, and no other",
    "bedrock": "A geographic inference profile routes to any of its Regions; the condition names the profile",
    "ec2": "The service makes the network interfaces; its user guide prescribes these statements",
}


def create_service_role(
    scope: Construct, construct_id: str, statements: Sequence[iam.PolicyStatement], *, outlives_stack: bool
) -> iam.Role:
    """Make a role with its whole policy inside, that only batch inference jobs of the stack's account and Region can
    take on.
    """
    role = iam.Role(
        scope,
        construct_id,
        path=pseudo(ROLE_PATH),
        assumed_by=iam.ServicePrincipal(
            BEDROCK,
            conditions={
                "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                "ArnLike": {"aws:SourceArn": pseudo(JOB_ARNS)},
            },
        ),
        inline_policies={"BatchInference": iam.PolicyDocument(statements=[*statements], minimize=False)},
    )
    if outlives_stack:
        role.apply_removal_policy(RemovalPolicy.RETAIN)
    acknowledge_wildcards(
        role,
        {
            resource: _WILDCARD_REASONS[service]
            for statement in statements
            if (service := statement.actions[0].partition(":")[0]) in _WILDCARD_REASONS
            for resource in statement.resources
        },
    )
    return role


def service_role_statements(
    scope: Construct,
    *,
    model: BatchModel,
    source: S3Location,
    output: S3Location,
    network: JobNetwork | None,
) -> list[iam.PolicyStatement]:
    """Everything that a job's role needs, and nothing else.

    S3 and KMS as the page "Create a custom service role for batch inference" of the Amazon Bedrock user guide lists
    them; the network statements as its page on batch inference in a VPC.
    """
    return [
        _use_objects(source, _actions.READ_OBJECTS),
        _use_objects(output, _actions.WRITE_OBJECTS),
        _list_buckets(source, output),
        *_use_keys(scope, source.encryption_key, output.encryption_key),
        *model.invoke_statements(),
        *(network.statements(JOB_ARNS) if network else ()),
    ]


def _use_objects(location: S3Location, actions: Iterable[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=[*actions],
        resources=[location.objects_arn],
        conditions={"StringEquals": {"aws:ResourceAccount": location.bucket_owner}},
    )


def _list_buckets(*locations: S3Location) -> iam.PolicyStatement:
    # A statement of its own: s3:prefix exists for list calls only, so beside GetObject it would deny every read. One
    # for both buckets, for the sake of the template's size.
    prefixes = list(dict.fromkeys(prefix for location in locations for prefix in location.list_prefixes))
    owners = list(dict.fromkeys(location.bucket_owner for location in locations))
    return iam.PolicyStatement(
        actions=[*_actions.LIST_BUCKET],
        resources=list(dict.fromkeys(location.rendered_bucket_arn for location in locations)),
        conditions={
            "StringEquals": {"aws:ResourceAccount": owners if len(owners) > 1 else owners[0]},
            "StringLike": {"s3:prefix": prefixes},
        },
    )


def _use_keys(scope: Construct, input_key: kms.IKey | None, output_key: kms.IKey | None) -> list[iam.PolicyStatement]:
    statements = []
    if input_key and not (output_key and input_key.key_arn == output_key.key_arn):
        statements.append(_use_key(scope, input_key, _actions.DECRYPT))
    if output_key:
        statements.append(_use_key(scope, output_key, _actions.ENCRYPT))
    return statements


def _use_key(scope: Construct, key: kms.IKey, actions: Iterable[str]) -> iam.PolicyStatement:
    through_s3 = pseudo("s3.${AWS::Region}.${AWS::URLSuffix}")
    return iam.PolicyStatement(
        actions=[*actions],
        resources=[attribute(scope, key, "Arn", key.key_arn)],
        conditions={"StringEquals": {"kms:ViaService": through_s3}},
    )
