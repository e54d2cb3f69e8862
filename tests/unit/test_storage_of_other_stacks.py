"""Storage that lies in other stacks, whose logical ids may be the same; and stacks that are nested or moved."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Aws, Environment, NestedStack, Stack, Stage
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchModel, BatchServiceRole, BatchStorage, JobInput, ModelInvocationJob, OnRemoval
from cdk_bedrock_batch._iam import reportable
from cdk_bedrock_batch._template import StackView
from unit.templates import is_service_role

OURS = Environment(account="111111111111", region="eu-west-1")


def declare(scope: Any, prompts: Path, name: str = "Job", **options: Any) -> ModelInvocationJob:
    return ModelInvocationJob(
        scope,
        name,
        model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
        input=JobInput.from_file(prompts),
        **options,
    )


def service_roles(stack: Stack) -> dict[str, Any]:
    roles = Template.from_stack(stack).find_resources("AWS::IAM::Role")
    return {name: each for name, each in roles.items() if is_service_role(each)}


@pytest.mark.parametrize("shared", [False, True])
def test_two_storages_of_two_stacks_with_the_same_logical_ids_are_both_opened(prompts: Path, *, shared: bool) -> None:
    app = App()
    storages = [BatchStorage(Stack(app, name), "Storage") for name in ("DataA", "DataB")]
    stack = Stack(app, "Jobs")
    role = BatchServiceRole(stack, "Shared") if shared else None
    for number, storage in enumerate(storages):
        declare(stack, prompts, f"Job{number}", storage=storage, service_role=role)
    roles = Template.from_stack(stack).find_resources("AWS::IAM::Role").values()
    policies = [json.dumps(each["Properties"]["Policies"]) for each in roles]
    opened = [
        {
            (stack_name, what)
            for stack_name, what in re.findall(r"(Data[AB]):ExportsOutputFnGetAttStorage([A-Z][a-z]+)", text)
        }
        for text in policies
    ]
    both = {(name, what) for name in ("DataA", "DataB") for what in ("Input", "Output", "Key")}

    # The handler's, and the shared role's; a role of one job has the one storage.
    assert opened.count(both) == 1 + shared


def test_a_move_to_the_storage_of_another_stack_is_another_role(prompts: Path) -> None:
    def role_with(name: str) -> set[str]:
        app = App()
        storages = {each: BatchStorage(Stack(app, each), "Storage") for each in ("DataA", "DataB")}
        stack = Stack(app, "Jobs")
        declare(stack, prompts, storage=storages[name])
        return set(service_roles(stack))

    assert role_with("DataA") == role_with("DataA")
    assert not role_with("DataA") & role_with("DataB")


def test_a_key_of_the_parent_names_no_nested_stack(prompts: Path) -> None:
    """Its name is known only once it is deployed, which needs the key: a circle."""
    parent = Stack(App(), "Parent", env=OURS)
    closed = iam.PolicyDocument(
        statements=[iam.PolicyStatement(principals=[iam.AccountRootPrincipal()], actions=["kms:Get*"], resources=["*"])]
    )
    key = kms.Key(parent, "Key", policy=closed)
    nested = NestedStack(parent, "Nested")
    job = declare(nested, prompts, storage=BatchStorage(nested, "Storage", key=key))

    assert {each.kind for each in job.required_policies} == {"key policy"}
    (found,) = Template.from_stack(parent).find_resources("AWS::KMS::Key").values()
    assert "NestedStack" not in json.dumps(found)


def test_a_shared_role_stays_for_a_job_that_does(prompts: Path) -> None:
    for left, policy in ((OnRemoval.STOP, None), (OnRemoval.LEAVE_RUNNING, "Retain")):
        stack = Stack(App(), "Stack")
        declare(stack, prompts, service_role=BatchServiceRole(stack, "Shared"), on_removal=left)
        (role,) = service_roles(stack).values()
        assert role.get("DeletionPolicy") == policy


def test_a_stack_that_moves_into_a_stage_keeps_its_places_and_roles(prompts: Path) -> None:
    """A refactoring that leaves the stack's name and all logical ids as they are starts nothing."""

    def resources(scope: Any) -> dict[str, Any]:
        stack = Stack(scope, "Jobs", stack_name="Jobs")
        declare(stack, prompts)
        return dict(Template.from_stack(stack).to_json()["Resources"])

    assert resources(App()) == resources(Stage(App(), "Production"))


def test_places_of_nested_stacks_and_of_one_id_twice_are_apart(prompts: Path) -> None:
    parent = Stack(App(), "Parent")
    storage = BatchStorage(parent, "Storage")
    inner = NestedStack(parent, "Inner")
    jobs = [
        declare(parent, prompts, storage=storage),
        declare(inner, prompts, storage=storage),
        declare(NestedStack(parent, "Other"), prompts, storage=storage),
        declare(NestedStack(inner, "Inner"), prompts, storage=storage),
    ]
    folders = {job._output.key for job in jobs}
    assert len(folders) == 4
    assert all(folder.startswith("Parent") for folder in folders)


def test_a_stack_id_of_another_alphabet_has_a_place(prompts: Path) -> None:
    stack = Stack(App(), "本番", stack_name="Prod")
    job = declare(stack, prompts)
    assert job._output.key.startswith("Prod/Job-")


@pytest.mark.parametrize("env", [OURS, None], ids=["known", "agnostic"])
def test_the_report_names_the_resources_of_the_stack_itself(
    prompts: Path, tmp_path: Path, env: Environment | None
) -> None:
    """A nested stack may have the same logical ids."""
    app = App(outdir=str(tmp_path))
    iam.Role.customize_roles(app)
    parent = Stack(app, "Parent", env=env)
    nested = NestedStack(parent, "Nested")
    theirs = iam.Role(parent, "Theirs", assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))
    declare(parent, prompts, storage=BatchStorage(parent, "Storage"))
    declare(parent, prompts, "WithRole", storage=BatchStorage(parent, "More"), service_role=theirs)
    declare(nested, prompts, storage=BatchStorage(nested, "Storage"))
    app.synth()
    report = {
        role["roleConstructPath"]: json.dumps(role)
        for role in json.loads((tmp_path / "iam-policy-report.json").read_text("utf-8"))["roles"]
    }
    own = {path: text for path, text in report.items() if not path.startswith("Parent/Nested")}

    assert len(report) == 5
    unreadable = ("Token", "[object", "Fn::", "Ref")
    assert [(path, word) for path, text in report.items() for word in unreadable if word in text] == []
    assert not any("Parent/Nested/" in text for text in own.values())
    assert "(Parent/Storage/InputBucket/Resource.Arn)" in report["Parent/BedrockBatchHandler/Role"]


def test_the_report_keeps_pseudo_parameters_that_it_has_no_words_for() -> None:
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:{Aws.PARTITION}:s3:::{Aws.STACK_NAME}-{Aws.NO_VALUE}/*",
        "Condition": {"StringEquals": {"aws:ResourceAccount": Aws.NO_VALUE}},
    }
    assert reportable(StackView.of(Stack(App(), "Stack")), statement) == {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "arn:(PARTITION):s3:::Stack-${AWS::NoValue}/*",
        "Condition": {"StringEquals": {"aws:ResourceAccount": "${AWS::NoValue}"}},
    }
