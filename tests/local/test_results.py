"""Records in, results out: files, manifest, error records, and input that can not be used."""

from __future__ import annotations

import json

import pytest
from local.cloud import Cloud, converse, jsonl


def test_results_and_manifest_lie_below_the_job_id(ready: Cloud) -> None:
    job = ready.finish(ready.role(*ready.rights()))
    lines = ready.output(job, "x.jsonl.out")
    (manifest,) = ready.output(job, "manifest.json.out")

    assert ready.output_names() == ["manifest.json.out", "x.jsonl.out"]
    assert [line["recordId"] for line in lines] == [f"R{number:04d}" for number in range(120)]
    assert all(line["modelInput"]["messages"] and "error" not in line for line in lines)
    answers = {line["modelOutput"]["output"]["message"]["content"][0]["text"] for line in lines}
    assert len(answers) > 10
    usage = [line["modelOutput"]["usage"] for line in lines]
    assert manifest == {
        "totalRecordCount": 120,
        "processedRecordCount": 120,
        "successRecordCount": 120,
        "errorRecordCount": 0,
        "inputTokenCount": sum(each["inputTokens"] for each in usage),
        "outputTokenCount": sum(each["outputTokens"] for each in usage),
    }
    assert [job[name] for name in ("processedRecordCount", "successRecordCount")] == [120, 120]


def test_every_jsonl_below_the_folder_is_read_and_has_its_own_results(ready: Cloud) -> None:
    ready.upload(jsonl(10), "in/deep/er/y.jsonl")
    ready.upload(jsonl(3), "in/notes.txt")
    ready.upload(jsonl(3), "in/z.jsonl.gz")
    ready.upload(jsonl(3), "in-vain/x.jsonl")

    job = ready.finish(ready.role(*ready.rights()))

    assert job["totalRecordCount"] == 130
    assert ready.output_names() == ["deep/er/y.jsonl.out", "manifest.json.out", "x.jsonl.out"]
    assert len(ready.output(job, "deep/er/y.jsonl.out")) == 10


def test_one_file_can_be_named_and_neighbours_are_left_alone(ready: Cloud) -> None:
    ready.upload(jsonl(100), "in/x.jsonl.more.jsonl")
    named = {"s3InputDataConfig": {"s3Uri": f"s3://in-{ready.account}/in/x.jsonl"}}

    job = ready.finish(ready.role(*ready.rights()), inputDataConfig=named)

    assert (job["status"], job["totalRecordCount"]) == ("Completed", 120)


def test_bodies_that_the_model_refuses_become_error_records(ready: Cloud) -> None:
    ready.upload(jsonl(120, lambda number: converse("hello") if number % 4 else {"inferenceConfig": {}}))

    job = ready.finish(ready.role(*ready.rights()))
    lines = ready.output(job, "x.jsonl.out")

    assert (job["status"], job["successRecordCount"], job["errorRecordCount"]) == ("Completed", 90, 30)
    assert lines[0]["error"] == {"errorCode": 400, "errorMessage": "messages: Field required"}
    assert "modelOutput" not in lines[0]
    assert ready.output(job, "manifest.json.out")[0]["errorRecordCount"] == 30


def test_a_record_without_an_id_gets_one(ready: Cloud) -> None:
    line = json.dumps({"modelInput": converse("hello")}).encode() + b"\n\n"
    ready.upload(line * 100)

    lines = ready.output(ready.finish(ready.role(*ready.rights())), "x.jsonl.out")

    assert len({line["recordId"] for line in lines}) == 100


def test_a_stopped_job_leaves_the_results_that_it_had(ready: Cloud) -> None:
    arn = ready.create(ready.role(*ready.rights()))
    ready.aws.advance(600)
    ready.bedrock.stop_model_invocation_job(jobIdentifier=arn)
    ready.aws.advance(600)
    job = ready.get(arn)

    assert (job["status"], job["processedRecordCount"]) == ("Stopped", 45)
    assert len(ready.output(job, "x.jsonl.out")) == 45
    assert ready.output(job, "manifest.json.out")[0]["processedRecordCount"] == 45


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (jsonl(99), "Input has 99 records, fewer than the required minimum of 100"),
        (jsonl(120) + b"{not json}\n", "Record is not valid JSON at line 121 of file in/x.jsonl"),
        (jsonl(120) + b"[1]\n", "Record is not a JSON object at line 121 of file in/x.jsonl"),
        (b'{"modelInput": "text"}\n' + jsonl(120), "Record has no modelInput object at line 1 of file in/x.jsonl"),
        (b'{"recordId": 7, "modelInput": {}}\n' + jsonl(120), "Record has a recordId that is not a string at line 1"),
    ],
    ids=["too few", "not json", "not an object", "no modelInput", "number as id"],
)
def test_input_that_cannot_be_used_fails_in_validating(ready: Cloud, body: bytes, message: str) -> None:
    ready.upload(body)

    job = ready.finish(ready.role(*ready.rights()))

    assert job["status"] == "Failed"
    assert job["message"].startswith(message)
    assert job["totalRecordCount"] == 0


def test_a_folder_without_jsonl_fails_in_validating(ready: Cloud) -> None:
    empty = {"s3InputDataConfig": {"s3Uri": f"s3://in-{ready.account}/in/empty/"}}

    job = ready.finish(ready.role(*ready.rights()), inputDataConfig=empty)

    assert job["message"] == f"No .jsonl file found at s3://in-{ready.account}/in/empty/"


def test_answers_are_the_same_on_the_next_run(ready: Cloud) -> None:
    role = ready.role(*ready.rights())
    first, second = (ready.finish(role, jobName=name) for name in ("first", "second"))

    assert ready.output(first, "x.jsonl.out") == ready.output(second, "x.jsonl.out")
