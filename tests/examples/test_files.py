"""The files of the examples: valid, pinned, with few rights, and nothing of a stranger in a command."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.api import lint_all

from examples.deploy_role import role
from examples.repository import EXAMPLES, ROOT

WORKFLOWS = sorted((EXAMPLES / "github-actions" / ".github" / "workflows").glob("*.yml"))
GITLAB = EXAMPLES / "gitlab-ci" / ".gitlab-ci.yml"
PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def jobs(workflow: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(workflow.read_text("utf-8"))["jobs"])


def test_there_are_three_workflows() -> None:
    assert [each.name for each in WORKFLOWS] == ["deploy.yml", "nightly.yml", "plan.yml"]


@pytest.mark.parametrize(
    ("schema", "file"),
    [*(("vendor.github-workflows", each) for each in WORKFLOWS), ("vendor.gitlab-ci", GITLAB)],
    ids=lambda each: getattr(each, "name", None),
)
def test_a_file_satisfies_the_schema_of_its_service(schema: str, file: Path) -> None:
    more = ["--data-transform", "gitlab-ci"] if file == GITLAB else []
    subprocess.run(["check-jsonschema", "--builtin-schema", schema, *more, str(file)], check=True)


def test_the_auditor_of_workflows_finds_nothing() -> None:
    command = ["zizmor", "--offline", "--no-progress", "--persona", "pedantic", str(EXAMPLES / "github-actions")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.name)
def test_every_action_is_pinned_by_its_commit_and_says_its_version(workflow: Path) -> None:
    uses = re.findall(r"uses: .*", workflow.read_text("utf-8"))

    assert uses
    assert all(PINNED.fullmatch(each) for each in uses)


def test_a_version_of_an_action_is_one_commit() -> None:
    pins = {each for file in WORKFLOWS for each in re.findall(r"uses: (.*)", file.read_text("utf-8"))}

    assert len({each.partition("@")[0] for each in pins}) == len(pins)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.name)
def test_a_workflow_has_no_rights_and_each_job_says_its_own(workflow: Path) -> None:
    assert yaml.safe_load(workflow.read_text("utf-8"))["permissions"] == {}
    for job in jobs(workflow).values():
        assert "permissions" in job
        # What may write or deploy runs no code of a pull request.
        may = job["permissions"]
        checks_out = any(step.get("uses", "").startswith("actions/checkout@") for step in job["steps"])
        assert not (checks_out and "write" in str(may) and workflow.name == "plan.yml")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.name)
def test_no_expression_is_in_a_command(workflow: Path) -> None:
    for job in jobs(workflow).values():
        assert not [step["name"] for step in job["steps"] if "${{" in step.get("run", "")]


def test_no_output_of_the_plan_reaches_the_job_that_comments() -> None:
    plan = jobs(EXAMPLES / "github-actions" / ".github" / "workflows" / "plan.yml")

    assert "needs." not in str(plan["comment"])
    # Whose only other reader has no rights, and compares it with three numbers.
    assert re.findall(r"needs\.[\w.]+", str(plan["verdict"])) == ["needs.plan.outputs.code"]
    assert plan["verdict"]["permissions"] == {}


def test_no_job_of_gitlab_gets_variables_from_another() -> None:
    assert "dotenv" not in str(yaml.safe_load(GITLAB.read_text("utf-8")))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.name)
def test_a_checkout_leaves_no_token(workflow: Path) -> None:
    steps = [step for job in jobs(workflow).values() for step in job["steps"]]

    for step in steps:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("file", [*WORKFLOWS, GITLAB, EXAMPLES / "cdk-pipelines" / "pipeline.py"], ids=lambda e: e.name)
def test_what_an_example_installs_is_there(file: Path) -> None:
    named = re.findall(r"-r (\S+?\.txt)", file.read_text("utf-8"))

    assert {"requirements.txt", "requirements-pipeline.txt"} <= set(named)
    assert all((ROOT / name).is_file() for name in named)


def test_only_a_person_deploys_changes_of_iam_without_a_question() -> None:
    for workflow in WORKFLOWS:
        for job in jobs(workflow).values():
            steps = [step for step in job["steps"] if "--require-approval" in step.get("run", "")]
            assert all(step["if"] == "${{ inputs.approve_iam }}" for step in steps)
    gitlab = yaml.safe_load(GITLAB.read_text("utf-8"))
    silent = {name: job for name, job in gitlab.items() if "--require-approval" in str(job)}
    assert set(silent) == {"deploy-iam", "nightly-iam"}
    assert all(rule["when"] == "manual" for job in silent.values() for rule in job["rules"])


@pytest.mark.parametrize("example", ["github-actions", "gitlab-ci"])
def test_the_role_is_assumed_by_two_environments_or_the_branch_and_assumes_the_bootstrap_roles(example: str) -> None:
    found = lint_all((EXAMPLES / example / "deploy-role.yaml").read_text("utf-8"))
    assert [each for each in found if each.rule.severity != "informational"] == []
    properties = role(example)
    (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
    (statement,) = (each for policy in properties["Policies"] for each in policy["PolicyDocument"]["Statement"])

    assert list(trust["Condition"]) == ["StringEquals"]
    (subject,) = (value for key, value in trust["Condition"]["StringEquals"].items() if key.endswith(":sub"))
    assert (
        subject
        == {
            "github-actions": ["repo:someone/jobs:environment:production", "repo:someone/jobs:environment:nightly"],
            "gitlab-ci": "project_path:someone/jobs:ref_type:branch:ref:main",
        }[example]
    )
    assert (statement["Action"], statement["Resource"]) == (
        "sts:AssumeRole",
        "arn:aws:iam::111122223333:role/cdk-hnb659fds-*-role-111122223333-us-east-1",
    )
