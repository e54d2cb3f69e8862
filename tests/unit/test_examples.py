"""The example in the docstring of each public class runs as it stands."""

from __future__ import annotations

import inspect
import re
import textwrap
from pathlib import Path

import aws_cdk
import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from cdk_bedrock_batch import BatchModel, JobInput, ModelInvocationJob
from unit.signatures import PUBLIC

ROOT = Path(__file__).parents[2]
CLASSES = {name: thing for name, thing in PUBLIC.items() if inspect.isclass(thing)}
# What users do not make themselves.
MADE_BY = {
    "Estimate": "job.estimate",
    "IModelInvocationJob": "from_job_arn",
    "JobFile": "read_job_files",
    "RequiredPolicy": "job.required_policies",
}


@pytest.mark.parametrize("name", CLASSES)
def test_the_example_runs(name: str, prompts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docstring = inspect.cleandoc(CLASSES[name].__doc__ or "")
    found = re.search(r"^Example::\n\n((?: {4}.*\n?|\n)+)\Z", docstring, re.MULTILINE)
    assert found, f"{name} has no example at the end of its docstring"
    code = textwrap.dedent(found[1])
    (tmp_path / "records.jsonl").write_bytes(prompts.read_bytes())
    (tmp_path / "jobs").symlink_to(ROOT / "jobs")
    monkeypatch.chdir(tmp_path)
    app = App()
    names = {**vars(aws_cdk), **PUBLIC, "iam": iam, "kms": kms, "logs": logs, "s3": s3, "stack": Stack(app, "Stack")}
    names |= {each: getattr(aws_cdk, each) for each in ("CfnOutput", "Duration", "RemovalPolicy")}
    names |= {
        "model": BatchModel.from_model_id("us.amazon.nova-lite-v1:0"),
        "records": JobInput.from_file("records.jsonl"),
    }
    if "job." in code and "job = " not in code and name != "JobFile":
        names["job"] = ModelInvocationJob(names["stack"], "Job", model=names["model"], input=names["records"])

    exec(compile(code, name, "exec"), names)  # noqa: S102 - the example is our own

    app.synth()
    assert MADE_BY.get(name, name) in code
