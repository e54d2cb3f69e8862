"""The outcome of a run: its status, the counts of its records, and its rule."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_batch.outcome.judge import allowed, compared, is_by_limits, judge, percent
from bedrock_batch.outcome.names import RunOutcome
from bedrock_batch.outcome.records import Records
from bedrock_batch.outcome.rule import OutcomeRule, Partial
from bedrock_batch.statuses import ENDED, JobStatus

DEFAULT = OutcomeRule()


def records(success: int, error: int = 0, missing: int = 0) -> Records:
    return Records(success + error + missing, success, error, missing)


@pytest.mark.parametrize(
    ("status", "found", "expected"),
    [
        ("Completed", records(3), "good"),
        ("Completed", records(2, 1), "degraded"),
        ("Completed", records(2, 0, 1), "degraded"),
        ("Completed", records(0, 3), "failed"),
        ("Completed", records(0, 0, 3), "failed"),
        ("Completed", records(0), "failed"),
        ("Completed", None, "degraded"),
        ("PartiallyCompleted", records(3, 0, 1), "degraded"),
        ("PartiallyCompleted", records(3), "degraded"),
        ("PartiallyCompleted", records(0, 0, 3), "failed"),
        ("PartiallyCompleted", None, "degraded"),
        ("Failed", records(3), "failed"),
        ("Failed", None, "failed"),
        ("Stopped", records(1, 0, 2), "stopped"),
        ("Stopped", None, "stopped"),
        ("Expired", records(0, 0, 2), "expired"),
    ],
)
def test_by_default_a_run_is_good_only_if_each_record_has_a_result(
    status: str, found: Records | None, expected: str
) -> None:
    assert judge(status, found, DEFAULT) == expected


@pytest.mark.parametrize(
    ("found", "rule", "expected"),
    [
        (records(98, 2), OutcomeRule(max_error_rate=0.02), "good"),
        (records(97, 3), OutcomeRule(max_error_rate=0.02), "degraded"),
        (records(71, 29), OutcomeRule(max_error_rate=0.29), "good"),
        (records(489_999, 10_001), OutcomeRule(max_error_rate=0.02), "degraded"),
        (records(98, 2), OutcomeRule(max_missing=2), "degraded"),
        (records(98, 0, 2), OutcomeRule(max_missing=2), "good"),
        (records(97, 0, 3), OutcomeRule(max_missing=2), "degraded"),
        (records(98, 0, 2), OutcomeRule(max_error_rate=1.0), "degraded"),
        (records(0, 9), OutcomeRule(max_error_rate=1.0), "failed"),
        (records(0, 0, 9), OutcomeRule(max_missing=9), "failed"),
        (records(1, 9), OutcomeRule(max_error_rate=1.0), "good"),
    ],
)
def test_a_rule_allows_errors_and_missing_records_but_never_a_run_without_any_result(
    found: Records, rule: OutcomeRule, expected: str
) -> None:
    assert judge("Completed", found, rule) == expected


@pytest.mark.parametrize(
    ("found", "partial", "expected"),
    [
        (records(9, 0, 1), Partial.BY_LIMITS, "good"),
        (records(8, 0, 2), Partial.BY_LIMITS, "degraded"),
        (records(9, 0, 1), Partial.DEGRADED, "degraded"),
        (records(9, 0, 1), Partial.FAILED, "failed"),
        (None, Partial.FAILED, "failed"),
        (None, Partial.BY_LIMITS, "degraded"),
    ],
)
def test_a_run_whose_time_ran_out_is_what_its_rule_says(found: Records | None, partial: Partial, expected: str) -> None:
    rule = OutcomeRule(max_missing=1, partial=partial)

    assert judge("PartiallyCompleted", found, rule) == expected
    assert judge("Completed", found, rule) != "failed"


@pytest.mark.parametrize("status", [*sorted(set(JobStatus) - ENDED), "Paused", ""])
def test_fails_for_a_job_that_has_not_ended(status: str) -> None:
    with pytest.raises(ValueError, match="the job has not ended: its status is"):
        judge(status, records(1), DEFAULT)


COUNTS = st.integers(0, 3_000)


@given(success=COUNTS, error=COUNTS, missing=COUNTS, digits=st.integers(0, 10_000), allowed=COUNTS)
def test_a_limit_is_kept_to_the_last_record(success: int, error: int, missing: int, digits: int, allowed: int) -> None:
    """A rate with four decimals is compared as if both were fractions."""
    found, rule = records(success, error, missing), OutcomeRule(float(f"{digits / 10_000:.4f}"), allowed)

    is_within = Fraction(error, max(1, found.total)) <= Fraction(digits, 10_000) and missing <= allowed

    assert (judge("Completed", found, rule) is RunOutcome.GOOD) == (is_within and success > 0)


@pytest.mark.parametrize("status", [*JobStatus, "Paused"])
def test_the_limits_have_a_say_in_two_ends(status: str) -> None:
    assert is_by_limits(status) == (status in ("Completed", "PartiallyCompleted"))


def test_the_counts_are_told_beside_the_limits() -> None:
    assert compared(records(488, 12), OutcomeRule(0.01)) == "2.4 % errors, at most 1 % allowed"
    assert compared(records(2, 0, 1), DEFAULT) == "0 % errors, at most 0 % allowed; 1 missing, at most 0 allowed"
    assert compared(records(2), OutcomeRule(1, 1_000)).endswith("; 0 missing, at most 1,000 allowed")


def test_a_rule_is_told_without_counts() -> None:
    assert allowed(OutcomeRule(0.02, 1_000, Partial.FAILED)) == "at most 2 % errors, 1,000 missing, partial failed"


@pytest.mark.parametrize(("part", "told"), [(0.07, "7 %"), (1 / 3, "33.3333 %"), (0.00001, "0.001 %"), (1, "100 %")])
def test_percents_have_no_more_digits_than_they_need(part: float, told: str) -> None:
    assert percent(part) == told
