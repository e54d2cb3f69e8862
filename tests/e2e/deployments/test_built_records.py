"""Records that are built from a table, OpenAI's lines and a folder: deployed, answered, and declared again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from bedrock_batch.s3_object import S3Object
from cdk_bedrock_batch import BatchModel, InvocationType, JobInput, ModelInvocationJob
from e2e.cloud import ACCOUNT, REGION, Cloud

STACK = "BuiltRecords"
CLAUDE = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
# As GSM8K has.
QUESTIONS = 1319


def table(folder: Path, note: str) -> JobInput:
    path = folder / "questions.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["question", "answer"], *([f"What is {n}, and 1?", f"{note} {n}"] for n in range(QUESTIONS))]
        )
    return JobInput.from_table(path, prompt="{question} Think.", max_tokens=50)


def openai(folder: Path) -> JobInput:
    path = folder / "openai.jsonl"
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi?"}], "max_tokens": 50}
    lines = ({"custom_id": f"c{n}", "method": "POST", "url": "/v1/chat/completions", "body": body} for n in range(100))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return JobInput.from_openai_batch(path)


def several(folder: Path) -> JobInput:
    within = folder / "several"
    within.mkdir(exist_ok=True)
    for name, start in (("one", 0), ("two", 60)):
        body = {"messages": [{"role": "user", "content": [{"text": name}]}]}
        records = ({"recordId": f"r{start + n}", "modelInput": body} for n in range(60))
        (within / f"{name}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return JobInput.from_folder(within)


def assembly(folder: Path, note: str) -> Path:
    folder.mkdir()
    app = cdk.App(outdir=str(folder / "out"), analytics_reporting=False)
    stack = cdk.Stack(app, STACK, env=cdk.Environment(account=ACCOUNT, region=REGION))
    jobs: dict[str, Callable[[], tuple[JobInput, InvocationType]]] = {
        "Table": lambda: (table(folder, note), InvocationType.CONVERSE),
        "OpenAi": lambda: (openai(folder), InvocationType.INVOKE_MODEL),
        "Folder": lambda: (several(folder), InvocationType.CONVERSE),
    }
    for name, made in jobs.items():
        records, invocation_type = made()
        model = BatchModel.from_model_id(CLAUDE)
        job = ModelInvocationJob(stack, name, model=model, input=records, invocation_type=invocation_type)
        cdk.CfnOutput(stack, f"{name}Arn", value=job.job_arn)
    app.synth()
    return folder / "out"


def lines(cloud: Cloud, job: dict[str, Any], suffix: str) -> list[dict[str, Any]]:
    """The lines of all objects below the output location of a job whose keys end so."""
    location = S3Object.parse(job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])
    bucket, folder = location.bucket, location.key
    listed = cloud.client("s3").list_objects_v2(Bucket=bucket, Prefix=folder)["Contents"]
    keys = [each["Key"] for each in listed if each["Key"].endswith(suffix)]
    bodies = (cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys)
    return [json.loads(line) for body in bodies for line in body.splitlines()]


@pytest.mark.soak
def test_built_records_are_answered_and_their_columns_lie_beside_the_answers(cloud: Cloud, tmp_path: Path) -> None:
    started = cloud.started
    outputs = cloud.deploy(assembly(tmp_path / "one", "note"))
    jobs = {name: cloud.ended(outputs[f"{name}Arn"]) for name in ("Table", "OpenAi", "Folder")}

    assert {name: job["successRecordCount"] for name, job in jobs.items()} == {
        "Table": QUESTIONS,
        "OpenAi": 100,
        "Folder": 120,
    }
    answers = {each["recordId"]: each for each in lines(cloud, jobs["Table"], "questions.jsonl.out")}
    columns = {each["recordId"]: each["columns"] for each in lines(cloud, jobs["Table"], ".columns.jsonl")}
    assert answers.keys() == columns.keys()
    assert columns["record-000008"] == {"question": "What is 7, and 1?", "answer": "note 7"}
    assert answers["record-000008"]["modelInput"]["messages"][0]["content"] == [{"text": "What is 7, and 1? Think."}]
    assert {each["recordId"] for each in lines(cloud, jobs["OpenAi"], ".jsonl.out")} == {f"c{n}" for n in range(100)}
    for name, first in (("one", 0), ("two", 60)):
        found = {each["recordId"] for each in lines(cloud, jobs["Folder"], f"{name}.jsonl.out")}
        assert found == {f"r{first + n}" for n in range(60)}

    again = cloud.deploy(assembly(tmp_path / "two", "word"))

    assert (again, cloud.started) == (outputs, started + 3)
    columns = {each["recordId"]: each["columns"] for each in lines(cloud, jobs["Table"], ".columns.jsonl")}
    assert columns["record-000008"]["answer"] == "word 7"
