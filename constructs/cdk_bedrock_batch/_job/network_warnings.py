"""Warnings of a network in which a job cannot reach S3; what is imported is not known and not warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import jsii
from aws_cdk import Aspects, IAspect, Stack, Validations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_ec2 as ec2
    from constructs import Construct, IConstruct

# What CDK writes into a security group that lets nothing out.
_NOWHERE: Final = "255.255.255.255/32"


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
    """Paths of subnets that are declared in the app without a way to S3."""
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - takes seconds, and only jobs in a VPC need it

    if not isinstance(vpc, ec2.Vpc):
        return
    declared = vpc.node.root.node.find_all()
    vpc_id = _told(vpc, vpc.vpc_id)
    for endpoint in (each for each in declared if isinstance(each, ec2.CfnVPCEndpoint)):
        if ".s3" in str(_told(endpoint, endpoint.service_name)) and _told(endpoint, endpoint.vpc_id) == vpc_id:
            return
    gateways = [_told(each, each.ref) for each in declared if isinstance(each, ec2.CfnInternetGateway)]
    routed = [
        _told(route, route.route_table_id)
        for route in declared
        if isinstance(route, ec2.CfnRoute) and _told(route, route.gateway_id) not in gateways
    ]
    for subnet in (*vpc.public_subnets, *vpc.private_subnets, *vpc.isolated_subnets):
        if subnet.subnet_id in subnet_ids and _told(subnet, subnet.route_table.route_table_id) not in routed:
            yield subnet.node.path


def _lets_nothing_out(group: ec2.ISecurityGroup) -> bool:
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - see above

    element = group.node.default_child
    if not isinstance(element, ec2.CfnSecurityGroup):
        return False
    rules = _told(element, element.security_group_egress) or []
    return bool(rules) and all(rule.get("cidrIp") == _NOWHERE for rule in rules)


def _told(scope: IConstruct, value: object) -> Any:
    return Stack.of(scope).resolve(value)
