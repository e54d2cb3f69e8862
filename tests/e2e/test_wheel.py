"""The library as its users get it: built, installed into an empty environment, synthesized from there."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from bedrock_batch_local.emulator.release import HOW_TO_INSTALL
from e2e.polls import quick
from unit.pages import blocks, is_test_file

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements.txt"
STACK = """
import aws_cdk as cdk
from cdk_bedrock_batch import BatchModel, JobInput, ModelInvocationJob
import cdk_bedrock_batch, sys
app = cdk.App(outdir=sys.argv[1])
stack = cdk.Stack(app, "Wheel")
bucket = cdk.aws_s3.Bucket(stack, "Prompts")
ModelInvocationJob(stack, "Job", model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
                   input=JobInput.from_bucket(bucket, key="prompts.jsonl"))
app.synth()
print(cdk_bedrock_batch.__file__)
"""


def synthesize(python: Path, folder: Path) -> tuple[Path, Path]:
    """The staged code of the handler in a stack that an interpreter makes, and where its library lies."""
    folder.mkdir()
    command = [str(python), "-I", "-c", STACK, str(folder / "out")]
    environment = {**os.environ, "CDK_VALIDATION": "false"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=folder)
    template = json.loads((folder / "out" / "Wheel.template.json").read_text("utf-8"))
    functions = [each for each in template["Resources"].values() if each["Type"] == "AWS::Lambda::Function"]
    assert len(functions) == 1
    asset = functions[0]["Properties"]["Code"]["S3Key"].removesuffix(".zip")
    return folder / "out" / f"asset.{asset}", Path(run.stdout.splitlines()[-1])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_library_its_handler_and_the_embedded_aws_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    roots = {"/".join(name.split("/")[:2]) for name in names if ".dist-info/" not in name}

    assert "cdk_bedrock_batch/_lambda" in roots
    assert {root.partition("/")[0] for root in roots} == {"cdk_bedrock_batch", "bedrock_batch", "bedrock_batch_local"}
    assert {"cdk_bedrock_batch/py.typed", "bedrock_batch/py.typed"} <= set(names)
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_wheel_has_the_command_line_and_its_extras(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (entries, about) = (
        archive.read(next(name for name in archive.namelist() if name.endswith(f".dist-info/{end}"))).decode()
        for end in ("entry_points.txt", "METADATA")
    )

    assert "bedrock-batch = bedrock_batch.cli.main:main" in entries
    assert {"cli", "local", "parquet", "prices"} == set(re.findall(r"^Provides-Extra: (.+)$", about, re.MULTILINE))


def test_the_wheel_and_the_source_archive_have_the_schemas(wheel: Path, tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (source,) = tmp_path.glob("*.tar.gz")
    shutil.unpack_archive(source, tmp_path)
    unpacked = tmp_path / source.name.removesuffix(".tar.gz") / "batch"
    schemas = sorted((ROOT / "batch" / "bedrock_batch" / "schemas").iterdir())

    assert len(schemas) == 5
    for path in schemas:
        name = f"bedrock_batch/schemas/{path.name}"
        assert zipfile.ZipFile(wheel).read(name) == (unpacked / name).read_bytes() == path.read_bytes()


def install(python: Path, *what: str | Path) -> None:
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-compile"]
    subprocess.run([*pip, *what], check=True)


def install_requirements(python: Path) -> None:
    install(python, "--require-hashes", "-r", REQUIREMENTS)


def link_requirements(python: Path) -> None:
    """Put the packages of the environment under test, which has more, where pip would unpack the same ones."""
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(python.parents[1])}))
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", REQUIREMENTS.read_text("utf-8"), re.MULTILINE):
        package = metadata.distribution(name)
        assert package.version == version
        for top in {file.parts[0] for file in package.files or [] if file.parts[0] != ".."}:
            if not (site / top).exists():  # packages of one namespace share a folder
                (site / top).symlink_to(str(package.locate_file(top)))


@pytest.mark.parametrize(
    "requirements", [link_requirements, pytest.param(install_requirements, marks=pytest.mark.soak)]
)
def test_an_installed_library_deploys_the_same_handler_as_the_checkout(
    wheel: Path, tmp_path: Path, requirements: Callable[[Path], None]
) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    requirements(python)
    install(python, wheel)

    installed, installed_at = synthesize(python, tmp_path / "installed")
    checkout, checkout_at = synthesize(Path(sys.executable), tmp_path / "checkout")

    assert environment in installed_at.parents
    assert ROOT in checkout_at.parents
    assert installed.name == checkout.name
    assert contents(installed) == contents(checkout)
    assert {name.partition("/")[0] for name in contents(installed)} == {"model_invocation_job", "bedrock_batch"}


@pytest.mark.soak
def test_the_tests_of_the_page_for_users_pass_with_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """In two processes of pytest, without any settings of ours."""
    files = [each.values[0] for each in blocks("python") if is_test_file(each.values[0])]
    assert len(files) == 3
    folder, site = tmp_path / "user", tmp_path / "site"
    folder.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    (folder / "jobs").symlink_to(ROOT / "jobs")
    for number, code in enumerate(files):
        (folder / ("conftest.py" if "pytest_plugins" in code else f"test_{number}.py")).write_text(code, "utf-8")

    run = pytest_of_a_user(folder, site, "-n", "2", "--dist", "loadfile")

    assert run.returncode == 0, run.stdout
    assert "3 passed" in run.stdout


def test_without_the_extra_the_fixtures_say_what_is_missing(tmp_path: Path) -> None:
    conftest = 'import sys\nsys.modules["boto3"] = None\npytest_plugins = ["bedrock_batch_local.pytest_plugin"]\n'
    (tmp_path / "conftest.py").write_text(conftest, "utf-8")

    run = pytest_of_a_user(tmp_path, *(ROOT / root for root in ("local", "batch", "constructs")))

    assert run.returncode != 0
    assert run.stderr.splitlines()[-1].endswith(f"the embedded AWS needs the extra [local]: {HOW_TO_INSTALL}")


def pytest_of_a_user(folder: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    """Pytest in a folder of a user's, with some roots of packages and options of the command line."""
    roots = [str(option) for option in options if isinstance(option, Path)]
    command = [sys.executable, "-m", "pytest", "-q", *(option for option in options if isinstance(option, str))]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = quick({**environment, "PYTHONPATH": os.pathsep.join(roots), "CDK_VALIDATION": "false"})
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("module", ["bedrock_batch_local", "bedrock_batch_local.demo"])
@pytest.mark.parametrize("there", ["boto3", "ministack"])
def test_without_the_extra_one_line_names_it(module: str, there: str, tmp_path: Path) -> None:
    # An interpreter that sees no installed package, but a copy of this one and half of the extra.
    for package in ("local/bedrock_batch_local", "batch/bedrock_batch"):
        shutil.copytree(ROOT / package, tmp_path / Path(package).name)
    (tmp_path / f"{there}.py").touch()

    command = [sys.executable, "-S", "-m", module]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1
    assert "pip install '.[local]'" in run.stderr
