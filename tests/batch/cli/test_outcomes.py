"""The outcomes of a job by counts, and the counts of outcomes."""

from __future__ import annotations

import pytest

from bedrock_batch.cli.outcomes import by_counts, counts_of, told
from bedrock_batch.outcome.records import Records
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


def test_counts_that_do_not_add_up_count_nothing() -> None:
    assert by_counts("Completed", counts(1, 1, 1)) is None


@pytest.mark.parametrize(
    ("outcomes", "found"),
    [
        ({}, Records(0, 0, 0, 0)),
        ({Outcome.SUCCESS: 3}, Records(3, 3, 0, 0)),
        ({Outcome.SUCCESS: 1, Outcome.ERROR: 2, Outcome.INVALID_OUTPUT: 4}, Records(7, 1, 6, 0)),
        ({Outcome.MISSING: 1, Outcome.EXPIRED: 2, Outcome.CANCELLED: 4}, Records(7, 0, 0, 7)),
    ],
)
def test_an_invalid_output_is_an_error_and_what_has_no_output_is_missing(
    outcomes: dict[Outcome, int], found: Records
) -> None:
    assert counts_of(outcomes) == found


@pytest.mark.parametrize("status", ["Completed", "PartiallyCompleted", "Stopped"])
def test_the_outcomes_of_counts_have_these_counts(status: str) -> None:
    found = by_counts(status, counts(10, 5, 2))

    assert found is not None
    assert counts_of(found) == Records(10, 5, 2, 3)


def test_outcomes_are_told_in_one_order() -> None:
    assert told({Outcome.MISSING: 1, Outcome.SUCCESS: 1200}) == "1,201 records: 1,200 success, 1 missing"
    assert told({}) == "0 records"
    assert told({Outcome.ERROR: 1}) == "1 record: 1 error"
