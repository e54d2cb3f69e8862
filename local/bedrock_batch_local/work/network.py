"""The network interfaces of a job in a VPC. They exist while the job runs."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from bedrock_batch_local.emulator.network import Network
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.iam.network import Ec2Call, NetworkCalls
from bedrock_batch_local.iam.service_role import ServiceRole
from bedrock_batch_local.sdk import Keys
from bedrock_batch_local.work.records import InvalidInput


class JobNetwork:
    """One interface in each subnet of ``vpcConfig``. None for a job without one.

    AWS does not document a job's message when a right is missing here. These messages name the action and the resource.
    """

    def __init__(self, job: Job, role: ServiceRole) -> None:
        config = job.request.get("vpcConfig") or {}
        self._network = Network(job.scope.account, job.scope.region)
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
        """Make the interfaces. ``InvalidInput`` if a right, a subnet, a security group or a route to S3 is missing."""
        with self._lock:
            if self._subnets and not self._closed:
                self._open(credentials)

    def close(self, credentials: Keys) -> None:
        """Remove the interfaces. ``InvalidInput`` if the role may not: then they are kept."""
        with self._lock:
            self._closed = True
            for interface, subnet in list(self._interfaces.items()):
                self._check(credentials, self._calls.remove(interface, subnet))
                self._network.remove_interface(interface)
                del self._interfaces[interface]

    def _open(self, credentials: Keys) -> None:
        self._check(credentials, self._calls.look())
        self._find()
        for subnet in self._subnets:
            self._check(credentials, self._calls.create(subnet, self._security_groups))
            interface = self._network.make_interface(subnet, self._security_groups, self._description, self._calls.tags)
            self._interfaces[interface] = subnet
            self._check(credentials, self._calls.attach(interface, subnet))

    def _check(self, credentials: Keys, calls: Iterable[Ec2Call]) -> None:
        for call in calls:
            if not self._role.may(credentials, call.action, call.resource, call.keys):
                raise InvalidInput(f"The service role is not authorized to perform: {call.action} on {call.resource}")

    def _find(self) -> None:
        for kind, ids, is_known in (
            ("subnet ID", self._subnets, self._network.has_subnet),
            ("security group", self._security_groups, self._network.has_security_group),
        ):
            for missing in (one for one in ids if not is_known(one)):
                raise InvalidInput(f"The {kind} '{missing}' does not exist")
        for subnet in (one for one in self._subnets if not self._network.reaches_s3(one)):
            raise InvalidInput(f"Amazon S3 can not be reached from the subnet '{subnet}'")
