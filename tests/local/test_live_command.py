"""`make live` before it spends anything: whose account, how much at most, and a person's word."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from live import account as accounts
from live.__main__ import is_agreed
from live.cost import ASKED_JOBS, WorstCase
from live.jobs import Jobs, TooManyJobsError
from live.records import records
from local.cloud import REGION, Cloud, document

ROOT = Path(__file__).parents[2]


def test_no_job_more_than_was_agreed_to(ready: Cloud) -> None:
    jobs = Jobs(ready.bedrock, ready.request(ready.role()), most=1, wait=1, poll=0.02)
    jobs.start(**jobs.names())

    with pytest.raises(TooManyJobsError, match=r"^1 jobs were started, and no more were agreed to$"):
        jobs.start(**jobs.names())
    assert len(jobs.started) == 1


def test_without_the_typed_words_nothing_is_started(tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    done = subprocess.run(
        [sys.executable, "-m", "live", "--embedded", "--report", str(report)],
        cwd=ROOT / "tests",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 2, done.stderr
    assert "Worst case: " in done.stdout
    assert " USD if no model costs more than 5 and 25 USD a million" in done.stdout
    assert done.stdout.endswith("Type 'spend money' to go on: Nothing was started.\n")
    assert not report.exists()


@pytest.mark.parametrize(("typed", "agreed"), [("yes\n", False), ("", False), ("spend money\n", True)])
def test_only_the_words_themselves_agree(typed: str, agreed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))

    assert is_agreed("spend money") is agreed


def test_the_worst_case_counts_every_job_twice_and_every_byte_as_a_token() -> None:
    worst = WorstCase(declared_records=(100, 100, 200), price=(1.0, 10.0))
    count = 2 * 400 + ASKED_JOBS * 100

    assert worst.jobs == 2 * 3 + ASKED_JOBS
    assert worst.tokens[1] == count * 8
    assert worst.tokens[0] > count * max(len(line) for line in records(100, "geographic").splitlines())
    assert worst.usd == pytest.approx((worst.tokens[0] + 10 * worst.tokens[1]) / 1_000_000)


def test_the_real_account_is_that_of_the_ambient_credentials(ready: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ready.aws.environment(ready.account, REGION).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    account = accounts.real()

    assert (account.account_id, account.region, account.partition) == (ready.account, REGION, "aws")
    assert account.title == f"aws, {REGION}"
    role = ready.role(trust=document({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}))
    assert ":assumed-role/" in account.as_role(role, "sts").get_caller_identity()["Arn"]
