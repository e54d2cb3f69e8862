"""A file of rows is there whole or not at all, and nothing beside it is touched."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.writers.target import target


def test_what_was_there_stays_until_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")
    with target(path) as file:
        file.write("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def half_written(path: Path, failure: BaseException) -> None:
    with target(path) as file:
        file.write("half")
        raise failure


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), ValueError("no"), Failure("no", Exit.AWS)])
def test_a_failure_leaves_what_was_there(tmp_path: Path, failure: BaseException) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")
    with pytest.raises(type(failure)):
        half_written(path, failure)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "rows.csv"
    link.symlink_to(tmp_path / "there" / "real.csv")
    with target(link) as file:
        file.write("new")
    assert link.is_symlink()
    assert (tmp_path / "there" / "real.csv").read_text() == "new"


def test_a_pipe_or_a_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "rows.jsonl"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with target(pipe) as file:
            file.write("new")
        assert os.read(reader, 10) == b"new"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_an_unnamed_pipe_is_written_to_by_its_name() -> None:
    reading, writing = os.pipe()
    try:
        write(Path(f"/dev/fd/{writing}"), "new")
        assert os.read(reading, 10) == b"new"
    finally:
        os.close(reading)
        os.close(writing)


def test_links_that_lead_to_each_other_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def loop(_: Path) -> Path:
        raise RuntimeError("Symlink loop")

    monkeypatch.setattr(Path, "resolve", loop)  # as Python 3.11 and 3.12 do
    sentence = rf"^cannot write {tmp_path}/a\.csv: Too many levels of symbolic links$"
    with pytest.raises(Failure, match=sentence) as caught:
        write(tmp_path / "a.csv", "")
    assert caught.value.code == Exit.FILE


def test_a_new_file_has_the_rights_that_any_new_file_has(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    with target(tmp_path / "rows.csv"):
        pass
    assert (tmp_path / "rows.csv").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_half_a_character_is_written_as_its_escape(tmp_path: Path) -> None:
    with target(tmp_path / "rows.jsonl") as file:
        file.write('"\ud83d"')
    assert (tmp_path / "rows.jsonl").read_bytes() == b'"\\ud83d"'


@pytest.mark.parametrize(
    ("name", "reason"), [("no/rows.csv", "No such file or directory"), ("", "Is a directory"), ("file/rows.csv", "")]
)
def test_fails_for_a_file_that_cannot_be_written(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Failure, match=rf"^cannot write {tmp_path / name}: {reason}") as caught, target(tmp_path / name):
        pass
    assert caught.value.code == Exit.FILE


def test_no_room_on_the_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(Failure, match=rf"^cannot write {tmp_path}/rows.csv: File too large$"):
            write(tmp_path / "rows.csv", "x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def write(path: Path, text: str) -> None:
    with target(path) as file:
        file.write(text)
