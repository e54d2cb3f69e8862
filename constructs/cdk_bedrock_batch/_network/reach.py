"""What is certain of a network that is declared in the app; what is imported is not known.

CDK does not show overrides (`add_property_override`): the answers go by what is under them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import CfnResource, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_ec2 as ec2
    from constructs import IConstruct

# What CDK writes into a security group that lets nothing out.
_NOWHERE: Final = "255.255.255.255/32"
# A reference to anything but a pseudo parameter, or an import: what it stands for is not known.
_PARAMETER: Final = re.compile(r'"Ref": "(?!AWS::)|"Fn::(?!Join)')
_LOGICAL_ID: Final = re.compile(r'"(?:Ref": |Fn::GetAtt": \[)"([^"]+)"')
# What gives a subnet a way to a service, perhaps.
_WAYS: Final = (
    "AWS::EC2::Route",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::VPNGatewayRoutePropagation",
)


def cut_off(vpc: ec2.IVpc, subnet_ids: Sequence[str], service: str) -> Iterator[str]:
    """Paths of subnets that are declared in the app and certainly have no way to a service.

    :param service: the end of its endpoint's name, such as `s3`.
    """
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - takes seconds, and only jobs in a VPC need it

    if not isinstance(vpc, ec2.Vpc):
        return
    declared = vpc.node.root.node.find_all()
    if any(_may_be_endpoint(each, vpc, service) for each in declared):
        return
    gateways = [_told(each, each.ref) for each in declared if isinstance(each, ec2.CfnInternetGateway)]
    routed: set[str] = set()
    associated: list[tuple[set[str], set[str]]] = []
    for each in declared:
        if isinstance(each, ec2.CfnRoute) and _told(each, each.gateway_id) not in gateways:
            routed |= _named(each, each.route_table_id)
        elif isinstance(each, ec2.CfnVPNGatewayRoutePropagation):
            routed |= _named(each, each.route_table_ids)
        elif isinstance(each, ec2.CfnSubnetRouteTableAssociation):
            associated.append((_named(each, each.subnet_id), _named(each, each.route_table_id)))
    for subnet in (*vpc.public_subnets, *vpc.private_subnets, *vpc.isolated_subnets):
        its = _named(subnet, subnet.subnet_id)
        # What routes a table has that is not declared in the app is not known.
        tables = [table for subnets, table in associated if subnets & its]
        if subnet.subnet_id in subnet_ids and not any(not table or table & routed for table in tables):
            yield subnet.node.path


def _may_be_endpoint(construct: IConstruct, vpc: ec2.Vpc, service: str) -> bool:
    """Whether a construct may be a way from a VPC to a service, as far as can be seen."""
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - see above

    if not isinstance(construct, ec2.CfnVPCEndpoint):
        return _is_raw(construct, *_WAYS)
    name = json.dumps(_told(construct, construct.service_name))
    if not re.search(rf"\.{service}(?![\w-])", name) and not _PARAMETER.search(name):
        return False
    if construct.vpc_id == vpc.vpc_id or Stack.of(construct) is not Stack.of(vpc):
        return True
    its = _told(construct, construct.vpc_id)
    return bool(its == _told(vpc, vpc.vpc_id)) or "Ref" not in its


def lets_nothing_out(group: ec2.ISecurityGroup) -> bool:
    """Whether a security group certainly allows no outbound traffic."""
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - see above

    element = group.node.default_child
    if not isinstance(element, ec2.CfnSecurityGroup):
        return False
    rules = _told(element, element.security_group_egress)
    if not isinstance(rules, list) or not rules:
        return False
    for each in group.node.root.node.find_all():
        if isinstance(each, ec2.CfnSecurityGroupEgress) or _is_raw(each, "AWS::EC2::SecurityGroupEgress"):
            # A rule of its own, perhaps of this group.
            return False
    return all(isinstance(rule, dict) and rule.get("cidrIp") == _NOWHERE for rule in rules)


def _is_raw(construct: IConstruct, *types: str) -> bool:
    """Whether a construct is of one of these types without a class of its own. It does not show its properties."""
    return (
        isinstance(construct, CfnResource) and type(construct) is CfnResource and construct.cfn_resource_type in types
    )


def _named(scope: IConstruct, value: object) -> set[str]:
    """The logical ids in a value, however it refers to them."""
    return set(_LOGICAL_ID.findall(json.dumps(_told(scope, value))))


def _told(scope: IConstruct, value: object) -> Any:
    return Stack.of(scope).resolve(value)
