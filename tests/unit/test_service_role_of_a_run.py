"""A role lives as long as its run: neither does an update take a running job's rights, nor does it take its role."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchModel, InvocationType, JobInput, ModelInvocationJob
from unit.templates import is_service_role

Declare = Callable[..., ModelInvocationJob]


def logical_ids(declare: Declare, **options: Any) -> tuple[str, str]:
    """The logical ids of the job and its role in a stack that is always the same but for the job's options."""
    stack = Stack(App(), "Stack")
    declare(scope=stack, **options)
    template = Template.from_stack(stack)
    (job,) = template.find_resources("Custom::BedrockModelInvocationJob")
    roles = template.find_resources("AWS::IAM::Role")
    (role,) = (name for name, each in roles.items() if is_service_role(each))
    return job, role


@pytest.mark.parametrize("change", ["model", "output"])
def test_another_run_with_other_rights_gets_another_role_for_the_same_resource(declare: Declare, change: str) -> None:
    options: dict[str, dict[str, Any]] = {
        "model": {"model": BatchModel.from_model_id("amazon.nova-pro-v1:0")},
        "output": {"output_prefix": "elsewhere"},
    }
    job, role = logical_ids(declare)
    changed_job, changed_role = logical_ids(declare, **options[change])

    assert changed_job == job
    assert changed_role != role


@pytest.mark.parametrize(
    "options",
    [
        {"tags": {"team": "support"}},
        {"timeout": Duration.hours(48)},
        {"job_name_prefix": "renamed"},
        {"run_id": "2"},
        {"invocation_type": InvocationType.CONVERSE},
    ],
)
def test_what_needs_no_other_rights_keeps_the_role(declare: Declare, options: dict[str, Any]) -> None:
    assert logical_ids(declare, **options) == logical_ids(declare)


def test_other_prompts_change_nothing_of_iam(declare: Declare, prompts: Path, tmp_path: Path) -> None:
    """Neither a role's id nor a statement, of the job or of the handler: a pipeline deploys it without a question."""
    edited = tmp_path / "other.jsonl"
    edited.write_text(prompts.read_text("utf-8").replace("record-", "edited-"), "utf-8")

    def of_iam(**options: Any) -> dict[str, Any]:
        stack = Stack(App(), "Stack")
        declare(scope=stack, **options)
        resources = Template.from_stack(stack).to_json()["Resources"]
        return {name: each for name, each in resources.items() if each["Type"] != "Custom::BedrockModelInvocationJob"}

    before = of_iam()
    assert of_iam(input=JobInput.from_file(edited)) == before
    assert of_iam(run_id="2") == before
    assert of_iam(model=BatchModel.from_model_id("amazon.nova-pro-v1:0")) != before


def test_the_same_bytes_under_another_name_keep_the_role(declare: Declare, prompts: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(prompts.read_bytes())

    assert logical_ids(declare, input=JobInput.from_file(copy)) == logical_ids(declare)
