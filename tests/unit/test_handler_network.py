"""The network of a stack's function: subnets, groups, endpoints, and what the synthesis says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    App,
    Stack,
    cloud_assembly_schema,  # noqa: F401 - the type of what assertions find
)
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Annotations, Match, Template
from kernel_calls import counted

from cdk_bedrock_batch import BatchHandler, BatchModel, JobInput, ModelInvocationJob
from unit.handler import ISOLATED, closed_vpc, function, listed, resources

Declare = Callable[..., ModelInvocationJob]


def test_it_runs_in_the_vpc_and_lets_only_https_out(stack: Stack, declare: Declare) -> None:
    BatchHandler(stack, vpc=closed_vpc(stack), subnets=ISOLATED)
    declare()
    network = function(stack)["Properties"]["VpcConfig"]
    (group,) = resources(stack, "AWS::EC2::SecurityGroup", "BedrockBatchHandler")
    assert network["SecurityGroupIds"] == [{"Fn::GetAtt": [group, "GroupId"]}]
    assert len(network["SubnetIds"]) == 2
    egress = resources(stack, "AWS::EC2::SecurityGroup")[group]["Properties"]["SecurityGroupEgress"]
    assert {(rule.get("CidrIp") or rule["CidrIpv6"], rule["FromPort"], rule["ToPort"]) for rule in egress} == {
        ("0.0.0.0/0", 443, 443),
        ("::/0", 443, 443),
    }


def test_its_code_may_not_do_what_lambda_does_with_its_role(stack: Stack) -> None:
    BatchHandler(stack, vpc=closed_vpc(stack), subnets=ISOLATED)
    (role,) = resources(stack, "AWS::IAM::Role", "BedrockBatchHandler").values()
    assert "ManagedPolicyArns" not in role["Properties"]
    (policy,) = role["Properties"]["Policies"]
    of_ec2 = [each for each in policy["PolicyDocument"]["Statement"] if "ec2:" in json.dumps(each["Action"])]
    allowed = {action for each in of_ec2[:-1] for action in listed(each["Action"])}
    assert {each["Effect"] for each in of_ec2[:-1]} == {"Allow"}
    denied = of_ec2[-1]
    assert denied["Effect"] == "Deny"
    assert {*denied["Action"]} == allowed
    assert [*denied["Condition"]["ArnLike"]] == ["lambda:SourceFunctionArn"]


def test_the_endpoints_are_those_of_the_services_that_the_handler_calls(stack: Stack) -> None:
    """`io/clients.py` is the only file of the handler that makes clients."""
    handler = BatchHandler(stack, vpc=closed_vpc(stack), subnets=ISOLATED)
    handler.add_endpoints()
    called = {"bedrock", "cloudformation", "s3"}
    clients = (Path(__file__).parents[2] / "lambda/model_invocation_job/io/clients.py").read_text(encoding="utf-8")
    assert {each for each in called if f'boto3.client("{each}"' in clients} == called
    assert clients.count("boto3.client(") == len(called)
    endpoints = resources(stack, "AWS::EC2::VPCEndpoint").values()
    names = [json.dumps(each["Properties"]["ServiceName"]).rstrip('"]}').rpartition(".")[2] for each in endpoints]
    assert sorted(names) == sorted(called)


def test_a_deletion_keeps_the_way_open_until_the_jobs_have_ended(stack: Stack, declare: Declare) -> None:
    """The endpoints, their rules and the rules of the function's groups are deleted after the function."""
    vpc = closed_vpc(stack)
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc, allow_all_outbound=False)
    handler = BatchHandler(stack, vpc=vpc, subnets=ISOLATED, security_groups=[group])
    handler.add_endpoints()
    declare()
    needed = {
        *resources(stack, "AWS::EC2::VPCEndpoint"),
        *resources(stack, "AWS::EC2::SecurityGroupIngress"),
        *resources(stack, "AWS::EC2::SecurityGroupEgress"),
    }
    assert len(needed) == 3 + 2 + 2
    assert needed <= {*function(stack)["DependsOn"]}


