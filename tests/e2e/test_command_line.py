"""The command line on jobs that nobody declared: started by boto3, on the embedded AWS."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from local.cloud import Cloud, allow, converse, document, jsonl, to

from bedrock_batch_local import EmbeddedAws
from e2e.command_line import ACCOUNTS, RECORDS, Run, finished, prepared, runner, user

NOBODY = "arn:aws:bedrock:eu-west-1:111122223333:model-invocation-job/aaaaaaaaaaaa"


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws.start(manual_clock=True) as running:
        yield running


@pytest.fixture
def cloud(aws: EmbeddedAws) -> Cloud:
    return prepared(Cloud(aws, str(next(ACCOUNTS))))


@pytest.fixture
def run(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(cloud, monkeypatch, capsys)


def test_a_job_of_others_has_a_row_for_each_record(cloud: Cloud, run: Run, tmp_path: Path) -> None:
    arn = finished(cloud)
    done = run("results", arn, "-o", str(tmp_path / "rows.csv"))

    assert (done.code, done.out) == (0, "")
    assert done.err == "job-1: Completed, good. 120 records: 120 success\n"
    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text("utf-8"))))
    assert [row["recordId"] for row in rows] == [f"R{number:04d}" for number in range(RECORDS)]
    assert {row["outcome"] for row in rows} == {"success"}
    assert all(row["text"] and int(row["inputTokens"]) for row in rows)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_a_status_says_what_became_of_the_records(cloud: Cloud, run: Run) -> None:
    cloud.upload(jsonl(RECORDS, lambda number: converse("hello") if number % 4 else {"inferenceConfig": {}}))
    arn = finished(cloud)
    (job,) = run("--json", "status", arn).json["jobs"]

    assert run("status", arn).out.splitlines()[:2] == [
        "job-1: Completed, degraded",
        "  120 records: 90 success, 30 error",
    ]
    assert (job["status"], job["outcome"]) == ("Completed", "degraded")
    assert job["outcomes"] == {
        "success": 90, "invalid_output": 0, "error": 30, "expired": 0, "cancelled": 0, "missing": 0,
    }  # fmt: skip
    assert job["inputTokenCount"] > 0
    assert job["runFile"] is None


def test_errors_are_one_line_each_kind_with_an_example(cloud: Cloud, run: Run) -> None:
    cloud.upload(jsonl(RECORDS, lambda number: converse("hello") if number % 4 else {"inferenceConfig": {}}))
    arn = finished(cloud)

    assert run("errors", arn).out.splitlines() == [
        "job-1: Completed. 120 records: 90 success, 30 error",
        "  30 x 400: messages: Field required (such as R0000)",
    ]
    (job,) = run("errors", "--json", arn).json["jobs"]
    assert job["kinds"] == [
        {
            "outcome": "error",
            "errorCode": 400,
            "errorMessage": "messages: Field required",
            "count": 30,
            "recordId": "R0000",
        }
    ]


def test_of_many_kinds_of_errors_the_first_are_shown_and_the_others_counted(cloud: Cloud, run: Run) -> None:
    arn = finished(cloud)
    s3, key = cloud.client("s3"), f"out/{arn.rpartition('/')[2]}/x.jsonl.out"
    errors = (
        {"recordId": f"R{number:04d}", "error": {"errorCode": 400, "errorMessage": f"no {number}"}}
        for number in range(RECORDS)
    )
    body = "".join(json.dumps(error) + "\n" for error in errors).encode()
    s3.put_object(Bucket=f"out-{cloud.account}", Key=key, Body=body)
    shown = run("errors", arn).out.splitlines()

    assert shown[1] == "  1 x 400: no 0 (such as R0000)"
    assert (len(shown), shown[-1]) == (22, "  100 x other texts")
    assert len(run("errors", arn, "--json").json["jobs"][0]["kinds"]) == RECORDS


def test_nested_input_files_and_buckets_with_an_owner_are_read(cloud: Cloud, run: Run) -> None:
    cloud.upload(jsonl(10), "in/deep/er/y.jsonl")
    cloud.upload(jsonl(3), "in/notes.txt")
    source = {"s3Uri": f"s3://in-{cloud.account}/in/", "s3BucketOwner": cloud.account}
    place = {"s3Uri": f"s3://out-{cloud.account}/out/", "s3BucketOwner": cloud.account}
    arn = finished(cloud, inputDataConfig={"s3InputDataConfig": source}, outputDataConfig={"s3OutputDataConfig": place})
    done = run("results", arn)

    assert (done.code, len(done.out.splitlines())) == (0, RECORDS + 10)
    assert done.err.splitlines() == [
        "job-1: Completed, good. 130 records: 130 success",
        "note: 1 object of the input location is not read: in/notes.txt (the name of an input file ends with .jsonl)",
    ]


def test_without_counts_of_bedrock_the_manifest_counts_and_without_it_the_records(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hidden = [f"{name}RecordCount" for name in ("total", "processed", "success", "error")]
    with EmbeddedAws.start(manual_clock=True, quirks={"hidden_members": hidden}) as aws:
        cloud = prepared(Cloud(aws, str(next(ACCOUNTS))))
        arn, run = finished(cloud), runner(cloud, monkeypatch, capsys)
        for gone in (False, True):
            if gone:
                key = f"out/{arn.rpartition('/')[2]}/manifest.json.out"
                cloud.client("s3").delete_object(Bucket=f"out-{cloud.account}", Key=key)
            (job,) = run("status", arn, "--json").json["jobs"]
            assert "totalRecordCount" not in job
            assert (job["outcomes"]["success"], job["outcome"]) == (RECORDS, "good")
            assert (job["inputTokenCount"] is None) is gone


@pytest.mark.parametrize("command", ["results", "errors"])
def test_a_job_that_runs_has_no_rows_yet(cloud: Cloud, run: Run, command: str, tmp_path: Path) -> None:
    arn = cloud.create(cloud.role(*cloud.rights()))
    options = ["-o", str(tmp_path / "rows.csv")] if command == "results" else []
    done = run(command, arn, *options)

    assert (done.code, done.out) == (4, "")
    assert done.err == "bedrock-batch: job-1 has not ended: its status is Submitted\n"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told_before_anything_is_read(cloud: Cloud, run: Run, tmp_path: Path) -> None:
    arn = finished(cloud)
    cloud.client("s3").put_bucket_policy(
        Bucket=f"out-{cloud.account}",
        Policy=document(
            {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::out-{cloud.account}/*"}
        ),
    )
    done = run("results", arn, "-o", str(tmp_path / "no" / "rows.csv"))

    assert (done.code, done.err) == (
        6,
        f"bedrock-batch: cannot write {tmp_path}/no/rows.csv: No such file or directory\n",
    )


def test_a_running_job_shows_its_status_without_outcomes(cloud: Cloud, run: Run) -> None:
    arn = cloud.create(cloud.role(*cloud.rights()))
    done = run("status", arn)

    assert done.out.splitlines()[:2] == ["job-1: Submitted", "  no records counted yet"]
    assert run("status", arn, "--json").json["jobs"][0]["outcomes"] is None


def test_a_stopped_job_has_cancelled_records_and_a_second_stop_is_no_error(cloud: Cloud, run: Run) -> None:
    arn = cloud.create(cloud.role(*cloud.rights()))
    refused = run("stop", arn)
    assert (refused.code, refused.err) == (
        2,
        "bedrock-batch: stop asks on a terminal only; without one, give --yes\n",
    )
    assert cloud.get(arn)["status"] == "Submitted"

    assert run("stop", arn, "--yes").out.startswith("job-1: Bedrock was asked to stop it, now Stop")
    cloud.aws.advance(3600)

    again = run("stop", arn)
    assert (again.code, again.out) == (0, "job-1: nothing to stop, now Stopped\n")
    assert run("status", arn).out.splitlines()[:2] == ["job-1: Stopped, stopped", "  120 records: 120 cancelled"]


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("typed", ["y\n", "n\n", ""])
def test_stop_asks_on_a_terminal(cloud: Cloud, run: Run, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    code, status = (0, "Stopping") if typed == "y\n" else (1, "Submitted")
    arn = cloud.create(cloud.role(*cloud.rights()))
    monkeypatch.setattr("sys.stdin", Keyboard(typed))
    done = run("stop", arn)

    assert (done.code, done.err.splitlines()[0]) == (
        code,
        "Stop job-1? What is processed until then costs money. [y/N]",
    )
    assert cloud.get(arn)["status"] == status


def test_without_the_input_the_output_is_read(cloud: Cloud, run: Run) -> None:
    arn = finished(cloud)
    cloud.client("s3").delete_object(Bucket=f"in-{cloud.account}", Key="in/x.jsonl")
    done = run("results", arn)

    assert done.code == 0
    assert len(done.out.splitlines()) == RECORDS
    assert "note: there is no input: records without output are not known\n" in done.err


def test_without_the_bucket_of_the_input_the_output_is_read(cloud: Cloud, run: Run) -> None:
    arn = finished(cloud)
    s3 = cloud.client("s3")
    s3.delete_object(Bucket=f"in-{cloud.account}", Key="in/x.jsonl")
    s3.delete_bucket(Bucket=f"in-{cloud.account}")
    done = run("results", arn)

    assert (done.code, len(done.out.splitlines())) == (0, RECORDS)
    assert f"note: cannot list s3://in-{cloud.account}/in/: NoSuchBucket: " in done.err


def test_without_a_right_to_the_input_the_output_is_read(cloud: Cloud, run: Run) -> None:
    named = {"s3InputDataConfig": {"s3Uri": f"s3://in-{cloud.account}/in/x.jsonl"}}
    arn = finished(cloud, inputDataConfig=named)
    rights = user(
        cloud,
        allow("bedrock:GetModelInvocationJob"),
        allow(["s3:GetObject", "s3:ListBucket"], [f"arn:aws:s3:::out-{cloud.account}{end}" for end in ("", "/*")]),
    )
    done = run("results", arn, user=rights)

    assert (done.code, len(done.out.splitlines())) == (0, RECORDS)
    assert f"note: cannot read s3://in-{cloud.account}/in/x.jsonl: AccessDenied: " in done.err


def test_output_that_is_gone_is_told(cloud: Cloud, run: Run) -> None:
    arn = finished(cloud)
    s3, folder = cloud.client("s3"), f"out/{arn.rpartition('/')[2]}/"
    s3.delete_object(Bucket=f"out-{cloud.account}", Key=f"{folder}x.jsonl.out")
    done = run("results", arn)

    gone = f"there is no output in s3://out-{cloud.account}/{folder}; it may have been deleted"
    assert (done.code, done.out.count('"outcome": "missing"')) == (0, RECORDS)
    assert f"note: {gone}\n" in done.err
    s3.delete_object(Bucket=f"in-{cloud.account}", Key="in/x.jsonl")
    done = run("results", arn)
    assert (done.code, done.out, done.err) == (3, "", f"bedrock-batch: {gone}, like the input\n")


def test_an_answer_that_is_cut_off_does_not_satisfy_the_schema(cloud: Cloud, run: Run) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "required": ["a"],
        "additionalProperties": False,
    }
    structure = {"jsonSchema": {"name": "answer", "schema": json.dumps(schema)}}
    asked = {"outputConfig": {"textFormat": {"type": "json_schema", "structure": structure}}}
    cloud.upload(
        jsonl(RECORDS, lambda n: {**converse("Why?"), **asked, "inferenceConfig": {"maxTokens": 2 if n == 7 else 500}})
    )
    rows = [json.loads(line) for line in run("results", finished(cloud)).out.splitlines()]

    assert [row["recordId"] for row in rows if row["outcome"] != "success"] == ["R0007"]
    assert (rows[7]["outcome"], rows[7]["stopReason"]) == ("invalid_output", "max_tokens")


def test_without_the_manifest_the_rows_are_the_same(cloud: Cloud, run: Run) -> None:
    arn = finished(cloud)
    before = run("results", arn).out
    key = f"out/{arn.rpartition('/')[2]}/manifest.json.out"
    cloud.client("s3").delete_object(Bucket=f"out-{cloud.account}", Key=key)

    assert run("results", arn).out == before
    status = run("status", arn)
    assert "120 success" in status.out
    assert "tokens" not in status.out


def test_a_line_that_is_no_json_is_told_of_and_the_others_are_read(cloud: Cloud, run: Run) -> None:
    arn = finished(cloud)
    s3, key = cloud.client("s3"), f"out/{arn.rpartition('/')[2]}/x.jsonl.out"
    lines = s3.get_object(Bucket=f"out-{cloud.account}", Key=key)["Body"].read().splitlines(True)
    s3.put_object(Bucket=f"out-{cloud.account}", Key=key, Body=b"".join([b"{secret\n", *lines[1:-1], lines[-1][:40]]))
    done = run("results", arn)

    assert done.code == 0
    assert done.err.splitlines() == [
        "job-1: Completed, degraded. 120 records: 118 success, 2 missing",
        "note: a line of the output is not a record",
        "note: the last line of an output file is cut off",
    ]


def test_fails_without_the_bucket_of_the_output(cloud: Cloud, run: Run, tmp_path: Path) -> None:
    arn = finished(cloud)
    s3, bucket = cloud.client("s3"), f"out-{cloud.account}"
    for each in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        s3.delete_object(Bucket=bucket, Key=each["Key"])
    s3.delete_bucket(Bucket=bucket)
    done = run("results", arn, "-o", str(tmp_path / "rows.csv"))

    assert (done.code, done.out, list(tmp_path.iterdir())) == (3, "", [])
    assert done.err.startswith(f"bedrock-batch: cannot list s3://{bucket}/out/{arn.rpartition('/')[2]}/: NoSuchBucket")
    assert len(done.err.splitlines()) == 1


def test_fails_without_a_right_to_the_key_of_the_output(cloud: Cloud, run: Run, tmp_path: Path) -> None:
    key = cloud.key(to(f"arn:aws:iam::{cloud.account}:root", allow("kms:*")))
    encrypted = {"s3OutputDataConfig": {"s3Uri": f"s3://out-{cloud.account}/out/", "s3EncryptionKeyId": key}}
    role = cloud.role(*cloud.rights(), allow(["kms:GenerateDataKey", "kms:Decrypt"], key))
    arn = cloud.finish(role, outputDataConfig=encrypted)["jobArn"]
    assert cloud.get(arn)["status"] == "Completed", cloud.get(arn)
    rights = user(cloud, allow(["bedrock:GetModelInvocationJob", "s3:GetObject", "s3:ListBucket"]))
    done = run("results", arn, "-o", str(tmp_path / "rows.csv"), user=rights)

    assert (done.code, done.out, list(tmp_path.iterdir())) == (5, "", [])
    assert done.err.startswith(f"bedrock-batch: cannot read s3://out-{cloud.account}/out/")
    assert ": AccessDenied: " in done.err
    assert len(done.err.splitlines()) == 1
    decrypt = document(allow("kms:Decrypt", key))
    cloud.client("iam").put_user_policy(UserName="reader", PolicyName="key", PolicyDocument=decrypt)
    assert run("results", arn, user=rights).code == 0


def test_the_region_of_an_arn_counts(cloud: Cloud, run: Run) -> None:
    arn = finished(cloud)

    assert run("--region", "us-west-2", "results", arn).code == 0


def test_fails_for_a_job_or_stack_that_is_not_there(run: Run) -> None:
    job = run("status", NOBODY)
    stack = run("status", "Nothing", "--region", "us-west-2")

    assert (job.code, stack.code) == (3, 3)
    assert job.err.startswith(f"bedrock-batch: cannot read the job {NOBODY}: ResourceNotFoundException: ")
    assert stack.err.startswith("bedrock-batch: cannot read the stack Nothing in us-west-2: ValidationError: ")


def test_errors_under_json_are_json(run: Run) -> None:
    done = run("status", NOBODY, "--json")
    error = json.loads(done.err)

    assert done.out == ""
    assert error["schemaVersion"] == 1
    assert error["error"]["exitCode"] == done.code == 3
    assert error["error"]["message"].startswith("cannot read the job")


def test_results_under_json_tell_about_the_file(cloud: Cloud, run: Run, tmp_path: Path) -> None:
    arn = finished(cloud)
    done = run("results", arn, "--json", "-o", str(tmp_path / "rows.jsonl"))

    assert done.err == ""
    assert (done.json["outcomes"]["success"], done.json["format"]) == (RECORDS, "jsonl")
    beside = run("results", arn, "--json")
    assert len(beside.out.splitlines()) == RECORDS
    assert json.loads(beside.err)["output"] is None


def test_watch_prints_what_changes_and_ends_well(cloud: Cloud, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = cloud.create(cloud.role(*cloud.rights()))
    monkeypatch.setattr("time.sleep", lambda _: cloud.aws.advance(120))
    done = run("watch", arn)

    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "job-1: Submitted, no records counted yet"
    assert "job-1: Completed, 120 of 120 records processed" in lines
    assert "job-1: Completed, good" in lines
    assert len(set(lines)) == len(lines)


def test_watch_ends_with_1_for_a_job_whose_records_all_failed(cloud: Cloud, run: Run) -> None:
    cloud.upload(jsonl(RECORDS, lambda _: {"inferenceConfig": {}}))
    arn = finished(cloud)
    done = run("watch", arn)

    assert cloud.get(arn)["status"] == "Completed"
    assert done.code == 1
    assert "job-1: Completed, failed" in done.out


def test_ctrl_c_ends_watch_and_says_that_the_job_still_runs(
    cloud: Cloud, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    arn = cloud.create(cloud.role(*cloud.rights()))
    monkeypatch.setattr("time.sleep", interrupted)
    done = run("watch", arn)

    assert done.code == 130
    assert done.err == "bedrock-batch: not watched any more; still running: job-1\n"
    assert cloud.get(arn)["status"] == "Submitted"
