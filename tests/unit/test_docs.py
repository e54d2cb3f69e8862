"""What the documents show is run: every Python, YAML and shell block, every file they name."""

import ast
import re
import shutil
from pathlib import Path

import pytest

from cdk_bedrock_batch import read_job_files

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(language: str) -> list[str]:
    """All code blocks of a language."""
    pattern = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [block for document in DOCUMENTS for block in pattern.findall(document.read_text("utf-8"))]


@pytest.mark.parametrize("block", blocks("python"))
def test_python_runs(block: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - the block is our own

    assert capsys.readouterr().out


@pytest.mark.parametrize("block", blocks("yaml"))
def test_yaml_is_a_job_file(block: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "jobs" / "prompts", tmp_path / "prompts")
    (tmp_path / "job.yaml").write_text(block, "utf-8")
    (job,) = read_job_files(tmp_path)

    assert set(re.findall(r"^(\w+):", block, re.MULTILINE)) == {
        "name",
        "model",
        "input",
        "invocation_type",
        "timeout_hours",
        "tags",
        "run_id",
        "restrict_to_profile",
    }
    assert job.timeout_hours == 48


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for document in DOCUMENTS for name in re.findall(r"\bmake ([a-z]+)", document.read_text("utf-8"))}

    assert {"demo", "test", "local", "synth", "setup", "clean"} <= named <= targets | {"sure"}


def test_every_file_that_is_named_exists() -> None:
    handler = "lambda/model_invocation_job"
    rooms = ["", "docs", "constructs/cdk_bedrock_batch", handler, "local/bedrock_batch_local"]
    rooms += [f"{handler}/{ring}" for ring in ("core", "io", "operations")]
    rooms += ["batch", "batch/bedrock_batch", "batch/bedrock_batch/decisions"]
    for document in DOCUMENTS:
        if document.name == "where.md":
            continue  # its files are those of its rows
        for name in re.findall(
            r"[`(]((?:[\w.-]+/)*\w[\w-]*\.(?:py|md|toml|txt|json))[`)]", document.read_text("utf-8")
        ):
            assert any((ROOT / room / name).exists() for room in rooms), f"{document.name} names {name}"


ROOTS = {
    "batch/": "batch/bedrock_batch/",
    "library/": "constructs/cdk_bedrock_batch/",
    "handler/": "lambda/model_invocation_job/",
    "local/": "local/bedrock_batch_local/",
}
WHERE = [
    line.strip("|").split("|")
    for line in (ROOT / "docs" / "where.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and "| File |" not in line
]


def place(name: str) -> Path:
    """The file that a name on the page stands for."""
    short = next((each for each in ROOTS if name.startswith(each)), "")
    return ROOT / (ROOTS.get(short, "") + name.removeprefix(short))


def defined(file: Path) -> set[str]:
    """The names of functions, classes and constants in a file, wherever in it."""
    tree = ast.parse(file.read_text("utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return names | {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


@pytest.mark.parametrize("row", WHERE, ids=lambda row: row[0].strip())
def test_each_behaviour_lies_where_the_page_says(row: list[str]) -> None:
    _, files, names = row
    places = [place(name) for name in re.findall(r"`([^`]+)`", files)]

    assert places
    assert all(file.is_file() for file in places)
    assert set(re.findall(r"`([^`]+)`", names)) <= set().union(*map(defined, places))


def test_the_page_has_more_than_twenty_behaviours_of_every_root() -> None:
    files = [file for _, cell, _ in WHERE for file in re.findall(r"`([^`]+)`", cell)]

    assert len(WHERE) > 20
    assert all(any(file.startswith(root) for file in files) for root in ROOTS)
