"""The script for real credentials, run as a user runs it, but against the embedded AWS."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from local.cloud import NOVA, REGION, Cloud, jsonl

from bedrock_batch_local import EmbeddedAws

SCRIPT = Path(__file__).parents[1] / "live" / "smoke.py"


@pytest.fixture(scope="module")
def fast() -> Iterator[EmbeddedAws]:
    """Time must run by itself here, since the script waits for things to happen."""
    with EmbeddedAws.start(speed=2000) as running:
        yield running


def run(cloud: Cloud, role: str, *more: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    where = ["--input", f"s3://in-{cloud.account}/in/", "--output", f"s3://out-{cloud.account}/out/"]
    what = ["--role-arn", role, "--model", NOVA, "--invocation-type", "Converse", "--wait", "20", "--poll", "0.02"]
    return subprocess.run(
        [sys.executable, str(SCRIPT), *what, *where, *more],
        env=cloud.aws.environment(cloud.account, REGION),
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def ready_and_fast(fast: EmbeddedAws, request: pytest.FixtureRequest) -> Cloud:
    """An account with buckets and records whose time runs."""
    account = str(700_000_000_000 + sum(request.node.name.encode()))
    cloud = Cloud(fast, account)
    cloud.bucket("in")
    cloud.bucket("out")
    cloud.upload(jsonl(120))
    return cloud


def test_every_question_gets_a_line_and_nothing_is_left_running(ready_and_fast: Cloud) -> None:
    done = run(ready_and_fast, ready_and_fast.role(*ready_and_fast.rights()), "--yes")
    table = re.findall(r"^\| ([a-l]) ([^|]+) \| ([^|]+) \| (.*) \|$", done.stdout, re.MULTILINE)
    observed = {f"{letter} {question}": seen for letter, question, seen, _ in table}

    assert done.returncode == 0, done.stdout + done.stderr
    assert {letter for letter, *_ in table} == set("abcdefghijkl")
    assert observed["a same token, same parameters"] == "same ARN"
    assert observed["b name of a live job"] == "refused, ConflictException"
    assert observed["c role that cannot be assumed"] == "by the job"
    assert observed["c missing rights in S3"] == "by the job"
    assert observed["e token in List"] == observed["e token in Get"] == "filled"
    assert observed["f rollback Update after a cancelled Update"] == "by hand"
    assert observed["l tags of a stopped job, read"] == observed["l tags of a stopped job, changed"] == "accepted"
    assert float(observed["h seconds of Stopping"]) < 20
    pages = ready_and_fast.bedrock.get_paginator("list_model_invocation_jobs").paginate()
    statuses = {job["status"] for page in pages for job in page["invocationJobSummaries"]}
    assert statuses <= {"Stopping", "Stopped", "Failed", "Completed"}


def test_without_the_typed_words_nothing_is_started(ready_and_fast: Cloud) -> None:
    done = run(ready_and_fast, ready_and_fast.role(*ready_and_fast.rights()), typed="yes\n")

    assert done.returncode == 2
    assert "bills what a job has done" in done.stdout
    assert ready_and_fast.aws.bill(account=ready_and_fast.account).started == 0


def test_what_cannot_be_asked_is_said_and_ends_with_a_failure(ready_and_fast: Cloud) -> None:
    done = run(ready_and_fast, "arn:aws:iam::111122223333:role/nobody", "--yes")

    assert done.returncode == 1
    assert "not asked" in done.stdout
    assert "0 jobs were started" in done.stdout
