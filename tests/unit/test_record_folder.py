"""A folder of files: one job reads them all, and their names and records define its run."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchModel, JobInput, ModelInvocationJob
from cdk_bedrock_batch._records import Folder, UserPath

Declare = Callable[..., ModelInvocationJob]
Properties = Callable[[], dict[str, Any]]


BODY = {"messages": [{"role": "user", "content": [{"text": "x"}]}]}


def lines(start: int, count: int, ids: bool = True) -> str:
    records = ({"recordId": f"r{start + number}", "modelInput": BODY} for number in range(count))
    return "".join(json.dumps(each if ids else {"modelInput": BODY}) + "\n" for each in records)


def read(path: Path, max_records: int = 100_000) -> Folder:
    return Folder.read(UserPath.of(path), None, max_records=max_records, max_bytes=1 << 30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "records"
    path.mkdir()
    (path / "b.jsonl").write_text(lines(0, 60))
    (path / "a é.jsonl").write_text(lines(60, 40))
    (path / ".DS_Store").write_text("x")
    return path


def refused(path: Path, reason: str, **options: Any) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        read(path, **options)
    assert str(error.value) == reason.format(path=path)


def test_each_file_is_uploaded_and_the_job_reads_the_folder_of_the_copies(
    folder: Path, declare: Declare, job_properties: Properties
) -> None:
    declare(input=JobInput.from_folder(folder))
    found = job_properties()
    names = {"a_e.jsonl": "a é.jsonl", "b.jsonl": "b.jsonl"}
    shas = [[copy, hashlib.sha256((folder / name).read_bytes()).hexdigest()] for copy, name in names.items()]
    digest = hashlib.sha256(json.dumps(shas).encode()).hexdigest()

    assert (found["InputRecords"], found["InputDigest"]) == ("100", digest)
    assert [each["Name"] for each in found["InputFiles"]] == ["a_e.jsonl", "b.jsonl"]
    assert len({each["Source"] for each in found["InputFiles"]}) == 2
    assert found["Job"]["inputDataConfig"]["s3InputDataConfig"]["s3Uri"].endswith(f"/{digest[:16]}/")


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        (Path.exists, True),
        (lambda folder: (folder / "b.jsonl").write_text(lines(0, 60).replace("\n", "\r\n")), True),
        (lambda folder: (folder / "b.jsonl").rename(folder / "c.jsonl"), False),
        (lambda folder: (folder / "b.jsonl").write_text(lines(200, 60)), False),
        (lambda folder: (folder / "c.jsonl").write_text(lines(200, 1)), False),
    ],
)
def test_names_and_records_define_the_run(folder: Path, change: Callable[[Path], Any], is_same: bool) -> None:
    before = read(folder)
    change(folder)

    assert (read(folder).digest == before.digest) is is_same


def test_the_same_folder_elsewhere_gives_the_same_template(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "elsewhere"
    folder.rename(other)
    folder.mkdir()
    for each in other.iterdir():
        (folder / each.name).write_bytes(each.read_bytes())
    monkeypatch.chdir(tmp_path)

    def template(path: Path) -> dict[str, Any]:
        stack = Stack(App(outdir=str(tmp_path / "out")), "Stack")
        source = JobInput.from_folder(path)
        ModelInvocationJob(stack, "Job", model=BatchModel.from_model_id("amazon.nova-lite-v1:0"), input=source)
        return dict(Template.from_stack(stack).to_json())

    assert template(Path("records")) == template(other)


def test_one_file_alone_is_a_folder_too(folder: Path) -> None:
    (folder / "b.jsonl").write_text(lines(0, 160))
    (folder / "a é.jsonl").unlink()

    assert read(folder).records == 160


def test_records_without_ids_are_no_doubles(folder: Path) -> None:
    for name in ("b.jsonl", "c.jsonl"):
        (folder / name).write_text(lines(0, 50, ids=False) + "\n")
    read(folder)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.txt", "", "{path}: the folder may have .jsonl files only, no other files or folders, got x.txt"),
        ("x.jsonl.gz", "", "{path}: the folder may have .jsonl files only, no other files or folders, got x.jsonl.gz"),
        ("a_e.jsonl", lines(100, 1), "{path}: a é.jsonl and a_e.jsonl have the same name in S3; rename one"),
        ("c.jsonl", "no\n", "{path}/c.jsonl:1: not JSON: Expecting value at column 1"),
        ("c.jsonl", "", "{path}/c.jsonl: a batch must have 1 to 100,000 records, got 0"),
        (
            "c.jsonl",
            lines(1000, 1) + lines(7, 3),
            "{path}/c.jsonl:2: the recordId is already in {path}/b.jsonl: 'r7' (3 records)",
        ),
    ],
)
def test_fails_on_a_file_that_does_not_fit(folder: Path, name: str, content: str, reason: str) -> None:
    (folder / name).write_text(content)
    refused(folder, reason)


def test_fails_on_a_folder_in_the_folder(folder: Path) -> None:
    (folder / "x.jsonl").mkdir()
    refused(folder, "{path}: the folder may have .jsonl files only, no other files or folders, got x.jsonl")


def test_fails_on_too_few_and_too_many(folder: Path, tmp_path: Path) -> None:
    refused(tmp_path / "none", "{path}: no such folder")
    refused(folder / "b.jsonl", "{path}: no such folder")
    (folder / "b.jsonl").write_text(lines(0, 59))
    refused(folder, "{path}: a batch must have 100 to 100,000 records, got 99")
    (folder / "b.jsonl").write_text(lines(0, 60) + lines(100, 60))
    refused(folder, "{path}: a batch must have 100 to 150 records, got 160", max_records=150)
    for number in range(101):
        (folder / f"{number}.jsonl").write_text("")
    refused(folder, "{path}: a folder may have 100 files at most, got 103")
    for each in folder.glob("*.jsonl"):
        each.unlink()
    refused(folder, "{path}: the folder has no .jsonl file")
