"""Warnings of a network from which a service cannot be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import jsii
from aws_cdk import Aspects, IAspect, Validations

from cdk_bedrock_batch._network.reach import begin, cut_off, lets_nothing_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_ec2 as ec2
    from constructs import Construct, IConstruct


@dataclass(frozen=True, slots=True)
class Needs:
    """What a network must reach."""

    services: Mapping[str, str]
    """The end of an endpoint's name, and the name of its service."""
    warning: str
    """The id of the warning that a service cannot be reached."""
    consequence: str
    way_out: str


JOB: Final = Needs({"s3": "S3"}, "no-way-to-s3", "the job fails", "add_s3_endpoint makes an endpoint")
FUNCTION: Final = Needs(
    {"bedrock": "Amazon Bedrock", "cloudformation": "AWS CloudFormation", "s3": "S3"},
    "no-way-to-apis",
    "each deployment of a job waits for 16 minutes and fails",
    "BatchHandler.add_endpoints makes the endpoints",
)


def watch_network(
    scope: Construct,
    needs: Needs,
    vpc: ec2.IVpc,
    subnet_ids: Sequence[str],
    security_groups: Sequence[ec2.ISecurityGroup],
) -> None:
    """Look at the network when the app is synthesized, with all that is added to it until then.

    :param scope: what runs in the network, and gets the warnings.
    """
    Aspects.of(scope).add(_NetworkWarnings(scope, needs, vpc, subnet_ids, security_groups))


@jsii.implements(IAspect)
class _NetworkWarnings:
    def __init__(
        self,
        scope: Construct,
        needs: Needs,
        vpc: ec2.IVpc,
        subnet_ids: Sequence[str],
        security_groups: Sequence[ec2.ISecurityGroup],
    ) -> None:
        self._scope = scope
        self._needs = needs
        self._vpc = vpc
        self._subnet_ids = subnet_ids
        self._security_groups = security_groups

    def visit(self, node: IConstruct) -> None:
        """Warn once, at the scope itself."""
        if node is not self._scope:
            return
        needs = self._needs
        begin(node)
        missing: dict[tuple[str, ...], list[str]] = {}
        for service, name in needs.services.items():
            missing.setdefault(tuple(cut_off(self._vpc, self._subnet_ids, service)), []).append(name)
        missing.pop((), None)
        for subnets, services in missing.items():
            Validations.of(node).add_warning(
                f"cdk-bedrock-batch:{needs.warning}",
                f"the subnets {', '.join(subnets)} have no way to {', '.join(services)}: no endpoint, and no route but "
                "one to an internet gateway, which needs a public address that these interfaces do not get; "
                f"{needs.consequence} unless there is one ({needs.way_out})",
            )
        closed = [group.node.path for group in self._security_groups if lets_nothing_out(group)]
        if len(closed) == len(self._security_groups):
            Validations.of(node).add_warning(
                "cdk-bedrock-batch:no-egress",
                f"the security groups {', '.join(closed)} let nothing out; {needs.consequence} unless one of them lets "
                f"HTTPS out to {', '.join(needs.services.values())}",
            )
