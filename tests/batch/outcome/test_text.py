"""The lines for people: short, plain, and about what decides."""

from __future__ import annotations

from typing import Any

import pytest
from batch.outcome.made import JOB_ARN, counts, job, report, run_file

from bedrock_batch.outcome.report import Report
from bedrock_batch.outcome.rule import OutcomeRule, Partial
from bedrock_batch.outcome.text import text_of
from bedrock_batch.results import WITHOUT_OUTPUT as WORDS
from bedrock_batch.statuses import ENDED, JobStatus

HOSTILE = 'a"b\\c\r\nd\u2028e' * 100


def ended(status: str, found: tuple[int, int, int] | None = None, **rule: Any) -> Report:
    """A run with these counts of all records, successes and errors."""
    written = run_file(outcome=OutcomeRule(**rule).members())
    return report(job(status), written, {} if found is None else counts(*found))


@pytest.mark.parametrize(
    ("run_id", "title"),
    [
        ("1", "TicketTriage of Support: good"),
        ("2", "TicketTriage of Support: good, run 2"),
        ("2026-11", "TicketTriage of Support: good, run 2026-11"),
        (None, "TicketTriage of Support: good"),
        ("x" * 500, "TicketTriage of Support: good, run " + "x" * 64),
    ],
)
def test_the_title_names_the_job_its_stack_and_its_run(run_id: str | None, title: str) -> None:
    assert text_of(report(written=run_file(runId=run_id), manifest=counts(9, 9, 0)))["title"] == title


def test_without_a_stack_the_title_names_the_job_alone() -> None:
    assert text_of(Report.of(job("Failed"), "", run_file(), None))["title"] == "TicketTriage: failed"


def test_what_others_can_write_leaves_the_title_one_short_plain_line() -> None:
    title = text_of(report(written=run_file(runId=HOSTILE, logicalResourceId=HOSTILE)))["title"]

    assert len(title) < 200
    assert " of Support: degraded, run a'b/c d e" in title
    assert not set(title) & set('"\\\r\n\u2028')


@pytest.mark.parametrize(
    ("status", "found", "told"),
    [
        (
            "Completed",
            (9, 8, 0),
            "9 records: 8 success, 1 missing; 0 % errors, at most 0 % allowed; 1 missing, at most 0",
        ),
        (
            "PartiallyCompleted",
            (9, 8, 0),
            "9 records: 8 success, 1 expired; 0 % errors, at most 0 % allowed; 1 missing",
        ),
        ("Stopped", (100, 0, 0), "100 records: 100 cancelled"),
        ("Expired", (100, 7, 1), "100 records: 7 success, 1 error, 92 expired"),
        ("Failed", (100, 0, 1), "100 records: 1 error, 99 missing"),
        ("Failed", None, "records not counted; the status is Failed"),
    ],
)
def test_the_limits_are_named_only_where_they_decide(
    status: str, found: tuple[int, int, int] | None, told: str
) -> None:
    records = text_of(ended(status, found))["records"]

    assert records.startswith(told)
    assert ("allowed" in records) == ("allowed" in told)


@pytest.mark.parametrize("status", sorted(ENDED))
def test_the_words_are_those_of_the_command_line(status: str) -> None:
    assert f"4 {WORDS[JobStatus(status)]}" in text_of(ended(status, (10, 5, 1)))["records"]


_BEYOND = "More records have an error or no output than the limits allow."
_TIME = "The time ran out before all records were processed."


@pytest.mark.parametrize(
    ("status", "found", "partial", "message"),
    [
        ("Completed", (9, 9, 0), Partial.DEGRADED, "All records are within the limits."),
        ("Completed", (9, 8, 1), Partial.DEGRADED, _BEYOND),
        ("Completed", (9, 0, 9), Partial.DEGRADED, "No record has a result."),
        ("Completed", None, Partial.DEGRADED, "Nothing counted the records."),
        ("PartiallyCompleted", (9, 8, 0), Partial.DEGRADED, _TIME),
        ("PartiallyCompleted", (9, 8, 0), Partial.FAILED, _TIME),
        ("PartiallyCompleted", (9, 8, 0), Partial.BY_LIMITS, _BEYOND),
        ("PartiallyCompleted", (9, 9, 0), Partial.BY_LIMITS, "All records are within the limits."),
        ("PartiallyCompleted", (9, 0, 0), Partial.BY_LIMITS, "No record has a result."),
        ("Failed", None, Partial.DEGRADED, "Bedrock ended the run, and gave no reason."),
        ("Failed", (9, 8, 1), Partial.DEGRADED, "Bedrock ended the run, and gave no reason."),
        ("Stopped", (9, 0, 0), Partial.DEGRADED, "A person or a deployment stopped the run."),
        ("Expired", (9, 0, 0), Partial.DEGRADED, "The time ran out before the run was complete."),
    ],
)
def test_where_nobody_says_more_the_message_is_what_the_outcome_means(
    status: str, found: tuple[int, int, int] | None, partial: Partial, message: str
) -> None:
    assert text_of(ended(status, found, partial=partial))["message"] == message


@pytest.mark.parametrize(
    ("status", "found", "command"),
    [
        ("Completed", (9, 9, 0), "results"),
        ("Completed", (9, 8, 1), "errors"),
        ("Completed", (9, 0, 9), "errors"),
        ("Completed", None, "status"),
        ("Stopped", (9, 5, 1), "status"),
        ("Stopped", None, "status"),
        ("Failed", None, "status"),
        ("Expired", None, "status"),
        ("Expired", (9, 5, 1), "errors"),
    ],
)
def test_the_next_command_shows_more_and_names_the_region(
    status: str, found: tuple[int, int, int] | None, command: str
) -> None:
    told = ended(status, found)

    assert text_of(told)["next"] == f"bedrock-batch {command} Support TicketTriage --region us-east-1"
    unknown = report(told.job, run_file(logicalResourceId=None), {} if found is None else counts(*found))
    assert text_of(unknown)["next"].endswith(JOB_ARN)
