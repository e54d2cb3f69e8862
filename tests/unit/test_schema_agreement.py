"""The reader and the JSON Schema are made of one table: they take and refuse the same files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from batch.options.agreement import AGREED, ONLY_THE_READER_REFUSES, Case

from bedrock_batch.options import DEFAULTS_FILE
from cdk_bedrock_batch import read_job_files
from cdk_bedrock_batch.files.declared import read_declared
from cdk_bedrock_batch.files.environment import read_environments
from cdk_bedrock_batch.files.faults import Faults
from cdk_bedrock_batch.files.table_reader import read_members
from cdk_bedrock_batch.files.yaml_reader import load_yaml


def faults_of(case: Case, folder: Path) -> Faults:
    """What the reader notes in one file, before files are put together."""
    path, faults = folder / "file.yaml", Faults()
    path.write_text(case.text, "utf-8")
    if case.file == "job-file":
        assert list(read_declared(path, "", faults)) or len(faults)
    elif case.file == "environments":
        read_environments(path, faults)
    elif (node := load_yaml(path, faults)) is not None:
        read_members(DEFAULTS_FILE.members, node, faults)
    return faults


@pytest.mark.parametrize("case", AGREED, ids=[f"{number}" for number in range(len(AGREED))])
def test_the_reader_takes_what_the_schema_takes(case: Case, tmp_path: Path) -> None:
    assert (len(faults_of(case, tmp_path)) == 0) is case.is_right, case


@pytest.mark.parametrize("case", ONLY_THE_READER_REFUSES, ids=lambda case: case.text[-30:])
def test_the_reader_refuses_what_an_editor_cannot_see(case: Case, tmp_path: Path) -> None:
    record = json.dumps({"modelInput": {"messages": []}})
    (tmp_path / "records.jsonl").write_text(f"{record}\n" * 100)
    (tmp_path / "table.csv").write_text("a\n1\n")
    name = {"job-file": "job", "defaults": "defaults", "environments": "environments"}[case.file]
    (tmp_path / f"{name}.yaml").write_text(case.text, "utf-8")
    if name != "job":
        (tmp_path / "job.yaml").write_text("name: a\nmodel: amazon.nova-lite-v1:0\ninput: records.jsonl\n")

    with pytest.raises(ValueError, match=rf"{name}\.yaml"):
        read_job_files(tmp_path, environment="prod" if case.file == "environments" else None)
