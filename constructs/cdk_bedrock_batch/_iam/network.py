"""The network of a job that reaches S3 through a VPC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedrock_batch import limits
from cdk_bedrock_batch._checks import has_token
from cdk_bedrock_batch._iam import actions
from cdk_bedrock_batch._iam.arns import JOB_ARNS
from cdk_bedrock_batch._iam.statement import Statement, allow
from cdk_bedrock_batch._network import selected
from cdk_bedrock_batch._template import pseudo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_ec2 as ec2


@dataclass(frozen=True, slots=True)
class JobNetwork:
    """`vpcConfig` of a job."""

    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]

    def statements(self) -> list[Statement]:
        """The statements for the job's role, from the user guide's page on batch inference in a VPC."""
        subnets = [ec2_arn("subnet", subnet) for subnet in self.subnet_ids]
        groups = [ec2_arn("security-group", group) for group in self.security_group_ids]
        interfaces = ec2_arn("network-interface", "*")
        return [
            allow(actions.DESCRIBE_NETWORK, ["*"]),
            allow(
                actions.CREATE_INTERFACE,
                [interfaces, *subnets, *groups],
                {
                    "StringEquals": {"aws:RequestTag/BedrockManaged": "true"},
                    "ArnEquals": {"aws:RequestTag/BedrockModelInvocationJobArn": JOB_ARNS},
                },
            ),
            allow(
                actions.MANAGE_INTERFACE,
                ["*"],
                {
                    "StringEquals": {"ec2:Subnet": subnets},
                    "ArnEquals": {"ec2:ResourceTag/BedrockModelInvocationJobArn": JOB_ARNS},
                },
            ),
            allow(
                actions.TAG_INTERFACE,
                [interfaces],
                {
                    "StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"},
                    "ForAllValues:StringEquals": {"aws:TagKeys": ["BedrockManaged", "BedrockModelInvocationJobArn"]},
                },
            ),
        ]


def ec2_arn(kind: str, name: str) -> str:
    """The ARN of a resource of Amazon EC2 in the stack's account and Region."""
    # A token cannot stand inside an Fn::Sub, only beside one.
    head = f"arn:${{AWS::Partition}}:ec2:${{AWS::Region}}:${{AWS::AccountId}}:{kind}/"
    return pseudo.substituted(head) + name if has_token(name) else pseudo.substituted(head + name)


def network_of(
    vpc: ec2.IVpc | None,
    subnets: ec2.SubnetSelection | None,
    security_groups: Sequence[ec2.ISecurityGroup] | None,
) -> JobNetwork | None:
    """Return the subnets and security groups of a job, or None if it has no VPC.

    :raises ValueError: the options do not fit together, or there are too many or too few subnets or security groups.
    """
    if vpc is None:
        if subnets is not None or security_groups is not None:
            raise ValueError("subnets and security_groups need vpc")
        return None
    if not security_groups:
        raise ValueError("vpc needs security_groups: CreateModelInvocationJob has no default for them")
    group_ids = [group.security_group_id for group in security_groups]
    check_network(chosen := subnet_ids(vpc, subnets), group_ids)
    return JobNetwork(tuple(chosen), tuple(group_ids))


def check_network(subnet_ids: Sequence[str], security_group_ids: Sequence[str]) -> None:
    """Check the numbers of subnets and security groups, which are the same for jobs and for functions.

    :raises ValueError: there are too many or too few.
    """
    for option, ids, (low, high) in (
        ("subnets", subnet_ids, limits.SUBNETS),
        ("security_groups", security_group_ids, limits.SECURITY_GROUPS),
    ):
        if not low <= len(ids) <= high:
            raise ValueError(f"{option} must be {low} to {high}, got {len(ids)}")


def subnet_ids(vpc: ec2.IVpc, subnets: ec2.SubnetSelection | None) -> list[str]:
    """The ids of selected subnets; without a selection, of the private subnets with internet access."""
    return [subnet.subnet_id for subnet in selected(vpc, subnets)]
