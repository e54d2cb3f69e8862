"""Roles that an administrator makes from CDK's report (`iam.Role.customize_roles`), and a job that runs with them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from cdk_bedrock_batch import BatchModel, BatchServiceRole, BatchStorage, InvocationType, JobInput, ModelInvocationJob
from e2e.cloud import ACCOUNT, REGION, Cloud
from e2e.prompts import many, write_prompts

DATA, JOBS = "RolesData", "RolesJobs"
_REFERENCE = re.compile(r"\(([^()]+)\.(\w+)\)")
Report = list[dict[str, Any]]


def synthesize(folder: Path, prompts: Path, roles: dict[str, str], *, shared: bool = False) -> Path:
    """Storage in one stack, a job in another; no role is in either template."""
    app = cdk.App(outdir=str(folder), analytics_reporting=False, context={"aws:cdk:enable-path-metadata": True})
    iam.Role.customize_roles(app, use_precreated_roles=roles)
    env = cdk.Environment(account=ACCOUNT, region=REGION)
    storage = BatchStorage(cdk.Stack(app, DATA, env=env), "Storage")
    stack = cdk.Stack(app, JOBS, env=env)
    job = ModelInvocationJob(
        stack,
        "Job",
        model=BatchModel.from_model_id("us.anthropic.claude-haiku-4-5-20251001-v1:0"),
        input=JobInput.from_file(prompts),
        invocation_type=InvocationType.CONVERSE,
        storage=storage,
        service_role=BatchServiceRole(stack, "SharedRole") if shared else None,
    )
    cdk.CfnOutput(stack, "JobArn", value=job.job_arn)
    app.synth()
    return folder


def report_of(assembly: Path) -> Report:
    report: Report = json.loads((assembly / "iam-policy-report.json").read_text("utf-8"))["roles"]
    return report


def names_of(report: Report) -> dict[str, str]:
    """A name for each role, by its path."""
    return {role["roleConstructPath"]: role["roleConstructPath"].replace("/", "-") for role in report}


def make_roles(cloud: Cloud, assembly: Path, report: Report) -> None:
    """Do what an administrator does with the report: fill in what is there by now, and patterns for what is not."""

    def meant(found: re.Match[str]) -> str:
        path, attribute = found[1], found[2]
        if path.startswith(JOBS):
            assert (path, attribute) == (f"{JOBS}/BedrockBatchHandler/LogGroup/Resource", "Arn")
            return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{JOBS}-BedrockBatchHandler*"
        return arn_of(cloud, assembly, path)

    def filled(value: Any) -> Any:
        text = json.dumps(value)
        for word, meaning in {
            "ACCOUNT": ACCOUNT,
            "PARTITION": "aws",
            "REGION": REGION,
            "URL SUFFIX": "amazonaws.com",
        }.items():
            text = text.replace(f"({word})", meaning)
        text = _REFERENCE.sub(meant, text)
        assert "Token" not in text
        assert "Fn::" not in text
        assert '"Ref"' not in text
        assert "${" not in text
        return json.loads(text)

    client = cloud.client("iam")
    for role in report:
        name, version = names_of(report)[role["roleConstructPath"]], {"Version": "2012-10-17"}
        trust = version | {"Statement": filled(role["assumeRolePolicy"])}
        policy = version | {"Statement": filled(role["identityPolicyStatements"])}
        client.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        client.put_role_policy(RoleName=name, PolicyName="Reported", PolicyDocument=json.dumps(policy))


def arn_of(cloud: Cloud, assembly: Path, path: str) -> str:
    """The ARN of what a construct of the deployed storage has become."""
    template = json.loads((assembly / f"{DATA}.template.json").read_text("utf-8"))
    resources = template["Resources"].items()
    ((logical_id, kind),) = (
        (name, each["Type"]) for name, each in resources if each.get("Metadata", {}).get("aws:cdk:path") == path
    )
    found = cloud.client("cloudformation").describe_stack_resource(StackName=DATA, LogicalResourceId=logical_id)
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    return {
        "AWS::S3::Bucket": f"arn:aws:s3:::{name}",
        "AWS::KMS::Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}",
    }[kind]


@pytest.fixture(scope="module")
def few_prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_prompts(tmp_path_factory.mktemp("prompts") / "clouds.jsonl", many(120, "clouds"))


@pytest.mark.soak
def test_a_job_runs_with_roles_that_were_made_from_the_report(cloud: Cloud, few_prompts: Path, tmp_path: Path) -> None:
    names = names_of(report_of(synthesize(tmp_path / "first", few_prompts, {})))
    assembly = synthesize(tmp_path / "second", few_prompts, names)
    report = report_of(assembly)
    assert len(report) == 2
    for stack in (DATA, JOBS):
        types = {
            each["Type"] for each in json.loads((assembly / f"{stack}.template.json").read_text())["Resources"].values()
        }
        assert not any(kind.startswith("AWS::IAM") for kind in types)
    cloud.cli(assembly).deploy(DATA)
    make_roles(cloud, assembly, report)
    job_arn = cloud.cli(assembly).deploy(JOBS)[JOBS]["JobArn"]
    job = cloud.ended(job_arn)

    assert job["status"] == "Completed", job.get("message")
    assert (
        job["roleArn"] == f"arn:aws:iam::{ACCOUNT}:role/{names[next(path for path in names if 'ServiceRole' in path)]}"
    )


@pytest.mark.parametrize("shared", [False, True])
def test_the_report_is_the_same_after_a_prompt_edit(few_prompts: Path, tmp_path: Path, *, shared: bool) -> None:
    edited = write_prompts(tmp_path / "edited.jsonl", many(130, "storms"))
    reports = [report_of(synthesize(tmp_path / path.stem, path, {}, shared=shared)) for path in (few_prompts, edited)]
    assert reports[0] == reports[1]
    assert len(reports[0]) == 2


def test_the_report_has_all_that_the_template_would_have(few_prompts: Path, tmp_path: Path) -> None:
    """With `prevent_synthesis` off CDK makes the roles and reports them: the same statements."""
    app = cdk.App(
        outdir=str(tmp_path / "out"), analytics_reporting=False, context={"aws:cdk:enable-path-metadata": True}
    )
    iam.Role.customize_roles(app, prevent_synthesis=False)
    stack = cdk.Stack(app, "Both")
    for number, model in enumerate(("amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0")):
        ModelInvocationJob(
            stack, f"Job{number}", model=BatchModel.from_model_id(model), input=JobInput.from_file(few_prompts)
        )
    app.synth()
    template = json.loads((tmp_path / "out" / "Both.template.json").read_text("utf-8"))
    made = {
        each["Metadata"]["aws:cdk:path"].removesuffix("/Resource"): each["Properties"]["Policies"][0]["PolicyDocument"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::IAM::Role"
    }

    def rights(statements: list[dict[str, Any]]) -> set[tuple[str, int]]:
        counted: dict[str, int] = {}
        for statement in statements:
            actions = json.dumps(statement["Action"])
            resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            counted[actions] = counted.get(actions, 0) + len(resources)
        return set(counted.items())

    reported = {role["roleConstructPath"]: role["identityPolicyStatements"] for role in report_of(tmp_path / "out")}
    assert set(made) == set(reported)
    for path, document in made.items():
        assert rights(document["Statement"]) == rights(reported[path])
