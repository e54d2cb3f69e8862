"""What a user can choose for the function of a stack: its network, its role and its log group."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from aws_cdk import (
    App,
    Environment,
    NestedStack,
    RemovalPolicy,
    Stack,
    cloud_assembly_schema,  # noqa: F401 - the type of what assertions find
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Annotations, Match, Template

from cdk_bedrock_batch import BatchHandler, ModelInvocationJob, PolicyKind
from unit.handler import FUNCTION, ISOLATED, LAMBDA, closed_vpc, function, listed, resources

Declare = Callable[..., ModelInvocationJob]


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
        action for each in policy["Properties"]["PolicyDocument"]["Statement"] for action in listed(each["Action"])
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
    assert [listed(each["Action"]) for each in told] == [listed(each["Action"]) for each in statements]


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
