"""What the synthesis warns of when a job cannot reach S3 or its bucket, and of nothing that is not known."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    App,
    Environment,
    Stack,
    cloud_assembly_schema,  # noqa: F401 - the type of what assertions find
)
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match

from cdk_bedrock_batch import BatchModel, BatchStorage, JobInput, ModelInvocationJob

Declare = Callable[..., ModelInvocationJob]
ISOLATED = ec2.SubnetType.PRIVATE_ISOLATED


def warned(stack: Stack, text: str) -> None:
    Annotations.from_stack(stack).has_warning("*", Match.string_like_regexp(text))


def not_warned(stack: Stack) -> None:
    Annotations.from_stack(stack).has_no_warning("*", Match.string_like_regexp("S3|let nothing out|lies in"))


def declared(stack: Stack, declare: Declare, subnet_type: ec2.SubnetType, **options: Any) -> ModelInvocationJob:
    vpc = ec2.Vpc(
        stack,
        "Vpc",
        max_azs=1,
        nat_gateways=0 if subnet_type is not ec2.SubnetType.PRIVATE_WITH_EGRESS else 1,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC),
            ec2.SubnetConfiguration(name="Chosen", subnet_type=subnet_type),
        ],
    )
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc, **options)
    chosen = ec2.SubnetSelection(subnet_group_name="Chosen")
    return declare(vpc=vpc, subnets=chosen, security_groups=[group])


@pytest.mark.parametrize("subnet_type", [ISOLATED, ec2.SubnetType.PUBLIC])
def test_warns_of_subnets_without_a_way_to_s3(stack: Stack, declare: Declare, subnet_type: ec2.SubnetType) -> None:
    declared(stack, declare, subnet_type)
    warned(stack, "^the subnets Stack/Vpc/ChosenSubnet1 have no way to S3: no endpoint, and no route but one to an ")


def test_a_nat_gateway_an_endpoint_or_another_route_is_a_way(stack: Stack, declare: Declare) -> None:
    declared(stack, declare, ec2.SubnetType.PRIVATE_WITH_EGRESS)
    not_warned(stack)

    for add in (_add_endpoint, _add_own_endpoint, _add_route):
        other = Stack(App(), "Stack")
        add(declared(other, partial(declare, scope=other), ISOLATED))
        not_warned(other)


def _add_endpoint(job: ModelInvocationJob) -> None:
    job.add_s3_endpoint()


def _add_own_endpoint(job: ModelInvocationJob) -> None:
    _vpc(job).add_interface_endpoint("S3", service=ec2.InterfaceVpcEndpointAwsService.S3)


def _add_route(job: ModelInvocationJob) -> None:
    table = _vpc(job).isolated_subnets[0].route_table.route_table_id
    ec2.CfnRoute(
        Stack.of(job), "Route", route_table_id=table, destination_cidr_block="0.0.0.0/0", transit_gateway_id="tgw-1"
    )


def _vpc(job: ModelInvocationJob) -> ec2.Vpc:
    vpc = Stack.of(job).node.find_child("Vpc")
    assert isinstance(vpc, ec2.Vpc)
    return vpc


def test_warns_of_security_groups_that_let_nothing_out(stack: Stack, declare: Declare) -> None:
    declared(stack, declare, ec2.SubnetType.PRIVATE_WITH_EGRESS, allow_all_outbound=False)
    warned(stack, "^the security groups Stack/Group let nothing out; the job fails unless one of them lets HTTPS out ")


def test_a_rule_that_is_added_later_counts(stack: Stack, declare: Declare) -> None:
    declared(stack, declare, ec2.SubnetType.PRIVATE_WITH_EGRESS, allow_all_outbound=False)
    group = stack.node.find_child("Group")
    assert isinstance(group, ec2.SecurityGroup)
    group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.HTTPS)
    not_warned(stack)


def test_what_is_imported_is_not_warned_of(stack: Stack, declare: Declare) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-1", availability_zones=["a"], isolated_subnet_ids=["subnet-1"]
    )
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    declare(vpc=vpc, subnets=ec2.SubnetSelection(subnet_type=ISOLATED), security_groups=[group])
    not_warned(stack)


@pytest.mark.parametrize(("region", "elsewhere"), [("eu-central-1", True), ("us-east-1", False), (None, False)])
def test_warns_of_a_bucket_that_is_known_to_lie_elsewhere(prompts: Path, region: str | None, elsewhere: bool) -> None:
    app = App()
    ours = Stack(app, "Jobs", env=Environment(account="111122223333", region="us-east-1"))
    bucket = s3.Bucket.from_bucket_attributes(ours, "Theirs", bucket_name="their-records", region=region)
    ModelInvocationJob(
        ours,
        "Job",
        model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
        input=JobInput.from_file(prompts),
        storage=BatchStorage(ours, "Storage", output_bucket=bucket),
    )
    if elsewhere:
        warned(ours, "^the bucket their-records lies in eu-central-1, the stack deploys to us-east-1; ")
    else:
        not_warned(ours)