def test_functions_and_jobs_in_a_vpc_share_the_endpoints(declare: Declare, stack: Stack) -> None:
    vpc = closed_vpc(stack)
    other = Stack(App.of(stack), "Other")
    for each in (stack, other):
        BatchHandler(each, vpc=vpc, subnets=ISOLATED).add_endpoints()
    declare(vpc=vpc, subnets=ISOLATED, security_groups=[ec2.SecurityGroup(stack, "Group", vpc=vpc)]).add_s3_endpoint()
    App.of(stack).synth()  # type: ignore[union-attr] # a stack of an app
    assert len(resources(stack, "AWS::EC2::VPCEndpoint")) == 3
    assert resources(other, "AWS::EC2::VPCEndpoint") == {}


def test_endpoints_need_a_vpc(stack: Stack) -> None:
    with pytest.raises(ValueError, match=r"^add_endpoints needs a BatchHandler with vpc$"):
        BatchHandler(stack).add_endpoints()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subnets": ISOLATED}, "^subnets and security_groups need vpc$"),
        ({"security_groups": []}, "^subnets and security_groups need vpc$"),
        ({"vpc": True, "security_groups": []}, "^security_groups must be 1 to 5, got 0$"),
    ],
)
def test_fails_for_networks_that_do_not_fit(stack: Stack, options: dict[str, Any], message: str) -> None:
    if "vpc" in options:
        options = {**options, "vpc": closed_vpc(stack)}
    with pytest.raises(ValueError, match=message):
        BatchHandler(stack, **options)


def test_warns_of_subnets_without_a_way_to_what_the_function_calls(stack: Stack) -> None:
    BatchHandler(stack, vpc=closed_vpc(stack), subnets=ISOLATED)
    text = "have no way to Amazon Bedrock, AWS CloudFormation, S3: .* 16 minutes .*BatchHandler.add_endpoints"
    Annotations.from_stack(stack).has_warning("*", Match.string_like_regexp(text))


def test_an_endpoint_to_s3_alone_is_not_enough(stack: Stack) -> None:
    vpc = closed_vpc(stack)
    vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
    BatchHandler(stack, vpc=vpc, subnets=ISOLATED)
    text = "have no way to Amazon Bedrock, AWS CloudFormation: "
    Annotations.from_stack(stack).has_warning("*", Match.string_like_regexp(text))


def test_the_runtime_of_bedrock_is_another_service(stack: Stack) -> None:
    vpc = closed_vpc(stack)
    vpc.add_interface_endpoint("Runtime", service=ec2.InterfaceVpcEndpointAwsService.BEDROCK_RUNTIME)
    BatchHandler(stack, vpc=vpc, subnets=ISOLATED)
    Annotations.from_stack(stack).has_warning("*", Match.string_like_regexp("no way to Amazon Bedrock, "))


def test_does_not_warn_with_endpoints_or_a_nat_gateway(stack: Stack) -> None:
    BatchHandler(stack, vpc=closed_vpc(stack), subnets=ISOLATED).add_endpoints()
    other = Stack(App.of(stack), "Other")
    BatchHandler(other, vpc=ec2.Vpc(other, "Vpc", max_azs=1))
    for each in (stack, other):
        Annotations.from_stack(each).has_no_warning("*", Match.any_value())


def test_a_deletion_keeps_endpoints_of_the_users_own_until_the_jobs_have_ended(stack: Stack, declare: Declare) -> None:
    vpc = closed_vpc(stack)
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc, allow_all_outbound=False)
    BatchHandler(stack, vpc=vpc, subnets=ISOLATED, security_groups=[group])
    for name in ("BEDROCK", "CLOUDFORMATION"):
        service = getattr(ec2.InterfaceVpcEndpointAwsService, name)
        endpoint = vpc.add_interface_endpoint(name, service=service, open=False, subnets=ISOLATED)
        group.connections.allow_to_default_port(endpoint)
    declare()
    kinds = ("VPCEndpoint", "SecurityGroupIngress", "SecurityGroupEgress")
    needed = {name for kind in kinds for name in resources(stack, f"AWS::EC2::{kind}")}
    assert len(needed) == 2 + 2 + 2
    assert needed <= {*function(stack)["DependsOn"]}


