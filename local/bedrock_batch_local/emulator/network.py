"""EC2 of one account and Region: the part that a service needs to work in a VPC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ministack.core.responses import request_scope
from ministack.services import ec2


class Network:
    """The VPCs of one account and Region. Call its methods outside of requests, in any thread."""

    def __init__(self, account: str, region: str) -> None:
        self._account = account
        self._region = region

    def has_subnet(self, subnet: str) -> bool:
        with request_scope(self._account, self._region):
            ec2._ensure_defaults_initialized()
            return subnet in ec2._subnets

    def has_security_group(self, group: str) -> bool:
        with request_scope(self._account, self._region):
            ec2._ensure_defaults_initialized()
            return group in ec2._security_groups

    def reaches_s3(self, subnet: str) -> bool:
        """Whether a subnet has an S3 endpoint, or a default route that serves an interface without a public address."""
        with request_scope(self._account, self._region):
            vpc = ec2._subnets[subnet]["VpcId"]
            table = _route_table(subnet, vpc)
            for endpoint in ec2._vpc_endpoints.values():
                if endpoint["VpcId"] == vpc and str(endpoint["ServiceName"]).endswith(".s3"):
                    by_route = endpoint["VpcEndpointType"] == "Gateway"
                    if not by_route or table.get("RouteTableId") in endpoint["RouteTableIds"]:
                        return True
            return any(
                route.get("DestinationCidrBlock") == "0.0.0.0/0"
                and not str(route.get("GatewayId", "")).startswith("igw-")
                for route in table.get("Routes", ())
            )

    def make_interface(
        self, subnet: str, security_groups: Sequence[str], description: str, tags: Mapping[str, str]
    ) -> str:
        """Make a network interface that is in use. Returns its id. No other caller may use the same ``description``."""
        groups = {f"SecurityGroupId.{number}": group for number, group in enumerate(security_groups, 1)}
        with request_scope(self._account, self._region):
            before = set(ec2._network_interfaces)
            ec2._create_network_interface({"SubnetId": subnet, "Description": description, **groups})
            (interface,) = (
                str(made)
                for made, record in ec2._network_interfaces.items()
                if made not in before and record["Description"] == description
            )
            ec2._network_interfaces[interface]["Status"] = "in-use"
            ec2._tags[interface] = [{"Key": key, "Value": value} for key, value in tags.items()]
        return interface

    def remove_interface(self, interface: str) -> None:
        with request_scope(self._account, self._region):
            ec2._network_interfaces.pop(interface, None)
            ec2._tags.pop(interface, None)


def _route_table(subnet: str, vpc: str) -> dict[str, list[dict[str, str]]]:
    tables = [table for table in ec2._route_tables.values() if table["VpcId"] == vpc]
    of_subnet = [table for table in tables for one in table["Associations"] if one.get("SubnetId") == subnet]
    main = [table for table in tables for one in table["Associations"] if one.get("Main")]
    return next(iter([*of_subnet, *main]), {})
