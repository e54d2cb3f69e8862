"""The counts of the records, as far as they can be believed."""

from __future__ import annotations

from typing import Any

import pytest
from batch.outcome.made import counts

from bedrock_batch.outcome.records import Records


def test_what_is_not_counted_is_missing() -> None:
    found = Records.of_counts(counts(10, 5, 2))

    assert found == Records(10, 5, 2, 3)
    assert found.members() == {"total": 10, "success": 5, "error": 2, "missing": 3}
    assert found.error_rate == 0.2


@pytest.mark.parametrize(
    "found",
    [
        {},
        counts(None, 1, 1),
        counts(0, 0, 0),
        counts(1, 1, 1),
        counts(3, -1, 1),
        counts(3, "3", 0),
        counts(True, True, 0),
        counts(2, 2, False),
        {**counts(2, 2, 0), "processedRecordCount": 1},
        {**counts(2, 2, 0), "processedRecordCount": True},
    ],
)
def test_counts_that_do_not_add_up_count_nothing(found: dict[str, Any]) -> None:
    assert Records.of_counts(found) is None


def test_counts_are_told_in_one_order() -> None:
    assert Records(1_201, 1_200, 0, 1).told() == "1,201 records: 1,200 success, 1 missing"
    assert Records(100, 0, 0, 100).told("cancelled") == "100 records: 100 cancelled"
    assert Records(1, 0, 1, 0).told() == "1 record: 1 error"
    assert Records(0, 0, 0, 0).told() == "0 records"
    assert Records(0, 0, 0, 0).error_rate == 0
