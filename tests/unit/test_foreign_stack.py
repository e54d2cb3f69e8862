"""What mypy tells a user, from the library as it is installed and without any settings of ours."""

import inspect
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from unit.signatures import PUBLIC, callables

ROOT = Path(__file__).parents[2]
STACK = ROOT / "tests" / "unit" / "foreign_stack.py"
# Each line that ends with a comment is wrong, in the way that mypy names so.
WRONG = """\
from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from cdk_bedrock_batch import BatchModel, BatchStorage, CdkNag2Suppressions, JobGate, JobInput, ModelInvocationJob
from cdk_bedrock_batch import BatchServiceRole, IModelInvocationJob, InvocationType, PolicyKind, RequiredPolicy
from cdk_bedrock_batch import JobFile, OnRemoval, read_job_files

def declare(stack: Stack, model: BatchModel, source: JobInput, bucket: s3.IBucket, role: iam.IRole) -> None:
    ModelInvocationJob(stack, "A", model="amazon.nova-lite-v1:0", input=source)  # arg-type
    ModelInvocationJob(stack, "A", model=model, input="records.jsonl")  # arg-type
    ModelInvocationJob(stack, "A", model=model, input=source, timeout=48)  # arg-type
    ModelInvocationJob(stack, "A", model=model, input=source, run_id=2)  # arg-type
    ModelInvocationJob(stack, "A", model=model, input=source, tags={"team": 1})  # dict-item
    ModelInvocationJob(stack, "A", model=model, input=source, storage=bucket)  # arg-type
    ModelInvocationJob(stack, "A", model=model, input=source, gate=OnRemoval.STOP)  # arg-type
    ModelInvocationJob(stack, "A", model=model, input=source, on_removal=JobGate.SUBMITTED)  # arg-type
    ModelInvocationJob(stack, "A", model=model, input=source, invocation_type=True)  # arg-type
    ModelInvocationJob(stack, "A", model=model, input=source, service_role="role")  # arg-type
    ModelInvocationJob(stack, "A", model=model, input=source, vpc="vpc-1")  # arg-type
    ModelInvocationJob(stack, "A", model=model, input=source, security_groups="sg-1")  # arg-type
    ModelInvocationJob(stack, "A", model=model, input=source, retries=1)  # call-arg
    ModelInvocationJob(stack, "A", model=model)  # call-arg
    ModelInvocationJob(stack, "A", model, source)  # call-arg
    BatchStorage(stack, "B", output_retention=90)  # arg-type
    BatchStorage(stack, "B", input_bucket="name")  # arg-type
    BatchServiceRole(stack, "C", role_path=None)  # arg-type
    JobInput.from_file(1)  # arg-type
    JobInput.from_file("a.jsonl", max_size=1)  # arg-type
    JobInput.from_bucket("name", key="a.jsonl")  # arg-type
    JobInput.from_bucket(bucket, key=1)  # arg-type
    BatchModel.from_model_id(1)  # arg-type
    BatchModel.from_inference_profile("arn")  # call-arg
    BatchModel.from_custom_model(None)  # arg-type
    CdkNag2Suppressions().visit("node")  # arg-type
    read_job_files(1)  # arg-type

def tell(job: ModelInvocationJob, files: list[JobFile], required: RequiredPolicy) -> None:
    job.job_arn()  # operator
    uri: int = job.output_uri  # assignment
    wrong: list[str] = job.required_policies  # assignment
    kind: PolicyKind = required.to_json()  # assignment
    line: str = files[0].line  # assignment
    form: Duration = InvocationType.CONVERSE  # assignment
    job.grant("principal", "bedrock:StopModelInvocationJob")  # arg-type
    job.grant(iam.AccountRootPrincipal(), 1)  # arg-type
    imported: IModelInvocationJob = ModelInvocationJob.from_job_arn(Stack(), "D", job.job_arn)
    imported.grant_read_output(iam.AccountRootPrincipal())  # attr-defined
    ModelInvocationJob.from_job_arn(Stack(), "D", 1)  # arg-type
"""


def test_the_stack_uses_every_public_name_and_every_option() -> None:
    source = STACK.read_text("utf-8")
    options = {
        parameter.name
        for _, function in callables()
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }

    assert len(options) > 30
    assert {name for name in PUBLIC if not re.search(rf"\b{name}\b(?!,$)", source, re.MULTILINE)} == set()
    assert {name for name in options if not re.search(rf"\b{name}=", source)} == set()


Mypy = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the library is installed: an environment of its own, which sees the other packages of this one."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=False, symlinks=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))
    for root, package in (("constructs", "cdk_bedrock_batch"), ("batch", "bedrock_batch")):
        shutil.copytree(ROOT / root / package, site / package)
    (site / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    return site


@pytest.fixture(scope="module")
def mypy(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Mypy:
    """Checks a source text. CDK takes mypy over a minute, unless `make lint` has left its cache."""
    folder = tmp_path_factory.mktemp("user")
    if (kept := ROOT / ".mypy_cache").is_dir():
        shutil.copytree(kept, folder / "cache")
    python = site.parents[2] / "bin" / "python"
    options = ["--strict", "--config-file=", f"--python-executable={python}", "--cache-dir=cache", "--no-error-summary"]

    def check(source: str) -> subprocess.CompletedProcess[str]:
        (folder / "stack.py").write_text(source, "utf-8")
        command = [sys.executable, "-m", "mypy", *options, "stack.py"]
        return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False)

    return check


@pytest.mark.soak
def test_a_typed_stack_passes(mypy: Mypy) -> None:
    run = mypy(STACK.read_text("utf-8"))

    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.soak
def test_each_wrong_type_is_found_on_its_line_and_nothing_else(mypy: Mypy) -> None:
    lines = enumerate(WRONG.splitlines(), 1)
    expected = {(number, line.rpartition("  # ")[2]) for number, line in lines if "  # " in line}

    found = re.findall(r"^stack\.py:(\d+): error: .*\[([\w-]+)\]$", mypy(WRONG).stdout, re.MULTILINE)

    assert len(expected) > 30
    assert {(int(number), code) for number, code in found} == expected


@pytest.mark.soak
def test_without_its_marker_the_library_has_no_types(mypy: Mypy, site: Path) -> None:
    marker = site / "cdk_bedrock_batch" / "py.typed"
    marker.unlink()
    try:
        assert "[import-untyped]" in mypy(STACK.read_text("utf-8")).stdout
    finally:
        marker.touch()
