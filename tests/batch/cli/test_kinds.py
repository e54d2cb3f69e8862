"""Errors are grouped by code and message, however many there are."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

from bedrock_batch.cli.kinds import kinds_of
from bedrock_batch.results import Outcome, Row


def failed(number: int, message: str | None = "no", code: int | None = 400) -> Row:
    return Row(record_id=f"r{number}", outcome=Outcome.ERROR, error_code=code, error_message=message)


def test_the_most_frequent_kind_comes_first_with_its_first_record() -> None:
    rows = [
        failed(1, "a"),
        failed(2, "b"),
        Row(record_id="good", outcome=Outcome.SUCCESS),
        failed(3, "b"),
        failed(4, "b", 500),
        Row(record_id=None, outcome=Outcome.MISSING),
    ]

    assert [(kind.count, kind.reason, kind.record_id) for kind in kinds_of(rows)] == [
        (2, "400: b", "r2"),
        (1, "400: a", "r1"),
        (1, "500: b", "r4"),
        (1, "missing", None),
    ]


def test_an_error_without_a_code_has_its_message() -> None:
    (kind,) = kinds_of([failed(1, "neither modelOutput nor error", None)])

    assert kind.reason == "error: neither modelOutput nor error"


def test_a_million_errors_that_all_differ_take_bounded_memory() -> None:
    def rows(count: int) -> Iterator[Row]:
        return (failed(number, f"{number} " + "x" * 2000) for number in range(count))

    tracemalloc.start()
    try:
        few = kinds_of(rows(2_000))
        _, before = tracemalloc.get_traced_memory()
        many = kinds_of(rows(100_000))
        _, after = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (few.others, many.others) == (1_000, 99_000)
    assert after < before * 3
