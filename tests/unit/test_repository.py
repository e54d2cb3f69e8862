"""Which files must not exist, and what a file must not hold. The rooms: `test_rooms.py`."""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The one file of what decides that reads another.
READS = "batch/bedrock_batch/local_file.py"


def imported(source: str) -> set[str]:
    """The modules that a source text imports, wherever in it, by their full names."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return names


@pytest.mark.parametrize(
    "acts", ["random", "time", "os", "threading", "http", "print(", "open(", "read_text(", "read_bytes("]
)
@pytest.mark.parametrize(
    "room", ["batch/bedrock_batch", "lambda/model_invocation_job/core", "lambda/batch_outcome/core"]
)
def test_what_decides_neither_waits_nor_reads_nor_writes(room: str, acts: str) -> None:
    for file in (ROOT / room).rglob("*.py"):
        if "cli" in file.relative_to(ROOT / room).parts:
            continue  # it acts for a person, and is not a part of the function
        source = file.read_text("utf-8")

        assert acts not in {name.partition(".")[0] for name in imported(source)}, file
        assert not acts.endswith("(") or acts not in source or (acts, file) == ("open(", ROOT / READS), file


def test_one_file_of_the_functions_knows_how_bedrock_shows_a_job() -> None:
    batch = [file for file in (ROOT / "batch/bedrock_batch").rglob("*.py") if "cli" not in file.parts]
    files = [*(ROOT / "lambda").rglob("*.py"), *batch]
    found = {file.name for file in files if re.search(r"\b(?:submitTime|endTime)\b", file.read_text("utf-8"))}

    # An outcome has members of its own with these names.
    assert found - {"detail.py"} == {"job.py"}


@pytest.mark.parametrize("function", ["model_invocation_job", "batch_outcome"])
def test_only_one_file_of_a_function_makes_clients(function: str) -> None:
    files = (ROOT / "lambda" / function).rglob("*.py")

    assert [file.name for file in files if "boto3" in imported(file.read_text("utf-8"))] == ["clients.py"]


def test_the_app_uses_the_public_names_of_the_library_alone() -> None:
    names = {name for name in imported((ROOT / "app.py").read_text("utf-8")) if name.startswith("cdk_bedrock_batch")}

    assert names == {"cdk_bedrock_batch"}


@pytest.mark.parametrize("source_root", ["batch", "constructs", "lambda", "local"])
def test_a_source_root_is_no_package(source_root: str) -> None:
    assert not (ROOT / source_root / "__init__.py").exists()
    assert not (ROOT / "tests" / source_root / "__init__.py").exists()


def test_no_file_of_pins_names_where_packages_come_from() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))

    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    for file in ("requirements.txt", "requirements-dev.txt", "package-lock.json", ".npmrc", "pyproject.toml"):
        assert not re.search(r"https?://", (ROOT / file).read_text("utf-8")), file


@pytest.mark.parametrize("file", sorted(file.name for file in ROOT.glob("requirements*.txt")))
def test_every_requirement_is_pinned_with_hashes(file: str) -> None:
    lines = (ROOT / file).read_text("utf-8").replace("\\\n", " ").splitlines()
    requirements = [line for line in lines if line.strip() and not line.startswith("#")]

    assert requirements
    assert all(re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:", line) for line in requirements)


def test_the_release_of_the_build_back_end_is_the_one_that_is_installed() -> None:
    pin = re.search(r'requires = \["hatchling==([^"]+)"\]', (ROOT / "pyproject.toml").read_text("utf-8"))

    assert pin
    assert f"hatchling=={pin[1]} " in (ROOT / "requirements-dev.txt").read_text("utf-8")
