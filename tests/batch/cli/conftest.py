"""A project that is planned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batch.cli.planned_account import Account
from batch.cli.planned_app import Planned, Project

from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.main import main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    found = Project(tmp_path / "project")
    found.write({"Stack": "1"})
    monkeypatch.chdir(found.folder)
    return found


@pytest.fixture
def plan(capsys: pytest.CaptureFixture[str]) -> Planned:
    """Runs the command: exit code, the action of each stack's job, and all that it gives."""

    def run(*arguments: str) -> tuple[int, dict[str, str], dict[str, Any]]:
        capsys.readouterr()
        code = main(["plan", "--json", *arguments])
        out, err = capsys.readouterr()
        found = json.loads(out or err)
        return code, {each["stack"]: each["action"] for each in found.get("jobs", [])}, found

    return run


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    found = Account()
    monkeypatch.setattr(Aws, "client", found.client)
    monkeypatch.setattr(Aws, "region_name", "eu-west-1")
    return found
