"""The way of a job in a VPC to S3."""

from collections.abc import Callable

import pytest
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Template

from cdk_bedrock_batch import ModelInvocationJob

Declare = Callable[..., ModelInvocationJob]


def test_the_jobs_of_a_vpc_share_one_endpoint_that_outlives_them(stack: Stack, declare: Declare) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0)
    isolated = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    jobs = [declare(name, vpc=vpc, subnets=isolated, security_groups=[group]) for name in ("One", "Two")]
    assert jobs[0].add_s3_endpoint().node.path == jobs[1].add_s3_endpoint().node.path

    template = Template.from_stack(stack)
    ((endpoint_id, endpoint),) = template.find_resources("AWS::EC2::VPCEndpoint").items()
    assert endpoint["Properties"]["VpcEndpointType"] == "Gateway"
    assert len(endpoint["Properties"]["RouteTableIds"]) == 2
    for job in template.find_resources("Custom::BedrockModelInvocationJob").values():
        assert endpoint_id in job["DependsOn"]


def test_fails_on_an_endpoint_without_a_vpc(declare: Declare) -> None:
    with pytest.raises(ValueError, match=r"^add_s3_endpoint needs a job with vpc$"):
        declare().add_s3_endpoint()


@pytest.mark.parametrize(
    ("subnets", "groups", "reason"),
    [(17, 1, "subnets must be 1 to 16, got 17"), (1, 6, "security_groups must be 1 to 5, got 6")],
)
def test_fails_on_more_of_them_than_the_api_takes(
    stack: Stack, declare: Declare, subnets: int, groups: int, reason: str
) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-1",
        availability_zones=["a"],
        private_subnet_ids=[f"subnet-{number}" for number in range(subnets)],
    )
    brought = [
        ec2.SecurityGroup.from_security_group_id(stack, f"G{number}", f"sg-{number}") for number in range(groups)
    ]
    with pytest.raises(ValueError, match=f"^{reason}$"):
        declare(vpc=vpc, security_groups=brought)


def test_subnets_may_be_known_by_their_ids_alone(stack: Stack, declare: Declare) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-1", availability_zones=["a"])
    subnets = [ec2.Subnet.from_subnet_id(stack, f"Subnet{number}", f"subnet-{number}") for number in range(2)]
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    declare(vpc=vpc, subnets=ec2.SubnetSelection(subnets=subnets), security_groups=[group])
    (job,) = Template.from_stack(stack).find_resources("Custom::BedrockModelInvocationJob").values()
    assert job["Properties"]["Job"]["vpcConfig"]["subnetIds"] == ["subnet-0", "subnet-1"]
