"""What a job in a VPC calls of EC2 with its service role, from the batch VPC page of the Bedrock user guide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bedrock_batch_local.engine.job import Job

DESCRIBE = (
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeVpcs",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
)


@dataclass(frozen=True)
class Ec2Call:
    """One action on one resource, with the condition keys of the request."""

    action: str
    resource: str
    keys: Mapping[str, Any]


class NetworkCalls:
    """The calls of one job, each with the tags of what the service made for it."""

    def __init__(self, job: Job) -> None:
        self._arn = f"arn:{job.scope.partition}:ec2:{job.scope.region}:{job.scope.account}"
        self.tags = {"BedrockManaged": "true", "BedrockModelInvocationJobArn": job.arn}

    def look(self) -> Iterator[Ec2Call]:
        """The calls before anything is made."""
        for action in DESCRIBE:
            yield Ec2Call(action, "*", {})

    def create(self, subnet: str, security_groups: list[str]) -> Iterator[Ec2Call]:
        """The calls to make one interface, with its tags."""
        keys = {f"aws:RequestTag/{key}": value for key, value in self.tags.items()}
        keys_with_tags = keys | {"aws:TagKeys": list(self.tags), "ec2:Subnet": self._subnet(subnet)}
        any_interface = f"{self._arn}:network-interface/*"
        groups = (f"{self._arn}:security-group/{group}" for group in security_groups)
        for resource in (any_interface, self._subnet(subnet), *groups):
            yield Ec2Call("ec2:CreateNetworkInterface", resource, keys_with_tags)
        by_create = {"ec2:CreateAction": "CreateNetworkInterface"}
        yield Ec2Call("ec2:CreateTags", any_interface, keys_with_tags | by_create)

    def attach(self, interface: str, subnet: str) -> Iterator[Ec2Call]:
        """The calls that let the service's own account use the interface."""
        yield self._on(interface, subnet, "ec2:CreateNetworkInterfacePermission")

    def remove(self, interface: str, subnet: str) -> Iterator[Ec2Call]:
        """The calls at the end."""
        yield self._on(interface, subnet, "ec2:DeleteNetworkInterfacePermission")
        yield self._on(interface, subnet, "ec2:DeleteNetworkInterface")

    def _on(self, interface: str, subnet: str, action: str) -> Ec2Call:
        tags = {f"{kind}:ResourceTag/{key}": value for key, value in self.tags.items() for kind in ("aws", "ec2")}
        return Ec2Call(
            action, f"{self._arn}:network-interface/{interface}", tags | {"ec2:Subnet": self._subnet(subnet)}
        )

    def _subnet(self, subnet: str) -> str:
        return f"{self._arn}:subnet/{subnet}"
