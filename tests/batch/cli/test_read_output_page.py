"""The script of the page on output, on jobs that the deployed one is not."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from batch.cli.fake_aws import FakeAws, answers, records

from unit.pages import blocks, is_script


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    fake = FakeAws()
    monkeypatch.setattr(boto3, "client", fake.client)
    return fake


def run(aws: FakeAws, arn: str, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    (script,) = (each.values[0] for each in blocks("python") if is_script(each.values[0]))
    names: dict[str, Any] = {"__name__": "read_output"}
    exec(compile(script, "read_output.py", "exec"), names)  # noqa: S102 - the block is our own
    assert aws.jobs
    names["main"](arn)
    printed = capsys.readouterr()
    return printed.out.splitlines(), printed.err.split("\n")


def test_a_folder_of_files_and_the_columns_of_a_table_are_read(
    aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    arn = aws.add("job-1", inputDataConfig={"s3InputDataConfig": {"s3Uri": "s3://in/d/"}})
    folder = f"out/{arn.rpartition('/')[2]}"
    aws.objects = {
        "in/d/a.jsonl": records(2),
        "in/d/b/c.jsonl": records(2, 2),
        f"{folder}/a.jsonl.out": answers(2),
        f"{folder}/c.jsonl.out": answers(1, 2),
        "out/run/job-1.columns.jsonl": b'{"recordId": "r0", "columns": {"n": "why"}}\n',
    }
    out, err = run(aws, arn, capsys)

    assert out == ["r0\tsuccess\tyes\twhy", "r1\tsuccess\tyes", "r2\tsuccess\tyes", "r3\tmissing\t"]
    assert err[:2] == ["success 3", "missing 1"]


def test_a_vector_is_printed(aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    arn = aws.add("job-1", modelId="amazon.titan-embed-text-v2:0", modelInvocationType="InvokeModel")
    aws.objects = {
        "in/x.jsonl": records(1),
        f"out/{arn.rpartition('/')[2]}/x.jsonl.out": b'{"recordId": "r0", "modelOutput": {"embedding": [0.5]}}\n',
    }

    assert run(aws, arn, capsys)[0] == ["r0\tsuccess\t[0.5]"]
