"""Warnings of a network in which a job cannot reach S3; what is imported is not known and not warned of."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import jsii
from aws_cdk import Aspects, CfnResource, IAspect, Stack, Validations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_ec2 as ec2
    from constructs import Construct, IConstruct

# What CDK writes into a security group that lets nothing out.
_NOWHERE: Final = "255.255.255.255/32"
# A reference to anything but a pseudo parameter, or an import: what it stands for is not known.
_PARAMETER: Final = re.compile(r'"Ref": "(?!AWS::)|"Fn::(?!Join)')


def watch_network(
    job: Construct, vpc: ec2.IVpc, subnet_ids: Sequence[str], security_groups: Sequence[ec2.ISecurityGroup]
) -> None:
    """Look at the network of a job when the app is synthesized, with all that is added to it until then."""
    Aspects.of(job).add(_NetworkWarnings(job, vpc, subnet_ids, security_groups))


@jsii.implements(IAspect)
class _NetworkWarnings:
    def __init__(
        self, job: Construct, vpc: ec2.IVpc, subnet_ids: Sequence[str], security_groups: Sequence[ec2.ISecurityGroup]
    ) -> None:
        self._job = job
        self._vpc = vpc
        self._subnet_ids = subnet_ids
        self._security_groups = security_groups

    def visit(self, node: IConstruct) -> None:
        """Warn once, at the job itself."""
        if node is not self._job:
            return
        cut_off = list(_cut_off(self._vpc, self._subnet_ids))
        if cut_off:
            Validations.of(node).add_warning(
                "cdk-bedrock-batch:no-way-to-s3",
                f"the subnets {', '.join(cut_off)} have no way to S3: no S3 endpoint, and no route but one to an "
                "internet gateway, which needs a public address that the interfaces of a job do not get; the job fails "
                "unless there is one (add_s3_endpoint makes an endpoint)",
            )
        closed = [group.node.path for group in self._security_groups if _lets_nothing_out(group)]
        if len(closed) == len(self._security_groups):
            Validations.of(node).add_warning(
                "cdk-bedrock-batch:no-egress",
                f"the security groups {', '.join(closed)} let nothing out; the job fails unless one of them lets HTTPS "
                "out to S3",
            )


def _cut_off(vpc: ec2.IVpc, subnet_ids: Sequence[str]) -> Iterator[str]:
    """Paths of subnets that are declared in the app and certainly have no way to S3."""
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - takes seconds, and only jobs in a VPC need it

    if not isinstance(vpc, ec2.Vpc):
        return
    declared = vpc.node.root.node.find_all()
    if any(_may_be_endpoint(each, vpc) for each in declared):
        return
    gateways = [_told(each, each.ref) for each in declared if isinstance(each, ec2.CfnInternetGateway)]
    routed, tables = [], {}
    for each in declared:
        if isinstance(each, ec2.CfnRoute) and _told(each, each.gateway_id) not in gateways:
            routed.append(_told(each, each.route_table_id))
        elif isinstance(each, ec2.CfnVPNGatewayRoutePropagation):
            routed += _told(each, each.route_table_ids)
        elif isinstance(each, ec2.CfnSubnetRouteTableAssociation):
            tables[str(_told(each, each.subnet_id))] = _told(each, each.route_table_id)
    for subnet in (*vpc.public_subnets, *vpc.private_subnets, *vpc.isolated_subnets):
        if subnet.subnet_id in subnet_ids and tables.get(str(_told(subnet, subnet.subnet_id))) not in routed:
            yield subnet.node.path


def _may_be_endpoint(construct: IConstruct, vpc: ec2.Vpc) -> bool:
    """Whether a construct may be a way from a VPC to S3, as far as can be seen."""
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - see above

    if not isinstance(construct, ec2.CfnVPCEndpoint):
        # A resource of these types without a class of its own does not show its properties.
        return (
            isinstance(construct, CfnResource)
            and type(construct) is CfnResource
            and construct.cfn_resource_type in ("AWS::EC2::Route", "AWS::EC2::VPCEndpoint")
        )
    service = json.dumps(_told(construct, construct.service_name))
    if "s3" not in service and not _PARAMETER.search(service):
        return False
    if construct.vpc_id == vpc.vpc_id or Stack.of(construct) is not Stack.of(vpc):
        return True
    its = _told(construct, construct.vpc_id)
    return bool(its == _told(vpc, vpc.vpc_id)) or "Ref" not in its


def _lets_nothing_out(group: ec2.ISecurityGroup) -> bool:
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - see above

    element = group.node.default_child
    if not isinstance(element, ec2.CfnSecurityGroup):
        return False
    rules = _told(element, element.security_group_egress)
    if not isinstance(rules, list) or not rules:
        return False
    if any(isinstance(each, ec2.CfnSecurityGroupEgress) for each in group.node.root.node.find_all()):
        # Rules of their own, perhaps of this group.
        return False
    return all(isinstance(rule, dict) and rule.get("cidrIp") == _NOWHERE for rule in rules)


def _told(scope: IConstruct, value: object) -> Any:
    return Stack.of(scope).resolve(value)