def test_endpoints_that_the_app_has_are_used(stack: Stack) -> None:
    vpc = ec2.Vpc(
        stack,
        "Vpc",
        max_azs=2,
        nat_gateways=0,
        gateway_endpoints={"S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)},
    )
    theirs = vpc.add_interface_endpoint("Theirs", service=ec2.InterfaceVpcEndpointAwsService.BEDROCK)
    handler = BatchHandler(stack, vpc=vpc, subnets=ISOLATED)
    bedrock, _, s3 = handler.add_endpoints()
    assert bedrock.node.path == theirs.node.path
    assert s3.node.path == "Stack/Vpc/S3"
    assert len(resources(stack, "AWS::EC2::VPCEndpoint")) == 3
    rules = resources(stack, "AWS::EC2::SecurityGroupIngress").values()
    assert len(rules) == 2


def test_two_imports_of_one_vpc_share_the_endpoints(app: App) -> None:
    for name in ("One", "Two"):
        stack = Stack(app, name)
        vpc = ec2.Vpc.from_vpc_attributes(
            stack,
            "Vpc",
            vpc_id="vpc-1",
            availability_zones=["a"],
            private_subnet_ids=["subnet-1"],
            private_subnet_route_table_ids=["rtb-1"],
        )
        chosen = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
        BatchHandler(stack, vpc=vpc, subnets=chosen).add_endpoints()
    app.synth()
    assert len(resources(stack, "AWS::EC2::VPCEndpoint")) == 0


def subnet_groups(stack: Stack) -> tuple[ec2.Vpc, list[ec2.SubnetSelection]]:
    kind = ec2.SubnetType.PRIVATE_ISOLATED
    groups = [ec2.SubnetConfiguration(name=name, subnet_type=kind) for name in "ab"]
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1, subnet_configuration=groups)
    return vpc, [*(ec2.SubnetSelection(subnet_group_name=name) for name in "ab"), ec2.SubnetSelection(subnet_type=kind)]


def test_an_endpoint_of_other_subnets_is_no_way(stack: Stack, declare: Declare) -> None:
    vpc, (a, b, _) = subnet_groups(stack)
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    declare(vpc=vpc, subnets=a, security_groups=[group]).add_s3_endpoint()
    declare("Other", vpc=vpc, subnets=b, security_groups=[group])
    text = "the subnets Stack/Vpc/bSubnet1 have no way to S3"
    Annotations.from_stack(stack).has_warning("*", Match.string_like_regexp(text))


def test_subnets_that_no_endpoint_serves_get_one_of_their_own(stack: Stack, declare: Declare) -> None:
    vpc, selections = subnet_groups(stack)
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    first, second, third = (
        declare(f"Job{number}", vpc=vpc, subnets=subnets, security_groups=[group]).add_s3_endpoint().node.path
        for number, subnets in enumerate(selections)
    )
    assert first != second
    assert third in (first, second)
    tables = [each["Properties"]["RouteTableIds"] for each in resources(stack, "AWS::EC2::VPCEndpoint").values()]
    assert sorted(map(len, tables)) == [1, 1]
    assert tables[0] != tables[1]


def test_fails_for_a_subnet_whose_route_table_is_not_known(stack: Stack) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-1", availability_zones=["a"], private_subnet_ids=["subnet-1"]
    )
    chosen = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
    with pytest.raises(ValueError, match=r"^the route table of the subnet Stack/Vpc/PrivateSubnet1 is not known"):
        BatchHandler(stack, vpc=vpc, subnets=chosen).add_endpoints()


def test_fails_for_public_subnets(stack: Stack) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1, nat_gateways=0)
    public = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
    with pytest.raises(ValueError, match=r"^subnets must be private or isolated ones, .* got Stack/Vpc/PublicSubnet1$"):
        BatchHandler(stack, vpc=vpc, subnets=public)


def test_one_more_job_in_a_vpc_asks_cdk_no_more_of_the_network(prompts: Path) -> None:
    def calls(jobs: int) -> int:
        stack = Stack(App(), "Stack")
        vpc = closed_vpc(stack)
        group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
        model, records = BatchModel.from_model_id("amazon.nova-lite-v1:0"), JobInput.from_file(prompts)
        options: dict[str, Any] = {"vpc": vpc, "subnets": ISOLATED, "security_groups": [group]}
        for number in range(jobs):
            ModelInvocationJob(stack, f"Job{number}", model=model, input=records, **options)
        with counted() as found:
            Template.from_stack(stack)
        return found.total()

    assert calls(12) - calls(4) < 8 * 60
