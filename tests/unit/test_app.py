"""The app: job files in, one stack out; run as the CDK CLI runs it."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import aws_cdk
import pytest

from bedrock_batch.plan.told import ABOVE, PLANNING

ROOT = Path(__file__).parents[2]
CDK_JSON = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))


class Run(NamedTuple):
    code: int
    text: str
    assembly: dict[str, bytes]

    def template(self) -> Any:
        return json.loads(self.assembly["BedrockBatchJobs.template.json"])


def run(out: Path, *, hash_seed: str = "0", validates: bool = True, **context: Any) -> Run:
    """Run app.py as `cdk synth` does, and any use of a deprecated interface is an error.

    `validates` runs every check of CDK's own over the template, which takes longer than all else.
    """
    validation = {} if validates else {"CDK_VALIDATION": "false"}
    kept = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"} | validation
    completed = subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        env={
            **kept,
            "PYTHONPATH": os.pathsep.join(str(ROOT / room) for room in ("constructs", "batch")),
            "PYTHONHASHSEED": hash_seed,
            "JSII_DEPRECATED": "fail",
            "CDK_OUTDIR": str(out),
            "CDK_CONTEXT_JSON": json.dumps({**CDK_JSON["context"], "aws:cdk:enable-path-metadata": True, **context}),
        },
        cwd=out.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    files = {path.name: path.read_bytes() for path in sorted(out.glob("*.json"))} if out.is_dir() else {}
    lines = (completed.stdout + completed.stderr).splitlines(keepends=True)
    # Whether the machine's Node is old is not the app's doing.
    text = "".join(line for line in lines if not line.startswith("b'!!"))
    return Run(completed.returncode, text, files)


@pytest.fixture
def jobs(tmp_path: Path, prompts: Path) -> Path:
    return job_files(tmp_path / "jobs", prompts)


def job_files(folder: Path, prompts: Path) -> Path:
    """A folder with two job files."""
    folder.mkdir()
    shutil.copy(prompts, folder)
    for name, model in {"a-first": "amazon.nova-lite-v1:0", "second": "eu.amazon.nova-lite-v1:0"}.items():
        (folder / f"{name}.yaml").write_text(
            f"name: {name}\nmodel: {model}\ninput: {prompts.name}\ninvocation_type: Converse\n"
            "timeout_hours: 24\ntags: {b: x, a: y}\n"
        )
    return folder


SUMMARY = """\
BedrockBatchJobs/a-first-job: 100 records, about 864 tokens of input, tokens of output not known, cost not known
BedrockBatchJobs/second-job: 100 records, about 864 tokens of input, tokens of output not known, cost not known
On a first deployment: 2 paid jobs start: 200 records; tokens and cost not known. What a later one starts: \
bedrock-batch plan
"""


def test_a_plan_gets_a_whole_assembly_of_jobs_above_a_ceiling(tmp_path: Path, jobs: Path) -> None:
    """As the CDK CLI, it reads from the assembly which constructs have errors."""
    (jobs / "environments.yaml").write_text("environments: {prod: {ceilings: {max_records: 99}}}")
    of_a_plan: dict[str, Any] = {PLANNING: True, "@aws-cdk/core:failSynthOnValidationErrors": False}
    done = run(tmp_path / "out", validates=False, jobs=str(jobs), env="prod", **of_a_plan)

    assert (done.code, len(done.text.splitlines())) == (0, 3)
    told = json.loads(done.assembly["BedrockBatchJobs-prod.metadata.json"])
    above = [path for path, entries in told.items() if any(each["type"] == ABOVE for each in entries)]
    assert above == [f"/BedrockBatchJobs-prod/{job}-job/Resource" for job in ("a-first", "second")]


def test_two_processes_write_the_same_bytes_and_no_warning(tmp_path: Path, jobs: Path) -> None:
    runs = [
        run(tmp_path / f"out{seed}", hash_seed=seed, validates=validates, jobs=str(jobs))
        for seed, validates in {"1": True, "2": False}.items()
    ]
    assert [(found.code, found.text) for found in runs] == [(0, SUMMARY), (0, SUMMARY)]
    assert json.loads(runs[0].assembly["validation-report.json"])["pluginReports"] == []
    template = "BedrockBatchJobs.template.json"
    assert runs[0].assembly[template] == runs[1].assembly[template]
    assert runs[0].assembly["BedrockBatchJobs.assets.json"] == runs[1].assembly["BedrockBatchJobs.assets.json"]


# Each is the id or the output of something else in the stack.
NAMES = ("Storage", "Jobs", "Default", "Resource", "BedrockBatchHandler", "x", "Imported", "Watch", "Output")


@pytest.fixture(scope="module")
def destroyed(tmp_path_factory: pytest.TempPathFactory, prompts: Path) -> Run:
    """A folder with the two job files and one of each name, whose stack keeps nothing."""
    folder = tmp_path_factory.mktemp("app")
    jobs = job_files(folder / "jobs", prompts)
    for name in NAMES:
        (jobs / f"{name}.yaml").write_text(f"name: {name}\nmodel: amazon.nova-lite-v1:0\ninput: prompts.jsonl\n")
    # As users run it: with the folder relative to where they stand.
    return run(folder / "out", jobs=jobs.name, removal_policy="destroy")


def test_each_job_file_becomes_a_job(destroyed: Run) -> None:
    assert (destroyed.code, len(destroyed.text.splitlines())) == (0, 2 + len(NAMES) + 1)
    template = destroyed.template()
    declared = {
        resource["Properties"]["JobNamePrefix"]: resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "Custom::BedrockModelInvocationJob"
    }
    assert sorted(declared) == sorted(["a-first", "second", *NAMES])
    written = [declared["a-first"], declared["second"]]
    assert {job["Job"]["modelInvocationType"] for job in written} == {"Converse"}
    assert {job["Job"]["timeoutDurationInHours"] for job in written} == {"24"}
    assert {job["RunId"] for job in declared.values()} == {"1"}
    assert list(template["Outputs"]) == ["Watch"]
    policies = {
        resource["DeletionPolicy"]
        for resource in template["Resources"].values()
        if resource["Type"] in {"AWS::S3::Bucket", "AWS::KMS::Key"}
    }
    assert policies == {"Delete"}


def test_no_name_meets_another_of_the_stack(destroyed: Run) -> None:
    types = [resource["Type"] for resource in destroyed.template()["Resources"].values()]
    assert types.count("Custom::BedrockModelInvocationJob") == len(NAMES) + 2


def test_the_stack_can_have_another_name_and_a_profile_no_condition(jobs: Path) -> None:
    with (jobs / "second.yaml").open("a") as file:
        file.write("restrict_to_profile: false\n")
    (stack,) = shipped_app().build(aws_cdk.App(context={"jobs": str(jobs), "stack": "Nightly"}))

    assert stack.stack_name == "Nightly"
    assert "bedrock:InferenceProfileArn" not in str(aws_cdk.assertions.Template.from_stack(stack).to_json())


def test_a_job_file_may_hold_its_job(jobs: Path) -> None:
    with (jobs / "second.yaml").open("a") as file:
        file.write("hold: true\n")
    (stack,) = shipped_app().build(aws_cdk.App(context={"jobs": str(jobs)}))

    found = aws_cdk.assertions.Template.from_stack(stack).find_resources("Custom::BedrockModelInvocationJob").values()
    held = {each["Properties"]["JobNamePrefix"] for each in found if each["Properties"].get("Hold") == "true"}
    assert held == {"second"}


def test_mistakes_end_the_run_with_a_line_each(tmp_path: Path, jobs: Path) -> None:
    (jobs / "second.yaml").write_text("name: second\nmodel: amazon.nova-lite-v1:0\ntimeout_hour: 24\n")
    found = run(tmp_path / "out", jobs=str(jobs))
    first, second = found.text.splitlines()
    assert (found.code, first) == (1, f"error: {jobs / 'second.yaml'}:1:1: input: missing")
    assert second.startswith(f"error: {jobs / 'second.yaml'}:3:1: 'timeout_hour': unknown key, allowed are name, ")
    assert second.endswith("; did you mean timeout_hours?")


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ({"jobs": "elsewhere"}, "elsewhere: no such folder"),
        ({"jobs": ""}, "the context value jobs must be the name of a folder, got ''"),
        (
            {"removal_policy": "snapshot"},
            "the context value removal_policy must be retain or destroy, got 'snapshot'",
        ),
        (
            {"stack": "my stack"},
            "stack_name must be 1 to 128 letters, digits and hyphens and start with a letter, got 'my stack'",
        ),
    ],
)
def test_fails_on_a_wrong_context_value(jobs: Path, context: dict[str, str], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        shipped_app().build(aws_cdk.App(context={"jobs": str(jobs), **context}))


def shipped_app() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shipped_app", ROOT / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_shipped_job_files_are_declared() -> None:
    (stack,) = shipped_app().build(aws_cdk.App())
    template = aws_cdk.assertions.Template.from_stack(stack)
    jobs = template.find_resources("Custom::BedrockModelInvocationJob").values()
    assert len(jobs) == len(list((ROOT / "jobs").glob("*.yaml")))
    assert {"InvokeModel", "Converse"} <= {job["Properties"]["Job"]["modelInvocationType"] for job in jobs}


def test_the_feature_flags_are_those_that_cdk_recommends() -> None:
    packages = sorted((Path(aws_cdk.__file__).parent / "_jsii").glob("aws-cdk-lib@*.tgz"))
    with tarfile.open(packages[-1]) as package:
        member = package.extractfile("package/recommended-feature-flags.json")
        assert member is not None
        recommended = json.load(member)
    context = dict(CDK_JSON["context"])
    # Indentation is a third of a template that may have a megabyte.
    assert context.pop("@aws-cdk/core:suppressTemplateIndentation") is True
    assert context == recommended
