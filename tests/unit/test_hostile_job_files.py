"""A pull request is untrusted input: each file of the corpus is refused by its name, with the reason, and in short."""

from __future__ import annotations

from pathlib import Path

import pytest

from cdk_bedrock_batch import read_job_files
from cdk_bedrock_batch.files import yaml_reader
from unit.hostile import CORPUS, FILE, GOOD, Hostile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "repository" / "jobs"
    (folder / "prompts").mkdir(parents=True)
    (folder / "prompts" / "tickets.jsonl").touch()
    (tmp_path / "repository" / "secret.jsonl").write_text("theirs")
    (tmp_path / "x.jsonl").write_text("theirs")
    return folder


@pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
def test_it_is_refused_with_file_and_reason(folder: Path, hostile: Hostile) -> None:
    hostile.make(folder)

    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the text is compared
        read_job_files(folder)

    said = str(refused.value).split("\n")
    assert len(said) <= 101
    assert any(hostile.named in each and hostile.reason in each for each in said)
    assert all(len(each) < 1_000 for each in said)
    assert all(each.isprintable() for each in said)


def test_the_corpus_is_as_large_as_it_was() -> None:
    assert len(CORPUS) >= 100


@pytest.mark.parametrize("reversed_", [False, True])
def test_a_good_file_beside_a_bad_one_changes_nothing(folder: Path, reversed_: bool) -> None:
    names = ["a.yaml", "b.yaml"]
    good, bad = reversed(names) if reversed_ else names
    (folder / good).write_text(GOOD)
    (folder / bad).write_text(GOOD.replace("tickets\n", "${AWS::Region}\n", 1))

    with pytest.raises(ValueError, match=f"{bad}:1:7: name: must not hold"):
        read_job_files(folder)


def test_the_bounds_are_where_they_say(folder: Path) -> None:
    keys = "".join(f"  t{number}: x\n" for number in range(200))
    (folder / FILE).write_text(f"{GOOD}tags:\n{keys}")
    (job,) = read_job_files(folder)
    assert len(job.options["tags"]) == 200

    (folder / FILE).write_text(GOOD + "#" * (yaml_reader.LARGEST_FILE - len(GOOD)))
    assert len(read_job_files(folder)) == 1
    (folder / FILE).write_text(GOOD + "#" * (yaml_reader.LARGEST_FILE - len(GOOD) + 1))
    with pytest.raises(ValueError, match="131,072 bytes at most"):
        read_job_files(folder)


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "prompts" / "link.jsonl").symlink_to("tickets.jsonl")
    (folder / "same").symlink_to("prompts")
    (folder / FILE).write_text(GOOD.replace("prompts/tickets", "same/link"))

    assert read_job_files(folder)[0].options["input"] == "same/link.jsonl"


def test_the_folder_itself_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    (folder / FILE).write_text(GOOD)
    (tmp_path / "link").symlink_to(folder)

    assert len(read_job_files(tmp_path / "link")) == 1
