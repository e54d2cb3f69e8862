"""The report of `make live`: what may be read by everybody, and what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from live.account import Account
from live.catalog import Finding
from live.cost import WorstCase
from live.report import Report
from live.run import Seen
from live.spent import Spent
from local.cloud import REGION

from security.assumptions import ASSUMPTIONS

ACCOUNT = "123456789012"


def report_of(seen: Seen, left: tuple[str, ...] = (), used: Spent | None = None) -> Report:
    account = Account(ACCOUNT, REGION, "aws", {}, no_client, lambda _, service: no_client(service), is_embedded=False)
    now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    return Report(account, now, now + timedelta(minutes=5), WorstCase((100, 200), (5.0, 25.0)), used, seen, left)


def no_client(service: str) -> Any:
    raise AssertionError(f"a report asks nobody, not even {service}")


def test_it_names_no_account_no_person_and_no_folder(tmp_path: Path) -> None:
    caller = f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/ada@example.com"
    # The number must not survive as a part, where a long text is cut.
    long = "x" * 260 + f" arn:aws:iam::{ACCOUNT}:role/CdkBedrockBatchLive-1"
    seen = Seen(failed=[f"all: AccessDenied: User: {caller} is not authorized", f"cdk: {tmp_path}/app {long}"])
    seen.findings.append(Finding("profile-key", "no", f"of {ACCOUNT} | Failed {long}", holds=False))
    text = report_of(seen).text(tmp_path)

    assert "* all: AccessDenied: User: (the caller) is not authorized" in text
    assert "of 000000000000 \\| Failed" in text
    assert ACCOUNT[:6] not in text
    assert str(tmp_path) not in text
    assert str(Path.home()) not in text


def test_an_assumption_that_does_not_hold_says_what_to_write(tmp_path: Path) -> None:
    seen = Seen(findings=[Finding("profile-key", "no", holds=False), Finding("global-keys", "yes", holds=True)])
    report = report_of(seen, left=("aws s3 rb x",))
    text = report.text(tmp_path)
    assumptions = text.partition("## Assumptions")[2].partition("## ")[0]

    assert [line.partition(" does not hold: ")[0] for line in report.broken()] == ["A1"]
    assert assumptions.count("| another `run_id`, and `BatchModel.from_model_id(..., restrict_to_profile=False)`") == 1
    assert assumptions.count("\n| A") == len(ASSUMPTIONS)
    assert [assumptions.count(f"| {word} |") for word in ("**no**", "**yes**", "by hand")] == [1, 1, 1]
    assert "* `aws s3 rb x`" in text
    assert "Everything was removed." not in text


def test_what_cannot_be_read_is_not_told_as_nothing(tmp_path: Path) -> None:
    assert "what was spent could not be read (worst case 22 jobs" in report_of(Seen()).text(tmp_path)
    used = Spent(3, (1_000_000, 0))
    assert "3 jobs started. Those that completed took 1,000,000 input" in report_of(Seen(), used=used).text(tmp_path)
