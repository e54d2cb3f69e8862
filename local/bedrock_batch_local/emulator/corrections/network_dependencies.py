"""Refuses to delete subnets and security groups that a network interface uses. MiniStack's EC2 deletes them.

A job in a VPC has network interfaces while it runs. A stack that deletes its network too early fails here as on AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

_delete_subnet = ec2._delete_subnet
_delete_security_group = ec2._delete_security_group


def install() -> None:
    """Correct MiniStack's EC2 and CloudFormation, once per process."""
    ec2._ACTION_MAP["DeleteSubnet"] = _answering(_subnet_in_use, "SubnetId", _delete_subnet)
    ec2._ACTION_MAP["DeleteSecurityGroup"] = _answering(_group_in_use, "GroupId", _delete_security_group)
    for kind, in_use in (("Subnet", _subnet_in_use), ("SecurityGroup", _group_in_use)):
        handlers = provisioners._RESOURCE_HANDLERS[f"AWS::EC2::{kind}"]
        handlers["delete"] = _raising(in_use, handlers["delete"])


def _subnet_in_use(subnet: str) -> str:
    used = any(interface["SubnetId"] == subnet for interface in ec2._network_interfaces.values())
    return f"The subnet '{subnet}' has dependencies and cannot be deleted." if used else ""


def _group_in_use(group: str) -> str:
    interfaces = ec2._network_interfaces.values()
    used = any(one["GroupId"] == group for interface in interfaces for one in interface["Groups"])
    return f"resource {group} has a dependent object" if used else ""


def _answering(in_use: Callable[[str], str], parameter: str, delete: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def checked(params: Mapping[str, Any]) -> Any:
        reason = in_use(ec2._p(params, parameter))
        return ec2._error("DependencyViolation", reason, 400) if reason else delete(params)

    return checked


def _raising(in_use: Callable[[str], str], delete: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    def checked(physical_id: str, properties: Any) -> Any:
        if reason := in_use(physical_id):
            raise ValueError(f"{reason} (Service: Ec2, Status Code: 400, Error Code: DependencyViolation)")
        return delete(physical_id, properties)

    return checked
