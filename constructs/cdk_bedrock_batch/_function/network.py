"""The network of the function: subnets, security groups, and the endpoints of what it calls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from cdk_bedrock_batch._iam import Statement, actions, allow, check_network, ec2_arn, subnet_ids
from cdk_bedrock_batch._network import interface_endpoint, s3_endpoints
from cdk_bedrock_batch._template import pseudo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_ec2 as ec2
    from constructs import Construct

# What the function calls, besides S3. CloudWatch Logs and X-Ray get their data from Lambda, AWS KMS from S3.
_SERVICES: Final = {"bedrock": "BedrockBatchBedrockEndpoint", "cloudformation": "BedrockBatchCloudFormationEndpoint"}


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
        """Make what a function without a way to the internet needs. What the app has already is used."""
        endpoints: list[ec2.IVpcEndpoint] = []
        for service, construct_id in _SERVICES.items():
            endpoint = interface_endpoint(self.vpc, self.subnets, service=service, construct_id=construct_id)
            for group in self.security_groups:
                # In this direction CDK puts both rules into the stack of the group, not into the one of the VPC.
                group.connections.allow_to_default_port(endpoint)
            endpoints.append(endpoint)
        return [*endpoints, *s3_endpoints(self.vpc, self.subnets)]


def function_network(
    scope: Construct,
    vpc: ec2.IVpc | None,
    subnets: ec2.SubnetSelection | None,
    security_groups: Sequence[ec2.ISecurityGroup] | None,
) -> FunctionNetwork | None:
    """Return the network of the function, or None if it has no VPC.

    :raises ValueError: subnets or security groups without a VPC, too many or too few of them, or public subnets.
    """
    if vpc is None:
        if subnets is not None or security_groups is not None:
            raise ValueError("subnets and security_groups need vpc")
        return None
    groups = [_only_https(scope, vpc)] if security_groups is None else security_groups
    network = FunctionNetwork(vpc, subnets, tuple(groups))
    check_network(network.subnet_ids, [group.security_group_id for group in groups])
    public = {subnet.subnet_id: subnet.node.path for subnet in vpc.public_subnets}
    if found := [public[each] for each in network.subnet_ids if each in public]:
        raise ValueError(
            "subnets must be private or isolated ones, since a function gets no public address in a public one, got "
            f"{', '.join(found)}"
        )
    return network


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
