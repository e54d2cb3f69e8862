"""Which objects are the input of a job, and what is said of those that are not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from batch.cli.fake_aws import Fake, answers, faked, records, refusal

SMALL = {"a.jsonl": 3}
HTML = b"\n<!DOCTYPE html>\n<html><body>Log in</body></html>\n"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fake:
    return faked(monkeypatch, capsys)


def job_on(
    fake: Fake, source: str, inputs: dict[str, int], outputs: dict[str, int], to: str = "s3://out/", **members: Any
) -> str:
    """A job that reads and writes objects with so many records."""
    arn = fake.aws.add(
        "a",
        inputDataConfig={"s3InputDataConfig": {"s3Uri": source}},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": to}},
        **members,
    )
    folder = f"{to.removeprefix('s3://')}{arn.rpartition('/')[2]}/"
    fake.aws.objects |= {f"in/{key}": records(count) for key, count in inputs.items()}
    fake.aws.objects |= {folder + name: answers(count) for name, count in outputs.items()}
    return arn


@pytest.mark.parametrize(
    ("source", "inputs", "outputs", "found"),
    [
        ("s3://in/records.txt", {"records.txt": 3}, {"records.txt.out": 2}, "3 records: 2 success, 1 missing"),
        ("s3://in/records", {"records": 3, "records.old": 9}, {"records.out": 3}, "3 records: 3 success"),
        ("s3://in/a.JSONL", {"a.JSONL": 3}, {"a.JSONL.out": 2}, "3 records: 2 success, 1 missing"),
        ("s3://in/", {"a.JSONL": 3}, {"a.JSONL.out": 2}, "3 records: 2 success, 1 missing"),
        ("s3://in/d/par", {"d/part1.jsonl": 3}, {"part1.jsonl.out": 2}, "3 records: 2 success, 1 missing"),
        ("s3://in/d", {"d/a.jsonl": 3, "dd.jsonl": 4}, {"a.jsonl.out": 3}, "3 records: 3 success"),
        ("s3://in", {"a.jsonl": 3}, {"a.jsonl.out": 3}, "3 records: 3 success"),
    ],
)
def test_the_input_is_found_whatever_it_is_called(
    fake: Fake, source: str, inputs: dict[str, int], outputs: dict[str, int], found: str
) -> None:
    arn = job_on(fake, source, inputs, outputs)
    code, out, err = fake("results", arn)

    assert (code, len(out.splitlines())) == (0, 3)
    assert err.splitlines()[0].endswith(f". {found}")
    assert err.count("\n") == 1


def test_objects_that_are_not_read_are_told_of(fake: Fake) -> None:
    arn = job_on(fake, "s3://in/", SMALL | {"b.JSONL": 1, "c.txt": 1}, {"a.jsonl.out": 3})

    assert fake("results", arn)[2].splitlines()[1:] == [
        "note: 2 objects of the input location are not read, such as b.JSONL "
        "(the name of an input file ends with .jsonl)"
    ]


@pytest.mark.parametrize("to", ["s3://in/d/out/", "s3://in/d/", "s3://in/"])
def test_what_a_job_wrote_is_not_its_input(fake: Fake, to: str) -> None:
    arn = job_on(fake, "s3://in/d/", {"d/a.jsonl": 3}, {"a.jsonl.out": 3, "manifest.json.out": 0}, to)
    fake.aws.objects[f"{to.removeprefix('s3://')}run/a.columns.jsonl"] = records(3, 100)
    fake.aws.objects[f"{to.removeprefix('s3://')}run/a.json"] = b"{}"
    code, _, err = fake("results", arn)

    assert (code, err) == (0, "a: Completed, good. 3 records: 3 success\n")


def test_a_file_that_came_after_the_job_is_told_of(fake: Fake) -> None:
    arn = job_on(fake, "s3://in/", {"a.jsonl": 3, "b.jsonl": 1}, {"a.jsonl.out": 3}, totalRecordCount=3)

    assert fake("results", arn)[2].splitlines()[1:] == [
        "note: the input has 4 records, and Bedrock counted 3: its files may not be those that the job read"
    ]


@pytest.mark.parametrize(("said", "status"), [("ExpiredToken", 400), ("RequestTimeTooSkewed", 403)])
@pytest.mark.parametrize("place", ["in/", "in/a.jsonl"])
def test_a_refusal_that_says_nothing_of_the_input_is_a_failure(fake: Fake, said: str, status: int, place: str) -> None:
    arn = job_on(fake, "s3://in/", SMALL, {"a.jsonl.out": 3})
    fake.aws.objects[place] = refusal(said, "no", status)
    code, out, err = fake("results", arn)

    assert (code, out) == (5, "")
    assert f"{said}: no" in err


@pytest.mark.parametrize("place", ["in/a.jsonl", "out/a00000000000/a.jsonl.out"])
def test_a_page_instead_of_a_file_is_one_sentence(fake: Fake, place: str) -> None:
    arn = job_on(fake, "s3://in/", SMALL, {"a.jsonl.out": 3})
    fake.aws.objects[place] = HTML

    assert fake("results", arn) == (
        5,
        "",
        f"bedrock-batch: cannot read s3://{place}: the page of HTML is not one of AWS; is there a proxy?\n",
    )


def test_a_page_instead_of_a_list_is_one_sentence(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = job_on(fake, "s3://in/", SMALL, {})
    monkeypatch.setattr(fake.aws, "_keys", lambda **_: iter([{}]))
    code, _, err = fake("results", arn, "--json")

    assert code == 5
    assert json.loads(err)["error"]["message"].endswith("the response is not one of AWS; is there a proxy?")
