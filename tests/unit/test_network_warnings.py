"""What the synthesis warns of when a job cannot reach S3 or its bucket, and of nothing that is not known."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    App,
    Aws,
    CfnParameter,
    CfnResource,
    Environment,
    Fn,
    Stack,
    Token,
    cloud_assembly_schema,  # noqa: F401 - the type of what assertions find
)
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match
from constructs import Construct, IConstruct

from cdk_bedrock_batch import BatchModel, BatchStorage, JobInput, ModelInvocationJob

Declare = Callable[..., ModelInvocationJob]
NOWHERE = {"CidrIp": "255.255.255.255/32", "IpProtocol": "icmp"}
EVERYWHERE = {"CidrIp": "0.0.0.0/0", "IpProtocol": "-1"}
ISOLATED = ec2.SubnetType.PRIVATE_ISOLATED


def _id(change: Any) -> str:
    """What a function does, in its own words."""
    words = change.args if isinstance(change, partial) else (change.__name__.strip("_"),)
    return " ".join(words).replace("_", " ")


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


def _add_endpoint_of_a_chosen_service(job: ModelInvocationJob) -> None:
    service = CfnParameter(Stack.of(job), "Service").value_as_string
    ec2.CfnVPCEndpoint(Stack.of(job), "Endpoint", vpc_id=_vpc(job).vpc_id, service_name=service)


def _add_endpoint_by_the_attribute_of_the_vpc(job: ModelInvocationJob) -> None:
    element = _vpc(job).node.default_child
    assert isinstance(element, ec2.CfnVPC)
    ec2.CfnVPCEndpoint(Stack.of(job), "Endpoint", vpc_id=element.attr_vpc_id, service_name="com.amazonaws.x.s3")


def _add_endpoint_in_another_stack(job: ModelInvocationJob) -> None:
    """It is of another VPC, but ids of two stacks cannot be compared."""
    other = ec2.Vpc(Stack(App.of(job), "Other"), "Theirs", max_azs=1, nat_gateways=0)
    other.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)


def _add_endpoint_of_an_imported_vpc(job: ModelInvocationJob) -> None:
    """What is imported may be anything."""
    imported = Fn.import_value("TheirVpc")
    ec2.CfnVPCEndpoint(Stack.of(job), "Endpoint", vpc_id=imported, service_name="com.amazonaws.us-east-1.s3")


def _add_propagation(job: ModelInvocationJob) -> None:
    table = _table(job).route_table_id
    ec2.CfnVPNGatewayRoutePropagation(Stack.of(job), "Propagation", route_table_ids=[table], vpn_gateway_id="vgw-1")


def _add_propagation_to_tables_that_a_condition_chooses(job: ModelInvocationJob) -> None:
    tables = Token.as_list(Fn.condition_if("Condition", [_table(job).route_table_id], Aws.NO_VALUE))
    ec2.CfnVPNGatewayRoutePropagation(Stack.of(job), "Propagation", route_table_ids=tables, vpn_gateway_id="vgw-1")


def _add_raw_resource(resource_type: str, job: ModelInvocationJob) -> None:
    """CDK does not show what is in it."""
    CfnResource(Stack.of(job), "Raw", type=resource_type)


def _associate_routed_table(job: ModelInvocationJob) -> None:
    _associate(job, Stack.of(job), _routed_table(job).ref)


def _associate_routed_table_first(job: ModelInvocationJob) -> None:
    """In a construct that comes before the subnet in the tree."""
    _associate(job, Stack.of(job).node.find_child("First"), _routed_table(job).ref)


def _associate_routed_table_by_its_attribute(job: ModelInvocationJob) -> None:
    _associate(job, Stack.of(job), _routed_table(job).attr_route_table_id)


def _associate_table_of_others(job: ModelInvocationJob) -> None:
    """Its routes are not known."""
    _associate(job, Stack.of(job), "rtb-1")


def _associate(job: ModelInvocationJob, scope: IConstruct, table: str) -> None:
    assert isinstance(scope, Construct)
    subnet = _vpc(job).isolated_subnets[0].subnet_id
    ec2.CfnSubnetRouteTableAssociation(scope, "Association", subnet_id=subnet, route_table_id=table)


def _routed_table(job: ModelInvocationJob) -> ec2.CfnRouteTable:
    """A table with a route, and of no subnet yet."""
    table = ec2.CfnRouteTable(Stack.of(job), "Table", vpc_id=_vpc(job).vpc_id)
    ec2.CfnRoute(
        Stack.of(job), "Route", route_table_id=table.ref, destination_cidr_block="0.0.0.0/0", transit_gateway_id="tgw-1"
    )
    return table


def _table(job: ModelInvocationJob) -> ec2.IRouteTable:
    return _vpc(job).isolated_subnets[0].route_table


def _vpc(job: ModelInvocationJob) -> ec2.Vpc:
    vpc = Stack.of(job).node.find_child("Vpc")
    assert isinstance(vpc, ec2.Vpc)
    return vpc


@pytest.mark.parametrize(
    "add",
    [
        _add_endpoint_of_a_chosen_service,
        _add_endpoint_by_the_attribute_of_the_vpc,
        _add_endpoint_in_another_stack,
        _add_endpoint_of_an_imported_vpc,
        _add_propagation,
        _add_propagation_to_tables_that_a_condition_chooses,
        partial(_add_raw_resource, "AWS::EC2::VPCEndpoint"),
        partial(_add_raw_resource, "AWS::EC2::Route"),
        partial(_add_raw_resource, "AWS::EC2::VPNGatewayRoutePropagation"),
        partial(_add_raw_resource, "AWS::EC2::SubnetRouteTableAssociation"),
        _associate_routed_table,
        _associate_routed_table_first,
        _associate_routed_table_by_its_attribute,
        _associate_table_of_others,
    ],
    ids=_id,
)
def test_what_may_be_a_way_to_s3_is_not_warned_of(
    stack: Stack, declare: Declare, add: Callable[[ModelInvocationJob], None]
) -> None:
    Construct(stack, "First")
    add(declared(stack, declare, ISOLATED))
    not_warned(stack)


def _add_endpoint_of_another_service(job: ModelInvocationJob) -> None:
    """Its name has a pseudo parameter, which is no parameter."""
    _vpc(job).add_gateway_endpoint("Table", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)


def _add_endpoint_of_another_vpc(job: ModelInvocationJob) -> None:
    other = ec2.Vpc(Stack.of(job), "Other", max_azs=1, nat_gateways=0)
    other.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)


def _add_propagation_to_another_table(job: ModelInvocationJob) -> None:
    table = _vpc(job).public_subnets[0].route_table.route_table_id
    ec2.CfnVPNGatewayRoutePropagation(Stack.of(job), "Propagation", route_table_ids=[table], vpn_gateway_id="vgw-1")


def _associate_table_without_routes(job: ModelInvocationJob) -> None:
    _associate(job, Stack.of(job), ec2.CfnRouteTable(Stack.of(job), "Table", vpc_id=_vpc(job).vpc_id).ref)


def _add_routed_table_of_no_subnet(job: ModelInvocationJob) -> None:
    _routed_table(job)


@pytest.mark.parametrize(
    "add",
    [
        _add_endpoint_of_another_service,
        _add_endpoint_of_another_vpc,
        _add_propagation_to_another_table,
        _associate_table_without_routes,
        _add_routed_table_of_no_subnet,
        partial(_add_raw_resource, "AWS::EC2::RouteTable"),
    ],
    ids=_id,
)
def test_what_is_certainly_no_way_to_s3_changes_nothing(
    stack: Stack, declare: Declare, add: Callable[[ModelInvocationJob], None]
) -> None:
    add(declared(stack, declare, ISOLATED))
    warned(stack, "^the subnets Stack/Vpc/ChosenSubnet1 have no way to S3: ")


def test_warns_of_security_groups_that_let_nothing_out(stack: Stack, declare: Declare) -> None:
    declared(stack, declare, ec2.SubnetType.PRIVATE_WITH_EGRESS, allow_all_outbound=False)
    warned(stack, "^the security groups Stack/Group let nothing out; the job fails unless one of them lets HTTPS out ")


def test_a_rule_that_is_added_later_counts(stack: Stack, declare: Declare) -> None:
    declared(stack, declare, ec2.SubnetType.PRIVATE_WITH_EGRESS, allow_all_outbound=False)
    group = stack.node.find_child("Group")
    assert isinstance(group, ec2.SecurityGroup)
    group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.HTTPS)
    not_warned(stack)


def _choose_all_rules(element: ec2.CfnSecurityGroup) -> None:
    element.security_group_egress = Fn.condition_if("Condition", [NOWHERE], Aws.NO_VALUE)


def _choose_a_rule(element: ec2.CfnSecurityGroup) -> None:
    element.security_group_egress = [Fn.condition_if("Condition", NOWHERE, EVERYWHERE)]


def _choose_where_to(element: ec2.CfnSecurityGroup) -> None:
    where = CfnParameter(Stack.of(element), "Where").value_as_string
    element.security_group_egress = [ec2.CfnSecurityGroup.EgressProperty(ip_protocol="-1", cidr_ip=where)]


def _add_rule_of_its_own(element: ec2.CfnSecurityGroup) -> None:
    group = element.attr_group_id
    ec2.CfnSecurityGroupEgress(Stack.of(element), "Rule", group_id=group, ip_protocol="-1", cidr_ip="0.0.0.0/0")


def _add_raw_rule(element: ec2.CfnSecurityGroup) -> None:
    CfnResource(Stack.of(element), "Rule", type="AWS::EC2::SecurityGroupEgress")


@pytest.mark.parametrize(
    "change", [_choose_all_rules, _choose_a_rule, _choose_where_to, _add_rule_of_its_own, _add_raw_rule], ids=_id
)
def test_a_security_group_whose_rules_are_not_known_is_not_warned_of(
    stack: Stack, declare: Declare, change: Callable[[ec2.CfnSecurityGroup], None]
) -> None:
    declared(stack, declare, ec2.SubnetType.PRIVATE_WITH_EGRESS, allow_all_outbound=False)
    change(_group(stack))
    not_warned(stack)


def test_an_override_of_the_rules_is_not_seen(stack: Stack, declare: Declare) -> None:
    """CDK shows it to nobody. The synthesis goes on, and the warning is of what is under the override."""
    declared(stack, declare, ec2.SubnetType.PRIVATE_WITH_EGRESS, allow_all_outbound=False)
    _group(stack).add_property_override("SecurityGroupEgress", {"Fn::If": ["Condition", [EVERYWHERE], []]})
    warned(stack, "^the security groups Stack/Group let nothing out; ")


def _group(stack: Stack) -> ec2.CfnSecurityGroup:
    element = stack.node.find_child("Group").node.default_child
    assert isinstance(element, ec2.CfnSecurityGroup)
    return element


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
