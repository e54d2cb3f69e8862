"""The network of a job that reaches S3 through a VPC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from aws_cdk import Token
from aws_cdk import aws_iam as iam

from cdk_bedrock_batch import _actions
from cdk_bedrock_batch._text import pseudo

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2

_S3_ENDPOINT_ID: Final = "BedrockBatchS3Endpoint"
_EC2_ARN: Final = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:"


@dataclass(frozen=True, slots=True)
class JobNetwork:
    """`vpcConfig` of a job."""

    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]

    def statements(self, job_arns: str) -> list[iam.PolicyStatement]:
        """What the job's role needs, as the page on batch inference in a VPC of the Amazon Bedrock user guide says.

        :param job_arns: pattern of the jobs' ARNs, with pseudo parameters.
        """
        jobs = pseudo(job_arns)
        subnets = [_ec2_arn("subnet", subnet) for subnet in self.subnet_ids]
        groups = [_ec2_arn("security-group", group) for group in self.security_group_ids]
        interfaces = _ec2_arn("network-interface", "*")
        return [
            iam.PolicyStatement(actions=[*_actions.DESCRIBE_NETWORK], resources=["*"]),
            iam.PolicyStatement(
                actions=[*_actions.CREATE_INTERFACE],
                resources=[interfaces, *subnets, *groups],
                conditions={
                    "StringEquals": {"aws:RequestTag/BedrockManaged": "true"},
                    "ArnEquals": {"aws:RequestTag/BedrockModelInvocationJobArn": jobs},
                },
            ),
            iam.PolicyStatement(
                actions=[*_actions.MANAGE_INTERFACE],
                resources=["*"],
                conditions={
                    "StringEquals": {"ec2:Subnet": subnets},
                    "ArnEquals": {"ec2:ResourceTag/BedrockModelInvocationJobArn": jobs},
                },
            ),
            iam.PolicyStatement(
                actions=[*_actions.TAG_INTERFACE],
                resources=[interfaces],
                conditions={
                    "StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"},
                    "ForAllValues:StringEquals": {"aws:TagKeys": ["BedrockManaged", "BedrockModelInvocationJobArn"]},
                },
            ),
        ]


def _ec2_arn(kind: str, name: str) -> str:
    # A token cannot stand inside an Fn::Sub, only beside one.
    head = f"{_EC2_ARN}{kind}/"
    return pseudo(head) + name if Token.is_unresolved(name) else pseudo(head + name)


def s3_endpoint(vpc: ec2.IVpc, subnets: ec2.SubnetSelection | None) -> ec2.GatewayVpcEndpoint:
    """The S3 gateway endpoint that jobs in a VPC share; made when the first of them asks, for the subnets it is in."""
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - takes seconds, and only jobs in a VPC need it

    found = vpc.node.try_find_child(_S3_ENDPOINT_ID)
    if found is not None:
        return cast("ec2.GatewayVpcEndpoint", found)
    return vpc.add_gateway_endpoint(
        _S3_ENDPOINT_ID,
        service=ec2.GatewayVpcEndpointAwsService.S3,
        subnets=None if subnets is None else [subnets],
    )
