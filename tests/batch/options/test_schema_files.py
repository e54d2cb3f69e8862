"""The JSON Schemas in the repository and in the package are what the table says."""

from __future__ import annotations

import json
import os
import re
from importlib import resources
from pathlib import Path

import pytest

from bedrock_batch.cli.arguments import SCHEMAS
from bedrock_batch.cli.main import main
from bedrock_batch.options import FILES, FileKind, schema_of, schema_text

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "batch" / "bedrock_batch" / "schemas"
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


@each_file
def test_the_file_is_what_the_table_says(file: FileKind) -> None:
    """UPDATE_DOCS=1 makes it anew."""
    path = FOLDER / f"{file.name}.schema.json"
    if os.environ.get("UPDATE_DOCS") == "1":
        path.write_bytes(schema_text(file).encode())

    assert path.read_bytes() == schema_text(file).encode(), "run with UPDATE_DOCS=1"


def test_there_is_no_other_schema() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.schema.json" for name in SCHEMAS}


@each_file
def test_the_package_has_it(file: FileKind) -> None:
    found = resources.files("bedrock_batch") / "schemas" / f"{file.name}.schema.json"

    assert json.loads(found.read_text("utf-8")) == schema_of(file)


@each_file
def test_the_command_prints_it(file: FileKind, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", file.name]) == 0
    assert capsys.readouterr() == (schema_text(file), "")


def test_the_command_prints_that_of_a_job_file_if_it_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == schema_text(FILES[0])


def test_json_is_one_object_with_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "defaults", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schemaVersion": 1,
        "file": "defaults",
        "schema": schema_of(FILES[1]),
    }


def test_the_command_names_the_files_of_the_table_and_a_plan() -> None:
    assert (*(file.name for file in FILES), "plan", "outcome") == SCHEMAS


def test_fails_for_another_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "job"]) == 2
    assert re.fullmatch(
        r"bedrock-batch: argument FILE: invalid choice: 'job' \(choose from .*\); see bedrock-batch schema --help\n",
        capsys.readouterr().err,
    )


@pytest.mark.parametrize("path", sorted((ROOT / "jobs").glob("*.yaml")), ids=lambda path: path.name)
def test_each_example_names_its_schema(path: Path) -> None:
    line = path.read_text("utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", line)

    assert found
    assert (path.parent / found[1]).resolve() == FOLDER / "job-file.schema.json"
