"""The ways out of `docs/iam.md`: what a user writes if an assumption is wrong takes effect before the job starts."""

from typing import Any

from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from security.registry import ENVIRONMENT, job


def added(template: Template, action: str) -> tuple[str, dict[str, Any]]:
    """The one policy, by logical id, that holds an action and is not inside a role."""
    policies = template.find_resources("AWS::IAM::Policy")
    ((name, policy),) = [(name, policy) for name, policy in policies.items() if action in str(policy)]
    return name, dict(policy)


def test_a_right_that_is_added_to_a_job_s_role_is_there_before_the_job() -> None:
    stack = Stack(App(), "Reports", env=ENVIRONMENT)
    declared = job(stack)
    statement = iam.PolicyStatement(actions=["s3:GetBucketLocation"], resources=["*"])

    assert declared.service_role.add_to_principal_policy(statement).statement_added
    template = Template.from_stack(stack)
    name, policy = added(template, "s3:GetBucketLocation")
    (resource,) = template.find_resources("Custom::BedrockModelInvocationJob").values()
    assert policy["Properties"]["Roles"] == [{"Ref": stack.get_logical_id(declared.service_role.node.default_child)}]  # type: ignore[arg-type] # a CfnRole
    assert name in resource["DependsOn"]


def test_a_right_that_is_added_to_the_function_s_role_is_there_before_the_job() -> None:
    stack = Stack(App(), "Reports", env=ENVIRONMENT)
    declared = job(stack)
    role = Stack.of(declared).node.find_child("BedrockBatchHandler").node.find_child("Role")
    assert isinstance(role, iam.Role)
    role.add_to_principal_policy(iam.PolicyStatement(actions=["bedrock:InvokeModel"], resources=["*"]))

    template = Template.from_stack(stack)
    name, _ = added(template, "bedrock:InvokeModel")
    (resource,) = template.find_resources("Custom::BedrockModelInvocationJob").values()
    functions = template.find_resources("AWS::Lambda::Function")
    handler = next(each for each in functions.values() if "BedrockBatchHandler" in str(each["Properties"]["Role"]))
    assert name in handler["DependsOn"] or name in resource["DependsOn"]
