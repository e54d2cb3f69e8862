"""`check`: counts, warnings and all errors of files of records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bedrock_batch.cli.main import main

Capsys = pytest.CaptureFixture[str]


def records(path: Path, count: int, body: dict[str, Any] | None = None, *, prefix: str = "r") -> str:
    message = body or {"messages": [{"role": "user", "content": [{"text": "hello"}]}]}
    lines = (json.dumps({"recordId": f"{prefix}{number}", "modelInput": message}) for number in range(count))
    path.write_text("".join(f"{line}\n" for line in lines))
    return str(path)


def test_a_good_file_has_its_count(tmp_path: Path, capsys: Capsys) -> None:
    path = records(tmp_path / "a.jsonl", 1200)

    assert main(["check", path, "--converse"]) == 0
    assert capsys.readouterr() == (f"{path}: 1,200 records\n", "")


def test_several_files_are_one_batch(tmp_path: Path, capsys: Capsys) -> None:
    one, two = records(tmp_path / "a.jsonl", 60), records(tmp_path / "b.jsonl", 60, prefix="s")

    assert main(["check", one, two]) == 0
    assert main(["check", one]) == 1
    assert main(["check", one, records(tmp_path / "c.jsonl", 1, prefix="t")]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{one}: a batch must have 100 to 100,000 records, got 60",
        "a batch must have 100 to 100,000 records, got 61",
    ]


def test_all_errors_of_all_files_are_shown(tmp_path: Path, capsys: Capsys) -> None:
    bad = records(tmp_path / "a.jsonl", 100, {"odd": 1})
    gone = str(tmp_path / "no.jsonl")

    assert main(["check", bad, gone, "--converse"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"{bad}:1: modelInput.messages: required by the Converse API (100 records)" in printed.err
    assert f"{gone}: no such file" in printed.err


def test_ids_of_several_files_are_compared(tmp_path: Path, capsys: Capsys) -> None:
    one, two = records(tmp_path / "a.jsonl", 100), records(tmp_path / "b.jsonl", 100)

    assert main(["check", one, two]) == 1
    assert capsys.readouterr().err == f"{two}:1: the recordId is already in {one}: 'r0' (100 records)\n"
    assert main(["check", one, one]) == 1
    assert capsys.readouterr().err == f"{one}: the file is there twice\n"


def test_what_the_model_may_accept_is_a_warning(tmp_path: Path, capsys: Capsys) -> None:
    body = {"messages": [{"role": "user", "content": [{"text": "hello"}]}], "odd": 1}
    path = records(tmp_path / "a.jsonl", 100, body)

    assert main(["check", path, "--converse"]) == 0
    assert capsys.readouterr().err.startswith(f"warning: {path}:1: modelInput.odd: ")


def test_a_model_of_no_known_family_is_told(tmp_path: Path, capsys: Capsys) -> None:
    path = records(tmp_path / "a.jsonl", 100, {"odd": 1})

    assert main(["check", path, "--model-id", "new.model-v1:0"]) == 0
    assert capsys.readouterr().err == "the family of new.model-v1:0 is not known: modelInput is not checked\n"


def test_a_file_without_a_right_is_told(tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    path = records(tmp_path / "a.jsonl", 100)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    assert main(["check", path]) == 1
    assert capsys.readouterr().err == f"{path}: cannot be read: Permission denied\n"


def test_json_has_one_object_with_all_of_it(tmp_path: Path, capsys: Capsys) -> None:
    path = records(tmp_path / "a.jsonl", 100)

    assert main(["check", path, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schemaVersion"] == 1
    assert (found["records"], found["errors"]) == (100, [])
    assert [file["path"] for file in found["files"]] == [path]
