"""Paths of a user that name no file that can be read: all inputs say so in the same words."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cdk_bedrock_batch import InvocationType, JobInput
from unit.built import uploaded

OPENERS: dict[str, Callable[[Any], JobInput]] = {
    "from_file": JobInput.from_file,
    "from_folder": JobInput.from_folder,
    "from_table": partial(JobInput.from_table, prompt="{q}"),
    "from_openai_batch": JobInput.from_openai_batch,
}


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("path", ["x" * 270 + ".jsonl", "loop.jsonl", "file.csv/x.jsonl", "x\0.jsonl", "none.jsonl"])
def test_fails_on_a_path_that_names_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opener: str, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop.jsonl").symlink_to("loop.jsonl")
    (tmp_path / "file.csv").write_text("q\n")
    kind = "folder" if opener == "from_folder" else "file"
    shown = repr(path) if "\0" in path else path
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        OPENERS[opener](path)
    assert str(error.value) == f"{shown}: no such {kind}"


def test_fails_on_compressed_requests(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b"{}"))
    with pytest.raises(ValueError, match=r"a\.jsonl\.gz: batch inference does not read compressed files; unpack it"):
        JobInput.from_openai_batch(path)


@pytest.mark.parametrize("opener", ["from_table", "from_openai_batch"])
def test_fails_on_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opener: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("{}\n")

    def denied(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(ValueError, match=r"a\.jsonl: cannot be read: Permission denied$"):
        OPENERS[opener](path)


@pytest.mark.parametrize("opener", ["from_table", "from_openai_batch"])
def test_fails_on_a_pointer_of_git_lfs(tmp_path: Path, opener: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n")
    with pytest.raises(ValueError, match=r"a\.jsonl: a Git LFS pointer, not the file itself"):
        OPENERS[opener](path)


LINE = '{"modelInput": {"messages": [{"role": "user", "content": [{"text": "?"}]}]}}\n'


@pytest.mark.parametrize(("opener", "name"), [("from_file", "in/a.jsonl"), ("from_folder", "in")])
def test_a_relative_path_is_one_of_the_directory_that_was_current_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opener: str, name: str
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text(LINE * 100)
    monkeypatch.chdir(tmp_path)
    built = OPENERS[opener](name)
    monkeypatch.chdir("/")
    assert uploaded(built, tmp_path / "out", InvocationType.CONVERSE)

    (tmp_path / "in" / "a.jsonl").write_text(LINE * 99 + "no\n")
    with pytest.raises(ValueError, match=r"^in/a\.jsonl:100: not JSON: Expecting value at column 1$"):
        uploaded(built, tmp_path / "other", InvocationType.CONVERSE)
