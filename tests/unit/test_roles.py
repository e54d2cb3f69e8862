"""Roles that are shared or brought, their paths and their boundaries."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, CfnResource, Environment, Fn, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from cdk_bedrock_batch import BatchModel, BatchServiceRole, BatchStorage, JobInput, ModelInvocationJob, PolicyKind
from unit.templates import as_text, is_service_role

Declare = Callable[..., ModelInvocationJob]
Properties = Callable[[], dict[str, Any]]

OURS = Environment(account="111111111111", region="eu-west-1")


def statements_of(stack: Stack) -> list[dict[str, Any]]:
    roles = Template.from_stack(stack).find_resources("AWS::IAM::Role")
    (role,) = (role["Properties"] for role in roles.values() if is_service_role(role))
    found: list[dict[str, Any]] = as_text(role["Policies"][0]["PolicyDocument"]["Statement"])
    return found


def passed_roles(stack: Stack) -> Any:
    roles = Template.from_stack(stack).find_resources("AWS::IAM::Role").values()
    (handler,) = (role["Properties"] for role in roles if role["Properties"]["Policies"][0]["PolicyName"] == "Handler")
    (statement,) = (
        statement
        for statement in handler["Policies"][0]["PolicyDocument"]["Statement"]
        if statement["Action"] == "iam:PassRole"
    )
    return as_text(statement["Resource"])


def test_a_shared_role_does_not_grow_with_the_jobs_that_share_it(stack: Stack, prompts: Any) -> None:
    shared = BatchServiceRole(stack, "Shared")
    for number in range(5):
        ModelInvocationJob(
            stack,
            f"Job{number}",
            model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
            input=JobInput.from_file(prompts),
            service_role=shared,
        )
    statements = statements_of(stack)
    folder = "Stack/"
    assert len(statements) == 5
    assert all(each["Resource"].endswith(f".Arn}}/{folder}*") for each in statements[:2])
    assert "InputBucket" in json.dumps(statements[0]["Resource"])
    jobs = Template.from_stack(stack).find_resources("Custom::BedrockModelInvocationJob").values()
    outputs = {as_text(job)["Properties"]["Job"]["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"] for job in jobs}
    assert len(outputs) == 5
    assert all(f"/{folder}Job" in uri for uri in outputs)
    roles = Template.from_stack(stack).find_resources("AWS::IAM::Role")
    (role,) = (name for name, each in roles.items() if is_service_role(each))
    assert all(role in job["DependsOn"] for job in jobs)


def test_a_shared_role_has_what_its_jobs_do_not_have_in_common(stack: Stack, declare: Declare) -> None:
    shared = BatchServiceRole(stack, "Shared")
    storage = BatchStorage(stack, "Storage")
    declare("One", service_role=shared, storage=storage)
    declare("Two", service_role=shared, storage=storage, model=BatchModel.from_model_id("amazon.nova-pro-v1:0"))
    declare(
        "Three",
        service_role=shared,
        storage=storage,
        input=JobInput.from_bucket(storage.input_bucket, prefix="in"),
        output_prefix="elsewhere",
    )
    found = {json.dumps(statement["Action"]): json.dumps(statement["Resource"]) for statement in statements_of(stack)}
    assert "nova-lite" in found['"bedrock:InvokeModel"']
    assert "nova-pro" in found['"bedrock:InvokeModel"']
    assert "/in/*" in found['"s3:GetObject"']
    assert "/elsewhere/*" in found['["s3:GetObject", "s3:PutObject"]']


def test_fails_on_a_shared_role_whose_policy_becomes_too_long(stack: Stack, declare: Declare) -> None:
    shared = BatchServiceRole(stack, "Shared")
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "bucket")
    with pytest.raises(  # noqa: PT012 - whichever of them is too many
        ValueError,
        match=r"^the policy of a shared service role may have 10240 characters, and would have up to 1\d{4}; let some "
        r"of its jobs use another BatchServiceRole, or name buckets, models and networks that they have in common$",
    ):
        for number in range(100):
            declare(f"Job{number}", service_role=shared, input=JobInput.from_bucket(bucket, prefix=f"folder-{number}"))


def test_fails_on_a_shared_role_of_another_stack(app: App, declare: Declare) -> None:
    shared = BatchServiceRole(Stack(app, "Other"), "Shared")
    with pytest.raises(
        ValueError,
        match=r"^a BatchServiceRole serves the jobs of its own stack, which is Other, got one for a job of Stack$",
    ):
        declare(service_role=shared)


def test_fails_on_a_made_role_whose_policy_would_be_too_long(declare: Declare) -> None:
    models = [f"amazon.nova-lite-v{number}:0" for number in range(150)]
    profile = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6"
    with pytest.raises(
        ValueError,
        match=r"^the policy of a job's service role may have 10240 characters, and would have up to \d{5}; name fewer "
        r"foundation models, subnets and security groups$",
    ):
        declare(model=BatchModel.from_application_inference_profile(profile, foundation_models=models))


@pytest.mark.parametrize("shared", [True, False])
def test_path_and_boundary_reach_the_role_and_the_right_to_pass_it(
    stack: Stack, declare: Declare, service_role: Properties, shared: bool
) -> None:
    boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", "boundary")
    options: dict[str, Any] = {"role_path": "/team/data/", "permissions_boundary": boundary}
    declare(**({"service_role": BatchServiceRole(stack, "Shared", **options)} if shared else options))
    assert service_role()["Path"] == "/team/data/cdk-bedrock-batch/${AWS::Region}/${AWS::StackName}/"
    assert "policy/boundary" in json.dumps(service_role()["PermissionsBoundary"])
    assert passed_roles(stack) == (
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/team/data/cdk-bedrock-batch/"
        "${AWS::Region}/${AWS::StackName}/*"
    )


def test_a_boundary_of_the_whole_app_reaches_every_role(app: App, stack: Stack, declare: Declare) -> None:
    declare()
    boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", "boundary")
    iam.PermissionsBoundary.of(app).apply(boundary)
    roles = Template.from_stack(stack).find_resources("AWS::IAM::Role").values()
    assert len(roles) == 2
    assert all("PermissionsBoundary" in role["Properties"] for role in roles)


@pytest.mark.parametrize("path", ["", "team", "/team", "team/", "/te am/", "//", "/team/*/"])
def test_fails_on_a_path_that_is_none(declare: Declare, path: str) -> None:
    if path == "":
        declare(role_path=path)
        return
    with pytest.raises(ValueError, match=r"^role_path must be an IAM path such as /team/, with a slash at both ends, "):
        declare(role_path=path)


def test_fails_on_options_of_a_made_role_beside_a_brought_one(stack: Stack, declare: Declare) -> None:
    with pytest.raises(ValueError, match=r"^role_path and permissions_boundary are for a role that is made here"):
        declare(service_role=BatchServiceRole(stack, "Shared"), role_path="/team/")


def test_fails_on_a_role_of_another_account(prompts: Any) -> None:
    stack = Stack(App(), "Stack", env=OURS)
    role = iam.Role.from_role_arn(stack, "Theirs", "arn:aws:iam::222222222222:role/theirs")
    with pytest.raises(
        ValueError,
        match=r"^service_role must be a role of the stack's own account 111111111111, got 'arn:aws:iam::222222222222",
    ):
        ModelInvocationJob(
            stack,
            "Job",
            model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
            input=JobInput.from_file(prompts),
            service_role=role,
        )


@pytest.mark.parametrize("kind", ["immutable", "other stack"])
def test_a_role_that_cannot_be_extended_is_told_of_with_all_that_it_needs(prompts: Any, kind: str) -> None:
    app = App()
    stack = Stack(app, "Stack", env=OURS)
    role: iam.IRole
    if kind == "immutable":
        role = iam.Role.from_role_arn(stack, "Theirs", "arn:aws:iam::111111111111:role/theirs", mutable=False)
    else:
        theirs = Stack(app, "Roles", env=OURS)
        role = iam.Role(theirs, "Theirs", assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))
    job = ModelInvocationJob(
        stack,
        "Job",
        model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
        input=JobInput.from_file(prompts),
        service_role=role,
    )
    identity, trust = job.required_policies
    assert (identity.kind, trust.kind) == (PolicyKind.IDENTITY_POLICY, PolicyKind.TRUST_POLICY)
    assert [each["Action"] for each in identity.statements] == [
        "s3:GetObject",
        ["s3:GetObject", "s3:PutObject"],
        "s3:ListBucket",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        "bedrock:InvokeModel",
    ]
    assert json.loads(trust.to_json()) == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "bedrock.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "111111111111"},
                "ArnLike": {"aws:SourceArn": "arn:aws:bedrock:eu-west-1:111111111111:model-invocation-job/*"},
            },
        }
    ]
    Annotations.from_stack(stack).has_warning(
        "/Stack/Job", Match.string_like_regexp("the identity-based policy of .* cannot be written from this stack")
    )
    for each in (child for child in app.node.children if isinstance(child, Stack)):
        Template.from_stack(each).resource_count_is("AWS::IAM::Policy", 0)


def test_values_of_two_stacks_that_look_alike_in_the_template_are_both_passed(app: App, prompts: Any) -> None:
    """A reference to another stack resolves to a logical id without its stack, wherever in a function it stands."""
    stack = Stack(app, "Jobs")
    for number, name in enumerate(("One", "Two")):
        roles = CfnResource(Stack(app, name), "Roles", type="Custom::Roles", properties={"ServiceToken": "token"})
        arn = Fn.select(0, Fn.split(",", roles.get_att("Arns").to_string()))
        ModelInvocationJob(
            stack,
            f"Job{number}",
            model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
            input=JobInput.from_file(prompts),
            service_role=iam.Role.from_role_arn(stack, f"Role{number}", arn, mutable=False),
        )
    passed = [json.dumps(each) for each in passed_roles(stack)]
    assert len(passed) == 2
    assert "One" in passed[0]
    assert "Two" in passed[1]
