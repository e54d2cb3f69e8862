"""The network interfaces of a job in a VPC: they are there while the job runs, and go when it ends."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from ministack.core.responses import request_scope
from ministack.services import ec2

from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.iam.network import Ec2Call, NetworkCalls
from bedrock_batch_local.iam.service_role import ServiceRole
from bedrock_batch_local.sdk import Keys
from bedrock_batch_local.work.records import InvalidInput


class JobNetwork:
    """One interface in each subnet of ``vpcConfig``; nothing at all for a job without one.

    AWS does not document what a job says when a right is missing here; the messages name the action and the resource.
    """

    def __init__(self, job: Job, role: ServiceRole) -> None:
        config = job.request.get("vpcConfig") or {}
        self._scope = job.scope
        self._subnets: list[str] = config.get("subnetIds", [])
        self._security_groups: list[str] = config.get("securityGroupIds", [])
        self._description = f"Amazon Bedrock batch inference job {job.job_id}"
        self._role = role
        self._calls = NetworkCalls(job)
        self._interfaces: dict[str, str] = {}
        # A job may be stopped while a background thread still makes its interfaces.
        self._lock = Lock()
        self._closed = False

    def open(self, credentials: Keys) -> None:
        """Make the interfaces; ``InvalidInput`` if a right, a subnet, a security group or the way to S3 is missing."""
        with self._lock:
            if self._subnets and not self._closed:
                self._open(credentials)

    def close(self, credentials: Keys) -> None:
        """Remove the interfaces; ``InvalidInput`` if the role may not, and then they stay."""
        with self._lock:
            self._closed = True
            for interface, subnet in list(self._interfaces.items()):
                self._check(credentials, self._calls.remove(interface, subnet))
                with request_scope(self._scope.account, self._scope.region):
                    ec2._network_interfaces.pop(interface, None)
                    ec2._tags.pop(interface, None)
                del self._interfaces[interface]

    def _open(self, credentials: Keys) -> None:
        self._check(credentials, self._calls.look())
        with request_scope(self._scope.account, self._scope.region):
            ec2._ensure_defaults_initialized()
            self._find()
        for subnet in self._subnets:
            self._check(credentials, self._calls.create(subnet, self._security_groups))
            interface = self._make(subnet)
            self._check(credentials, self._calls.attach(interface, subnet))

    def _check(self, credentials: Keys, calls: Iterable[Ec2Call]) -> None:
        for call in calls:
            if not self._role.may(credentials, call.action, call.resource, call.keys):
                raise InvalidInput(f"The service role is not authorized to perform: {call.action} on {call.resource}")

    def _find(self) -> None:
        for kind, ids, known in (
            ("subnet ID", self._subnets, ec2._subnets),
            ("security group", self._security_groups, ec2._security_groups),
        ):
            for missing in (one for one in ids if one not in known):
                raise InvalidInput(f"The {kind} '{missing}' does not exist")
        for subnet in (one for one in self._subnets if not _reaches_s3(one)):
            raise InvalidInput(f"Amazon S3 can not be reached from the subnet '{subnet}'")

    def _make(self, subnet: str) -> str:
        groups = {f"SecurityGroupId.{number}": group for number, group in enumerate(self._security_groups, 1)}
        with request_scope(self._scope.account, self._scope.region):
            before = set(ec2._network_interfaces)
            ec2._create_network_interface({"SubnetId": subnet, "Description": self._description, **groups})
            (interface,) = (
                str(made)
                for made, record in ec2._network_interfaces.items()
                if made not in before and record["Description"] == self._description
            )
            ec2._network_interfaces[interface]["Status"] = "in-use"
            ec2._tags[interface] = [{"Key": key, "Value": value} for key, value in self._calls.tags.items()]
        self._interfaces[interface] = subnet
        return interface


def _reaches_s3(subnet: str) -> bool:
    """Whether a subnet has an S3 endpoint, or a default route that serves an interface without a public address."""
    vpc = ec2._subnets[subnet]["VpcId"]
    table = _route_table(subnet, vpc)
    for endpoint in ec2._vpc_endpoints.values():
        if endpoint["VpcId"] == vpc and str(endpoint["ServiceName"]).endswith(".s3"):
            by_route = endpoint["VpcEndpointType"] == "Gateway"
            if not by_route or table.get("RouteTableId") in endpoint["RouteTableIds"]:
                return True
    return any(
        route.get("DestinationCidrBlock") == "0.0.0.0/0" and not str(route.get("GatewayId", "")).startswith("igw-")
        for route in table.get("Routes", ())
    )


def _route_table(subnet: str, vpc: str) -> dict[str, list[dict[str, str]]]:
    tables = [table for table in ec2._route_tables.values() if table["VpcId"] == vpc]
    of_subnet = [table for table in tables for one in table["Associations"] if one.get("SubnetId") == subnet]
    main = [table for table in tables for one in table["Associations"] if one.get("Main")]
    return next(iter([*of_subnet, *main]), {})
