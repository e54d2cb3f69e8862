"""Resource types of a VPC that CDK uses and MiniStack's CloudFormation does not have.

``AWS::EC2::EIP``, ``NatGateway``, ``SecurityGroupIngress`` and ``SecurityGroupEgress``, and the attribute ``CidrBlock``
of a VPC. A change of any of the four replaces the resource.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

Made = tuple[str, dict[str, Any]]
Properties = Mapping[str, Any]


def install() -> None:
    """Add them to MiniStack's CloudFormation, once per process."""
    known = provisioners._RESOURCE_HANDLERS
    known.setdefault("AWS::EC2::EIP", {"create": _create_address, "delete": _delete_from(ec2._addresses)})
    known.setdefault("AWS::EC2::NatGateway", {"create": _create_nat, "delete": _delete_from(ec2._nat_gateways)})
    for kind, rules in (("Ingress", "IpPermissions"), ("Egress", "IpPermissionsEgress")):
        handlers = {"create": _create_rule(rules), "delete": _delete_rule(rules)}
        known.setdefault(f"AWS::EC2::SecurityGroup{kind}", handlers)
    vpc = known["AWS::EC2::VPC"]
    vpc["create"], vpc["update"] = _with_range(vpc["create"]), _with_range(vpc["update"])


def _create_address(_logical_id: str, properties: Properties, _stack: str) -> Made:
    before = set(ec2._addresses)
    ec2._allocate_address({"Domain": properties.get("Domain", "vpc")})
    (made,) = set(ec2._addresses) - before
    provisioners._ec2_apply_tags(made, properties)
    address = ec2._addresses[made]["PublicIp"]
    return address, {"AllocationId": made, "PublicIp": address}


def _create_nat(_logical_id: str, properties: Properties, _stack: str) -> Made:
    before = set(ec2._nat_gateways)
    ec2._create_nat_gateway({name: properties.get(name, "") for name in ("SubnetId", "AllocationId")})
    (made,) = set(ec2._nat_gateways) - before
    provisioners._ec2_apply_tags(made, properties)
    return made, {"NatGatewayId": made}


def _delete_from(store: Any) -> Callable[[str, Properties], None]:
    def delete(physical_id: str, _properties: Properties) -> None:
        for name in [name for name, one in store.items() if physical_id in (name, one.get("PublicIp"))]:
            store.pop(name, None)
            ec2._tags.pop(name, None)

    return delete


def _create_rule(rules: str) -> Callable[[str, Properties, str], Made]:
    def create(_logical_id: str, properties: Properties, _stack: str) -> Made:
        group = ec2._security_groups.get(properties.get("GroupId", ""))
        if group is None:
            raise ValueError(f"The security group '{properties.get('GroupId')}' does not exist")
        (rule,) = provisioners._ec2_sg_permissions([properties])
        group[rules].append(rule)
        made = ec2._sg_rule_id(group["GroupId"], rules == "IpPermissionsEgress", rule)
        return made, {"Id": made}

    return create


def _delete_rule(rules: str) -> Callable[[str, Properties], None]:
    def delete(physical_id: str, properties: Properties) -> None:
        group = ec2._security_groups.get(properties.get("GroupId", ""))
        if group:
            egress = rules == "IpPermissionsEgress"
            group[rules] = [
                rule for rule in group[rules] if ec2._sg_rule_id(group["GroupId"], egress, rule) != physical_id
            ]

    return delete


def _with_range(make: Callable[..., Made]) -> Callable[..., Made]:
    def made(*given: Any) -> Made:
        vpc, attributes = make(*given)
        return vpc, {**attributes, "CidrBlock": ec2._vpcs[vpc]["CidrBlock"]}

    return made
