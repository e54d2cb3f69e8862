"""What a user would bring, imported: whatever a checker finds is of the library's making."""

from typing import Any

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from security.registry import ACCOUNT, REGION


def network(stack: Construct) -> dict[str, Any]:
    """The options of a job in a VPC."""
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=["a", "b"],
        private_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        private_subnet_route_table_ids=["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"],
    )
    return {
        "vpc": vpc,
        "subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
        "security_groups": [ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0123456789abcdef0")],
    }


def brought_key(stack: Construct, account: str = ACCOUNT) -> kms.IKey:
    """A key known by its ARN."""
    key_id = "1234abcd-12ab-34cd-56ef-1234567890ab"
    return kms.Key.from_key_arn(stack, "Key", f"arn:aws:kms:{REGION}:{account}:key/{key_id}")


def boundary(stack: Construct) -> iam.IManagedPolicy:
    """A permissions boundary known by its ARN."""
    return iam.ManagedPolicy.from_managed_policy_arn(stack, "Boundary", f"arn:aws:iam::{ACCOUNT}:policy/boundary")
