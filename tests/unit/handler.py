"""What the tests of a stack's function share."""

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

ISOLATED = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
LAMBDA = iam.ServicePrincipal("lambda.amazonaws.com")
FUNCTION = "BedrockBatchHandlerFunctionE6C5DBC7"


def resources(stack: Stack, kind: str, prefix: str = "") -> dict[str, Any]:
    """The resources of a kind whose logical ids begin with a prefix."""
    found = Template.from_stack(stack).find_resources(kind)
    return {name: each for name, each in found.items() if name.startswith(prefix)}


def function(stack: Stack) -> dict[str, Any]:
    """The resource of the function."""
    found: dict[str, Any] = resources(stack, "AWS::Lambda::Function")[FUNCTION]
    return found


def closed_vpc(stack: Stack) -> ec2.Vpc:
    """A VPC with two isolated subnets and no way out."""
    return ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0)


def listed(value: str | list[str]) -> list[str]:
    """One or many values as a list."""
    return [value] if isinstance(value, str) else value
