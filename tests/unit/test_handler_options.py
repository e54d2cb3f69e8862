"""What a user can choose for the function of a stack: its network, its role and its log group."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    App,
    Environment,
    NestedStack,
    RemovalPolicy,
    Stack,
    cloud_assembly_schema,  # noqa: F401 - the type of what assertions find
)
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Annotations, Match, Template
from kernel_calls import counted

from cdk_bedrock_batch import BatchHandler, BatchModel, JobInput, ModelInvocationJob, PolicyKind

Declare = Callable[..., ModelInvocationJob]
ISOLATED = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
LAMBDA = iam.ServicePrincipal("lambda.amazonaws.com")
FUNCTION = "BedrockBatchHandlerFunctionE6C5DBC7"


def resources(stack: Stack, kind: str, prefix: str = "") -> dict[str, Any]:
    found = Template.from_stack(stack).find_resources(kind)
    return {name: each for name, each in found.items() if name.startswith(prefix)}


def function(stack: Stack) -> dict[str, Any]:
    found: dict[str, Any] = resources(stack, "AWS::Lambda::Function")[FUNCTION]
    return found


def closed_vpc(stack: Stack) -> ec2.Vpc:
    return ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0)


def test_the_function_has_the_same_logical_id_with_all_options_and_without(stack: Stack, declare: Declare) -> None:
    """CloudFormation refuses another service token for a live job."""
    group = logs.LogGroup(stack, "Logs")
    role = iam.Role(stack, "Theirs", assumed_by=LAMBDA)
    BatchHandler(stack, vpc=closed_vpc(stack), subnets=ISOLATED, role=role, log_group=group)
    declare()
    (job,) = resources(stack, "Custom::BedrockModelInvocationJob").values()
    assert job["Properties"]["ServiceToken"] == {"Fn::GetAtt": [FUNCTION, "Arn"]}


def test_fails_after_the_first_job(stack: Stack, declare: Declare) -> None:
    declare()
    with pytest.raises(
        ValueError, match=r"^the stack Stack has its BatchHandler already; the first job of a stack makes"
    ):
        BatchHandler(stack)


def test_fails_twice_in_a_stack(stack: Stack) -> None:
    BatchHandler(stack)
    with pytest.raises(ValueError, match=r"^the stack Stack has its BatchHandler already"):
        BatchHandler(stack)


def test_a_nested_stack_has_its_own(stack: Stack) -> None:
    BatchHandler(stack)
    BatchHandler(NestedStack(stack, "Nested"))


def test_fails_below_a_stack(stack: Stack) -> None:
    with pytest.raises(ValueError, match=r"^scope must be a Stack, got LogGroup$"):
        BatchHandler(logs.LogGroup(stack, "Logs"))  # type: ignore[arg-type] # what mypy would find


def test_without_options_it_is_what_the_first_job_makes(declare: Declare, stack: Stack) -> None:
    declare()
    made = Template.from_stack(stack).to_json()
    other = Stack(App(), "Stack")
    BatchHandler(other)
    alone = Template.from_stack(other).to_json()["Resources"]
    policies = alone["BedrockBatchHandlerRole6EAFC4A6"]["Properties"].pop("Policies")
    with_job = made["Resources"]["BedrockBatchHandlerRole6EAFC4A6"]["Properties"].pop("Policies")
    assert {name: made["Resources"][name] for name in alone} == alone
    statements = with_job[0]["PolicyDocument"]["Statement"]
    # A job adds its model to the first statement, and others after these.
    assert policies[0]["PolicyDocument"]["Statement"][1:] == statements[1:5]


# Network


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
    allowed = {action for each in of_ec2[:-1] for action in _listed(each["Action"])}
    assert {each["Effect"] for each in of_ec2[:-1]} == {"Allow"}
    denied = of_ec2[-1]
    assert denied["Effect"] == "Deny"
    assert {*denied["Action"]} == allowed
    assert [*denied["Condition"]["ArnLike"]] == ["lambda:SourceFunctionArn"]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


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


# Role


def test_a_role_of_the_stack_gets_the_policy_and_nothing_else(stack: Stack, declare: Declare) -> None:
    role = iam.Role(stack, "Theirs", assumed_by=LAMBDA)
    handler = BatchHandler(stack, role=role)
    declare()
    assert handler.required_policies == ()
    ((name, policy),) = resources(stack, "AWS::IAM::Policy").items()
    (logical_id,) = resources(stack, "AWS::IAM::Role", "Theirs")
    assert policy["Properties"]["Roles"] == [{"Ref": logical_id}]
    assert function(stack)["Properties"]["Role"] == {"Fn::GetAtt": [logical_id, "Arn"]}
    assert {name, logical_id} <= {*function(stack)["DependsOn"]}
    actions = {
        action for each in policy["Properties"]["PolicyDocument"]["Statement"] for action in _listed(each["Action"])
    }
    assert {"bedrock:CreateModelInvocationJob", "iam:PassRole", "s3:PutObject", "logs:PutLogEvents"} <= actions
    assert resources(stack, "AWS::IAM::Role", "BedrockBatchHandler") == {}


def test_a_role_that_is_imported_as_mutable_gets_it_too(stack: Stack, declare: Declare) -> None:
    role = iam.Role.from_role_name(stack, "Theirs", "theirs")
    handler = BatchHandler(stack, role=role)
    declare()
    assert handler.required_policies == ()
    (policy,) = resources(stack, "AWS::IAM::Policy").values()
    assert policy["Properties"]["Roles"] == ["theirs"]


@pytest.mark.parametrize("kind", ["immutable", "another stack"])
def test_a_role_that_this_stack_cannot_change_is_told_about(declare: Declare, stack: Stack, kind: str) -> None:
    if kind == "immutable":
        role = iam.Role.from_role_name(stack, "Theirs", "theirs", mutable=False)
    else:
        role = iam.Role(Stack(App.of(stack), "Other"), "Theirs", assumed_by=LAMBDA)
    handler = BatchHandler(stack, role=role)
    before = handler.required_policies
    declare()
    identity, trust = handler.required_policies
    assert (identity.kind, trust.kind) == (PolicyKind.IDENTITY_POLICY, PolicyKind.TRUST_POLICY)
    assert identity.resource.endswith("theirs") or "Theirs" in identity.resource
    assert trust.statements[0]["Principal"] == {"Service": "lambda.amazonaws.com"}
    # Each job adds to it.
    assert len(identity.statements) > len(before[0].statements)
    assert "Token[" not in identity.to_json()
    assert resources(stack, "AWS::IAM::Policy") == {}
    Annotations.from_stack(stack).has_warning("*", Match.string_like_regexp("BatchHandler.required_policies"))


def test_it_is_the_same_policy_whoever_has_the_role(stack: Stack, declare: Declare) -> None:
    role = iam.Role.from_role_name(stack, "Theirs", "theirs", mutable=False)
    handler = BatchHandler(stack, role=role)
    declare()
    told = handler.required_policies[0].statements
    made = Stack(App(), "Stack")
    BatchHandler(made)
    declare(scope=made)
    (policy,) = next(iter(resources(made, "AWS::IAM::Role", "BedrockBatchHandler").values()))["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    assert [_listed(each["Action"]) for each in told] == [_listed(each["Action"]) for each in statements]


def test_two_stacks_with_one_imported_role_have_policies_of_their_own(app: App) -> None:
    names = []
    stacks = [Stack(app, name) for name in ("One", "Two")]
    for stack in stacks:
        BatchHandler(stack, role=iam.Role.from_role_name(stack, "Theirs", "theirs"))
    for stack in stacks:
        (policy,) = resources(stack, "AWS::IAM::Policy").values()
        names.append(json.dumps(policy["Properties"]["PolicyName"]))
    # The stack's id is another one in each.
    assert all("AWS::StackId" in each for each in names)


@pytest.mark.parametrize("prevent_synthesis", [False, True])
def test_a_role_of_the_stack_works_with_a_report_of_roles(declare: Declare, prevent_synthesis: bool) -> None:
    app = App()
    iam.Role.customize_roles(app, prevent_synthesis=prevent_synthesis)
    stack = Stack(app, "Reported")
    role = iam.Role(stack, "Theirs", assumed_by=LAMBDA)
    BatchHandler(stack, role=role)
    declare(scope=stack)
    assert len(resources(stack, "AWS::Lambda::Function", "BedrockBatchHandler")) == 1


def test_fails_for_a_role_of_another_account() -> None:
    stack = Stack(App(), "Stack", env=Environment(account="111122223333", region="us-east-1"))
    role = iam.Role.from_role_arn(stack, "Theirs", "arn:aws:iam::444455556666:role/theirs")
    with pytest.raises(
        ValueError, match=r"^role must be a role of the stack's own account 111122223333, got '?arn:aws:"
    ):
        BatchHandler(stack, role=role)


# Logs


def test_a_log_group_of_the_users_has_the_retention_key_and_removal_policy_that_they_gave_it(
    stack: Stack, declare: Declare
) -> None:
    group = logs.LogGroup(
        stack,
        "Logs",
        retention=logs.RetentionDays.TEN_YEARS,
        encryption_key=kms.Key(stack, "Key"),
        removal_policy=RemovalPolicy.RETAIN,
    )
    BatchHandler(stack, log_group=group)
    declare()
    ((name, made),) = resources(stack, "AWS::Logs::LogGroup").items()
    assert (made["DeletionPolicy"], made["Properties"]["RetentionInDays"]) == ("Retain", 3653)
    assert "KmsKeyId" in made["Properties"]
    assert function(stack)["Properties"]["LoggingConfig"]["LogGroup"] == {"Ref": name}
    (role,) = resources(stack, "AWS::IAM::Role", "BedrockBatchHandler").values()
    statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    (writes,) = (each for each in statements if "logs:PutLogEvents" in each["Action"])
    assert writes["Resource"] == {"Fn::GetAtt": [name, "Arn"]}
