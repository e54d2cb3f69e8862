"""Rows that this machine has no room for."""

from __future__ import annotations

import sqlite3

import pytest
from batch.cli.made import job

from bedrock_batch.cli import rows
from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.failure import Exit, Failure


def test_no_room_for_the_temporary_file_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(rows, "collect", full)
    monkeypatch.setattr(rows, "JobFiles", lambda *_: FakeFiles())
    sentence = r"^cannot keep the rows in a temporary file: database or disk is full$"
    with pytest.raises(Failure, match=sentence) as caught, rows.rows_of(Aws(), job()):
        pass
    assert caught.value.code == Exit.FILE


class FakeFiles:
    """An output file, and no input."""

    notes: tuple[str, ...] = ()

    def inputs(self) -> dict[str, object]:
        return {}

    def outputs(self) -> dict[str, object]:
        return {"x.jsonl.out": None}
