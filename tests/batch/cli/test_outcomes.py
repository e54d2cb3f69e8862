"""The outcomes of a job by counts, and how the whole went."""

from __future__ import annotations

from typing import Any

import pytest

from bedrock_batch.cli.outcomes import by_counts, of_run, told
from bedrock_batch.results import Outcome


def counts(total: object, success: object, error: object) -> dict[str, object]:
    return {"totalRecordCount": total, "successRecordCount": success, "errorRecordCount": error}


@pytest.mark.parametrize(
    ("status", "rest"),
    [("Completed", "missing"), ("Failed", "missing"), ("Stopped", "cancelled"), ("PartiallyCompleted", "expired")],
)
def test_what_is_not_counted_has_the_outcome_of_its_job(status: str, rest: str) -> None:
    found = by_counts(status, counts(10, 5, 2))

    assert found == {Outcome.SUCCESS: 5, Outcome.ERROR: 2, Outcome(rest): 3}
    assert found is not None
    assert found.total() == 10


@pytest.mark.parametrize(
    "found",
    [
        {},
        counts(None, 1, 1),
        counts(0, 0, 0),
        counts(1, 1, 1),
        counts(3, -1, 1),
        counts(True, True, 0),
        counts(2, 2, False),
        {**counts(2, 2, 0), "processedRecordCount": 1},
        {**counts(2, 2, 0), "processedRecordCount": True},
    ],
)
def test_counts_that_do_not_add_up_count_nothing(found: dict[str, Any]) -> None:
    assert by_counts("Completed", found) is None


@pytest.mark.parametrize(
    ("status", "outcomes", "expected"),
    [
        ("Completed", {Outcome.SUCCESS: 3}, "good"),
        ("Completed", {Outcome.SUCCESS: 2, Outcome.ERROR: 1}, "degraded"),
        ("Completed", {Outcome.ERROR: 3}, "failed"),
        ("Completed", {}, "failed"),
        ("PartiallyCompleted", {Outcome.SUCCESS: 3, Outcome.EXPIRED: 1}, "degraded"),
        ("PartiallyCompleted", {Outcome.SUCCESS: 3}, "degraded"),
        ("Failed", {Outcome.MISSING: 3}, "failed"),
        ("Stopped", {Outcome.SUCCESS: 1, Outcome.CANCELLED: 2}, "stopped"),
        ("Expired", {Outcome.EXPIRED: 2}, "expired"),
    ],
)
def test_a_run_is_good_only_if_each_record_has_a_result(
    status: str, outcomes: dict[Outcome, int], expected: str
) -> None:
    assert of_run(status, outcomes) == expected


def test_outcomes_are_told_in_one_order() -> None:
    assert told({Outcome.MISSING: 1, Outcome.SUCCESS: 1200}) == "1,201 records: 1,200 success, 1 missing"
    assert told({}) == "0 records"
    assert told({Outcome.ERROR: 1}) == "1 record: 1 error"
