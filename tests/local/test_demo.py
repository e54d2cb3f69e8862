"""What the demo tells of a job, and whether it calls it good."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from local.cloud import Cloud, converse, jsonl

from bedrock_batch_local.demo.report import report

REFUSED: dict[str, Any] = {"messages": []}


def ended(cloud: Cloud, body: Callable[[int], Mapping[str, Any]]) -> dict[str, Any]:
    cloud.upload(jsonl(100, body))
    return cloud.finish(cloud.role(*cloud.rights()))


def test_a_job_with_answers_is_good_and_says_that_they_are_made_up(
    ready: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    job = ended(ready, lambda number: converse(f"Which pump is number {number}?"))

    assert report("job-1", job, ready.client("s3"), made_up=True)
    printed = capsys.readouterr().out
    assert "successRecordCount 100" in printed
    assert "answers, made up on this machine" in printed
    assert "asks     Which pump is number 0?" in printed
    assert "failed" not in printed


def test_answers_of_a_model_are_not_called_made_up(ready: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    report("job-1", ended(ready, lambda _: converse("Which?")), ready.client("s3"), made_up=False)

    assert "made up" not in capsys.readouterr().out


def test_a_completed_job_whose_records_all_failed_is_not_good(ready: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    job = ended(ready, lambda _: REFUSED)

    assert job["status"] == "Completed"
    assert not report("job-1", job, ready.client("s3"), made_up=True)
    printed = capsys.readouterr().out
    assert "100 of 100 records failed. The first of them:\n  R0000" in printed
    assert "error 400: " in printed
    assert "answers" not in printed


def test_the_first_error_is_shown_beside_the_answers(ready: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    job = ended(ready, lambda number: REFUSED if number == 7 else converse("Which?"))

    assert report("job-1", job, ready.client("s3"), made_up=True)
    printed = capsys.readouterr().out
    assert "1 of 100 records failed. The first of them:\n  R0007" in printed
    assert "answers, made up" in printed


def test_a_job_that_failed_is_not_good(ready: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    job = ready.finish(ready.role(*ready.rights("s3:GetObject")))

    assert not report("job-1", job, ready.client("s3"), made_up=True)
    assert "Failed. Could not validate GetObject permissions" in capsys.readouterr().out


@pytest.mark.parametrize(
    "body",
    [
        {"messages": ["hi"]},
        {"messages": {"a": 1}},
        {"messages": 5},
        {"messages": [None]},
        {"messages": [{"role": "user", "content": 7}]},
        {"messages": [{"role": "user", "content": [{"text": 7}]}]},
        {**converse("Which?"), "inferenceConfig": [1]},
        {**converse("Which?"), "inferenceConfig": {"maxTokens": 10**400}},
        converse("half \ud800 a character"),
    ],
    ids=ascii,
)
def test_a_record_of_any_form_fails_alone_and_is_told(
    ready: Cloud, capsys: pytest.CaptureFixture[str], body: dict[str, Any]
) -> None:
    job = ended(ready, lambda number: body if number == 0 else converse("Which?"))

    assert job["status"] == "Completed"
    assert report("job-1", job, ready.client("s3"), made_up=True)
    assert "R0001" in capsys.readouterr().out


def test_a_record_cannot_steer_the_terminal(ready: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\x1b]0;PWNED\x07\x1b[2J\x9b31m\u202e\u2028== deployed" + "x" * 10_000
    records = [{"recordId": f"{number}{hostile}", "modelInput": converse(hostile)} for number in range(100)]
    ready.upload("".join(json.dumps(record) + "\n" for record in records).encode())
    job = ready.finish(ready.role(*ready.rights()))

    report("job-1", {**job, "message": hostile}, ready.client("s3"), made_up=True)

    printed = capsys.readouterr().out
    assert all(line.isprintable() for line in printed.split("\n"))
    assert max(map(len, printed.split("\n"))) < 1_500
