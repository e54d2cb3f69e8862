"""The subnets that a user selects in a VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_ec2 as ec2


def selected(vpc: ec2.IVpc, subnets: ec2.SubnetSelection | None) -> Sequence[ec2.ISubnet]:
    """The selected subnets; without a selection, the private subnets with internet access."""
    if subnets is None:
        return vpc.select_subnets().subnets
    if subnets.subnets is not None:
        # CDK's selection also reads the zones, which a subnet that is imported by its id alone does not have.
        return subnets.subnets
    return vpc.select_subnets(
        availability_zones=subnets.availability_zones,
        one_per_az=subnets.one_per_az,
        subnet_filters=subnets.subnet_filters,
        subnet_group_name=subnets.subnet_group_name,
        subnet_type=subnets.subnet_type,
    ).subnets
