"""What the files of a stack name of an account: buckets, keys, roles, topics, networks. Each is imported once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_bedrock_batch._template import AskedOnce
from cdk_bedrock_batch.service_role import BatchServiceRole
from cdk_bedrock_batch.storage import BatchStorage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_cdk import aws_ec2 as ec2

_T = TypeVar("_T")
# Below this id nothing meets a job, whose id ends with -job.
_ID = "Imported"


class Imports(AskedOnce[Stack]):
    """The imported resources of one stack, and the roles that its jobs share."""

    def __init__(self, stack: Stack) -> None:
        """Keep the stack. Callers use `of`."""
        super().__init__(stack)
        self._scope: Construct | None = None
        self._known: dict[tuple[str, str], Any] = {}

    def bucket(self, name: str) -> s3.IBucket:
        """The bucket of this name."""
        return self._once("Bucket", name, s3.Bucket.from_bucket_name)

    def key(self, arn: str | None) -> kms.IKey | None:
        """The key of this ARN."""
        return None if arn is None else self._once("Key", arn, kms.Key.from_key_arn)

    def role(self, arn: str) -> iam.IRole:
        """The role of this ARN."""
        # Roles of one name in several stacks need policies of several names: IAM overwrites one of the same name.
        policy = f"{self.construct.stack_name}-Policy"
        return self._once(
            "Role", arn, lambda scope, each, _: iam.Role.from_role_arn(scope, each, arn, default_policy_name=policy)
        )

    def policy(self, arn: str | None) -> iam.IManagedPolicy | None:
        """The managed policy of this ARN."""
        return None if arn is None else self._once("Policy", arn, iam.ManagedPolicy.from_managed_policy_arn)

    def topic(self, arn: str) -> sns.ITopic:
        """The topic of this ARN."""
        return self._once("Topic", arn, sns.Topic.from_topic_arn)

    def shared_role(self, role_path: str | None, boundary: str | None) -> BatchServiceRole:
        """The role that the jobs of the stack share, one for each path and boundary."""
        path = role_path or "/"
        name = f"{path}{boundary or ''}"
        return self._once(
            "SharedServiceRole",
            name,
            lambda scope, each, _: BatchServiceRole(
                scope, each, role_path=path, permissions_boundary=self.policy(boundary)
            ),
        )

    def storage(self, folder: str, options: Mapping[str, Any]) -> BatchStorage:
        """The storage of the jobs of a folder, which has a stack of its own only in the app."""
        return self._once("Storage", folder, lambda scope, each, _: BatchStorage(scope, each, **options))

    def network(self, vpc: Mapping[str, Any] | None) -> dict[str, Any]:
        """The options of a job for its network."""
        if vpc is None:
            return {}
        from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - importing it takes a second, and few jobs have a network

        return {
            "vpc": self._once("Vpc", vpc["vpc_id"], _vpc),
            "subnets": ec2.SubnetSelection(subnets=[self._once("Subnet", each, _subnet) for each in vpc["subnets"]]),
            "security_groups": [
                self._once("SecurityGroup", each, ec2.SecurityGroup.from_security_group_id)
                for each in vpc["security_groups"]
            ],
        }

    def _once(self, kind: str, name: str, make: Callable[[Construct, str, str], _T]) -> _T:
        if (kind, name) not in self._known:
            self._scope = self._scope or Construct(self.construct, _ID)
            # A slash divides the ids of a path, and two names must not become one id.
            digest = hashlib.sha256(name.encode()).hexdigest()[:8]
            self._known[kind, name] = make(self._scope, f"{kind}-{name.replace('/', '-')}-{digest}", name)
        found: _T = self._known[kind, name]
        return found


def _subnet(scope: Construct, construct_id: str, subnet_id: str) -> ec2.ISubnet:
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - as above

    subnet = ec2.Subnet.from_subnet_id(scope, construct_id, subnet_id)
    # Nothing is asked of its route table.
    Annotations.of(subnet).acknowledge_warning("@aws-cdk/aws-ec2:noSubnetRouteTableId")
    return subnet


def _vpc(scope: Construct, construct_id: str, vpc_id: str) -> ec2.IVpc:
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - as above

    # Nothing is asked of its zones: the file names the subnets.
    return ec2.Vpc.from_vpc_attributes(scope, construct_id, vpc_id=vpc_id, availability_zones=["unknown"])
