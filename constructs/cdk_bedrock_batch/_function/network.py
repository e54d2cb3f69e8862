"""The network of the function: subnets, security groups, and the endpoints of what it calls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

from cdk_bedrock_batch._iam import Statement, actions, allow, ec2_arn, s3_endpoint, subnet_ids
from cdk_bedrock_batch._template import pseudo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_ec2 as ec2
    from constructs import Construct

# What the function calls, besides S3. CloudWatch Logs and X-Ray get their data from Lambda, AWS KMS from S3.
_SERVICES: Final = {"BedrockBatchBedrockEndpoint": "BEDROCK", "BedrockBatchCloudFormationEndpoint": "CLOUDFORMATION"}


@dataclass(frozen=True)
class FunctionNetwork:
    """Where the function runs."""

    vpc: ec2.IVpc
    subnets: ec2.SubnetSelection | None
    security_groups: tuple[ec2.ISecurityGroup, ...]

    @cached_property
    def subnet_ids(self) -> list[str]:
        """Ids of the subnets."""
        return subnet_ids(self.vpc, self.subnets)

    def statements(self) -> list[Statement]:
        """The statements for the function's role, from the developer guide's page on functions in a VPC.

        Lambda uses these rights. The last statement denies them to the code of the function.
        """
        subnets = [ec2_arn("subnet", subnet) for subnet in self.subnet_ids]
        groups = [ec2_arn("security-group", group.security_group_id) for group in self.security_groups]
        interfaces = ec2_arn("network-interface", "*")
        of_code = pseudo.substituted("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:*")
        return [
            allow(actions.DESCRIBE_INTERFACE, ["*"]),
            allow(actions.CREATE_INTERFACE, [interfaces, *subnets, *groups]),
            allow(actions.ADDRESS_INTERFACE, [interfaces]),
            # Lambda requires this action on all kinds of resources.
            allow(actions.DELETE_INTERFACE, [ec2_arn("*", "*")]),
            {
                **allow(
                    (
                        *actions.DESCRIBE_INTERFACE,
                        *actions.CREATE_INTERFACE,
                        *actions.ADDRESS_INTERFACE,
                        *actions.DELETE_INTERFACE,
                    ),
                    ["*"],
                    {"ArnLike": {"lambda:SourceFunctionArn": of_code}},
                ),
                "Effect": "Deny",
            },
        ]

    def add_endpoints(self) -> list[ec2.IVpcEndpoint]:
        """Make what a function without a way to the internet needs, or let it use what another function made."""
        return [*(self._endpoint(*each) for each in _SERVICES.items()), s3_endpoint(self.vpc, self.subnets)]

    def _endpoint(self, construct_id: str, service: str) -> ec2.InterfaceVpcEndpoint:
        from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - takes seconds, and only functions in a VPC need it

        endpoint = cast("ec2.InterfaceVpcEndpoint | None", self.vpc.node.try_find_child(construct_id))
        if endpoint is None:
            endpoint = self.vpc.add_interface_endpoint(
                construct_id,
                service=getattr(ec2.InterfaceVpcEndpointAwsService, service),
                subnets=self.subnets,
                # Only functions get in, not all of the VPC.
                open=False,
            )
        for group in self.security_groups:
            # In this direction CDK puts both rules into the stack of the group, not into the one of the VPC.
            group.connections.allow_to_default_port(endpoint)
        return endpoint


def function_network(
    scope: Construct,
    vpc: ec2.IVpc | None,
    subnets: ec2.SubnetSelection | None,
    security_groups: Sequence[ec2.ISecurityGroup] | None,
) -> FunctionNetwork | None:
    """Return the network of the function, or None if it has no VPC.

    :raises ValueError: subnets or security groups without a VPC, or no security group at all.
    """
    if vpc is None:
        if subnets is not None or security_groups is not None:
            raise ValueError("subnets and security_groups need vpc")
        return None
    if security_groups is not None and not security_groups:
        raise ValueError("security_groups must not be empty; leave it out for a new security group")
    return FunctionNetwork(vpc, subnets, tuple(security_groups or [_only_https(scope, vpc)]))


def _only_https(scope: Construct, vpc: ec2.IVpc) -> ec2.SecurityGroup:
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - see above

    group = ec2.SecurityGroup(
        scope,
        "SecurityGroup",
        vpc=vpc,
        description="The function that starts and stops Amazon Bedrock batch inference jobs",
        allow_all_outbound=False,
    )
    for anywhere in (ec2.Peer.any_ipv4(), ec2.Peer.any_ipv6()):
        group.add_egress_rule(anywhere, ec2.Port.tcp(443), "APIs of AWS and the response URLs of CloudFormation")
    return group
