"""What is certain of a network that is declared in the app; what is imported is not known.

CDK does not show overrides (`add_property_override`): the answers go by what is under them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import CfnResource, Stack

from cdk_bedrock_batch._template import AskedOnce

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_ec2 as ec2
    from constructs import IConstruct

# What CDK writes into a security group that lets nothing out.
_NOWHERE: Final = "255.255.255.255/32"
# A reference to anything but a pseudo parameter, or an import: what it stands for is not known.
_PARAMETER: Final = re.compile(r'"Ref": "(?!AWS::)|"Fn::(?!Join)')
_LOGICAL_ID: Final = re.compile(r'"(?:Ref": |Fn::GetAtt": \[)"([^"]+)"')
_EGRESS: Final = "AWS::EC2::SecurityGroupEgress"
# What gives a subnet a way to a service, perhaps.
_WAYS: Final = (
    "AWS::EC2::Route",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::VPNGatewayRoutePropagation",
)


class _Declared(AskedOnce["IConstruct"]):
    """What an app declares of networks. It is looked for once in each synthesis, not once for each job."""

    def __init__(self, root: IConstruct) -> None:
        """Keep the root of an app. Callers use `of`."""
        super().__init__(root)
        self.answers: dict[tuple[str, tuple[str, ...], str], Sequence[str]] = {}
        self._looked: set[str] = set()
        self._constructs: list[IConstruct] | None = None

    def begin(self, path: str) -> None:
        """Forget what an earlier synthesis found: it has looked at this job or function already."""
        if path in self._looked:
            self._looked.clear()
            self.answers.clear()
            self._constructs = None
        self._looked.add(path)

    @property
    def constructs(self) -> list[IConstruct]:
        if self._constructs is None:
            from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - takes seconds, and only jobs in a VPC need it

            kinds = (
                ec2.CfnInternetGateway,
                ec2.CfnRoute,
                ec2.CfnSecurityGroupEgress,
                ec2.CfnSubnetRouteTableAssociation,
                ec2.CfnVPCEndpoint,
                ec2.CfnVPNGatewayRoutePropagation,
            )
            found = self.construct.node.find_all()
            self._constructs = [each for each in found if isinstance(each, kinds) or _is_raw(each, *_WAYS, _EGRESS)]
        return self._constructs


def begin(scope: IConstruct) -> None:
    """Say that the network of a job or a function is looked at, which each synthesis does once."""
    _Declared.of(scope.node.root).begin(scope.node.path)


def cut_off(vpc: ec2.IVpc, subnet_ids: Sequence[str], service: str) -> Sequence[str]:
    """Paths of subnets that are declared in the app and certainly have no way to a service.

    :param service: the end of its endpoint's name, such as `s3`.
    """
    declared = _Declared.of(vpc.node.root)
    asked = (vpc.node.path, tuple(subnet_ids), service)
    if asked not in declared.answers:
        declared.answers[asked] = list(_cut_off(declared.constructs, vpc, subnet_ids, service))
    return declared.answers[asked]


def _cut_off(declared: Sequence[IConstruct], vpc: ec2.IVpc, subnet_ids: Sequence[str], service: str) -> Iterator[str]:
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - see above

    if not isinstance(vpc, ec2.Vpc):
        return
    endpoints = [_tables_of(each, vpc) for each in declared if _may_be_endpoint(each, vpc, service)]
    if not all(endpoints):
        return
    routed = set().union(*endpoints, _routed(declared))
    associated = [
        (_named(each, each.subnet_id), _named(each, each.route_table_id))
        for each in declared
        if isinstance(each, ec2.CfnSubnetRouteTableAssociation)
    ]
    for subnet in (*vpc.public_subnets, *vpc.private_subnets, *vpc.isolated_subnets):
        its = _named(subnet, subnet.subnet_id)
        # What routes a table has that is not declared in the app is not known.
        tables = [table for subnets, table in associated if subnets & its]
        if subnet.subnet_id in subnet_ids and not any(not table or table & routed for table in tables):
            yield subnet.node.path


def _routed(declared: Sequence[IConstruct]) -> set[str]:
    """The route tables with a route that is not to an internet gateway."""
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - see above

    gateways = [_told(each, each.ref) for each in declared if isinstance(each, ec2.CfnInternetGateway)]
    found: set[str] = set()
    for each in declared:
        if isinstance(each, ec2.CfnRoute) and _told(each, each.gateway_id) not in gateways:
            found |= _named(each, each.route_table_id)
        elif isinstance(each, ec2.CfnVPNGatewayRoutePropagation):
            found |= _named(each, each.route_table_ids)
    return found


def _tables_of(endpoint: IConstruct, vpc: ec2.Vpc) -> set[str]:
    """The route tables that a gateway endpoint serves; empty for what may serve all of its VPC."""
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - see above

    if not isinstance(endpoint, ec2.CfnVPCEndpoint) or endpoint.vpc_endpoint_type != "Gateway":
        return set()
    if Stack.of(endpoint) is not Stack.of(vpc):
        # There the tables have other names.
        return set()
    tables = _told(endpoint, endpoint.route_table_ids)
    listed = [_named(endpoint, each) for each in tables] if isinstance(tables, list) else []
    return set().union(*listed) if all(len(each) == 1 for each in listed) else set()


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
    for each in _Declared.of(group.node.root).constructs:
        if isinstance(each, ec2.CfnSecurityGroupEgress) or _is_raw(each, _EGRESS):
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
