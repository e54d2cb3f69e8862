"""The pipeline of CDK Pipelines synthesizes, and its approval of prod shows the plan that a step before it has made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from e2e.cloud import ACCOUNT, REGION, Cloud
from examples.repository import EXAMPLES, ROOT
from examples.surroundings import with_credentials, without_credentials

STACK = "BedrockBatchPipeline"
CONTEXT = {"repository": "someone/jobs", "connection": f"arn:aws:codeconnections:{REGION}:{ACCOUNT}:connection/c"}


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assembly of a repository with the jobs of this project."""
    folder = tmp_path_factory.mktemp("pipeline")
    shutil.copytree(ROOT / "jobs", folder / "jobs")
    shutil.copytree(EXAMPLES / "cdk-pipelines", folder, dirs_exist_ok=True)
    context = json.loads((folder / "cdk.json").read_text("utf-8"))["context"] | CONTEXT
    variables = {"CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(folder / "cdk.out")}
    environment = {**os.environ, "CDK_VALIDATION": "false", **variables}
    subprocess.run([sys.executable, "pipeline.py"], cwd=folder, env=environment, check=True)
    return folder / "cdk.out"


def resources(assembly: Path, kind: str) -> list[dict[str, Any]]:
    """The properties of all resources of a type."""
    template = json.loads((assembly / f"{STACK}.template.json").read_text("utf-8"))
    return [each["Properties"] for each in template["Resources"].values() if each["Type"] == kind]


def plan_commands(assembly: Path) -> list[str]:
    """What the step runs that makes the plan."""
    projects = (
        json.loads(each["Source"]["BuildSpec"])
        for each in resources(assembly, "AWS::CodeBuild::Project")
        if isinstance(each["Source"]["BuildSpec"], str)
    )
    (found,) = (each["phases"]["build"]["commands"] for each in projects if "PLAN_SUMMARY" in str(each.get("env")))
    return list(found)


def test_the_approval_of_prod_comes_after_the_plan_and_shows_it(assembly: Path) -> None:
    (pipeline,) = resources(assembly, "AWS::CodePipeline::Pipeline")
    prod = next(each["Actions"] for each in pipeline["Stages"] if each["Name"] == "Prod")
    order = [(each["Name"], each["RunOrder"]) for each in sorted(prod, key=lambda each: int(each["RunOrder"]))]
    approval = next(each for each in prod if each["Name"] == "Approve")

    assert order[:2] == [("Plan", 1), ("Approve", 2)]
    assert all(name.startswith("BedrockBatchJobs-prod.") for name, _ in order[2:])
    namespace = prod[0]["Namespace"]
    assert approval["Configuration"]["CustomData"] == (
        f"#{{{namespace}.PLAN_SUMMARY}} The plan: #{{{namespace}.PLAN_LOG}}"
    )


def test_each_stage_has_the_jobs_of_its_environment(assembly: Path) -> None:
    names = {}
    for stage in ("Test", "Prod"):
        manifest = json.loads((assembly / f"assembly-{STACK}-{stage}" / "manifest.json").read_text("utf-8"))
        artifacts = manifest["artifacts"].values()
        names[stage] = [each["properties"]["stackName"] for each in artifacts if "stackName" in each["properties"]]

    assert names == {"Test": ["Test-BedrockBatchJobs-test"], "Prod": ["Prod-BedrockBatchJobs-prod"]}


def test_no_account_and_no_region_is_in_the_templates(assembly: Path) -> None:
    for template in assembly.rglob("*.template.json"):
        text = template.read_text("utf-8").replace(CONTEXT["connection"], "")
        assert ACCOUNT not in text
        assert f'"{REGION}"' not in text


@pytest.mark.soak
def test_the_step_makes_the_plan_and_its_summary(cloud: Cloud, assembly: Path, tmp_path: Path) -> None:
    variables = with_credentials(cloud.aws, without_credentials(tmp_path / "home"), None)
    commands = [*plan_commands(assembly), 'echo "summary: $PLAN_SUMMARY, log: $PLAN_LOG"']

    run = subprocess.run(
        ["bash", "-e", "-c", "\n".join(commands)],
        cwd=assembly,
        env={**variables, "CODEBUILD_BUILD_URL": "https://example.com/build"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert "ticket-triage-job" in run.stdout
    (summary,) = (line for line in run.stdout.splitlines() if line.startswith("summary: "))
    assert summary.startswith("summary: 2 paid jobs start: 300 records, at most ")
    assert summary.endswith("log: https://example.com/build")
