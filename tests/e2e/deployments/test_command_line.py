"""From a deployment to a CSV of answers: the command line on a declared job whose records come from a table."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from bedrock_batch.run.run_file import columns_place_in
from cdk_bedrock_batch import BatchModel, InvocationType, JobInput, ModelInvocationJob
from e2e.assembly import MODEL
from e2e.cloud import ACCOUNT, REGION, Cloud

STACK, RECORDS = "CommandLine", 120


@pytest.fixture(scope="module")
def job(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A job that has ended."""
    folder = tmp_path_factory.mktemp("table")
    with (folder / "questions.csv").open("w", encoding="utf-8", newline="") as file:
        rows = ([f"What is {number}, and 1?", f"#### {number + 1}"] for number in range(RECORDS))
        csv.writer(file).writerows([["question", "answer"], *rows])
    app = cdk.App(outdir=str(folder / "out"), analytics_reporting=False)
    stack = cdk.Stack(app, STACK)
    declared = ModelInvocationJob(
        stack,
        "Questions",
        model=BatchModel.from_model_id(MODEL),
        input=JobInput.from_table(folder / "questions.csv", prompt="{question}"),
        invocation_type=InvocationType.CONVERSE,
        tags={"team": "maths"},
    )
    cdk.CfnOutput(stack, "JobArn", value=declared.job_arn)
    app.synth()
    return cloud.ended(cloud.deploy(folder / "out")["JobArn"])


def run(cloud: Cloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    environment = cloud.aws.environment(account=ACCOUNT, region=REGION)
    command = [sys.executable, "-m", "bedrock_batch", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_results_are_a_table_with_the_columns_of_the_records(cloud: Cloud, job: dict[str, Any], tmp_path: Path) -> None:
    assert job["status"] == "Completed"
    done = run(cloud, "results", STACK, "Questions", "-o", str(tmp_path / "answers.csv"))

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.endswith(": Completed, good. 120 records: 120 success\n")
    with (tmp_path / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["question"], row["answer"]) for row in rows] == [
        (f"What is {number}, and 1?", f"#### {number + 1}") for number in range(RECORDS)
    ]
    assert all(row["text"] for row in rows)


def test_a_status_has_the_tags_of_the_run_file(cloud: Cloud, job: dict[str, Any]) -> None:
    (shown,) = json.loads(run(cloud, "status", STACK, "--json").stdout)["jobs"]

    assert shown["jobArn"] == job["jobArn"]
    assert shown["runFile"]["tags"]["team"] == "maths"
    assert "team=maths" in run(cloud, "status", STACK).stdout


def test_watch_of_an_ended_job_ends_at_once(cloud: Cloud, job: dict[str, Any]) -> None:
    done = run(cloud, "watch", job["jobArn"])

    assert done.returncode == 0
    assert "Completed, good" in done.stdout


def test_a_closed_pipe_ends_results_quietly(cloud: Cloud, job: dict[str, Any]) -> None:
    environment = cloud.aws.environment(account=ACCOUNT, region=REGION)
    command = [sys.executable, "-m", "bedrock_batch", "results", job["jobArn"]]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(command, env=environment, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writing)

    assert done.returncode == 141
    assert "Error" not in done.stderr


@pytest.mark.parametrize("damage", ["gone", "half"])
def test_damaged_columns_are_a_note_and_no_failure(cloud: Cloud, job: dict[str, Any], damage: str) -> None:
    place = columns_place_in(job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"], job["jobName"])
    s3 = cloud.client("s3")
    content = s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
    if damage == "gone":
        s3.delete_object(Bucket=place.bucket, Key=place.key)
    else:
        s3.put_object(Bucket=place.bucket, Key=place.key, Body=content[: len(content) // 2])
    try:
        done = run(cloud, "results", STACK)
    finally:
        s3.put_object(Bucket=place.bucket, Key=place.key, Body=content)

    assert done.returncode == 0
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == RECORDS
    assert len([row for row in rows if "columns" in row]) in ((0,) if damage == "gone" else range(40, 80))
    notes = {
        "gone": f"note: columns are missing: cannot read {place.uri}: NoSuchKey",
        "half": "note: a line of the columns",
    }
    assert notes[damage] in done.stderr
