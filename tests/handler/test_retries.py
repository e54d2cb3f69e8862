"""Waits between two tries, and the words of an error."""

import random

import pytest
from botocore.exceptions import ClientError

from model_invocation_job.retries import Backoff, error_code, error_message


def test_an_error_without_a_body_has_empty_words() -> None:
    bare: ClientError = ClientError({"Error": {}}, "X")
    bare.response = {}

    assert (error_code(bare), error_message(bare)) == ("", "")
    bare.response = {"Error": {}}
    assert (error_code(bare), error_message(bare)) == ("", "")


def test_waits_are_drawn_between_half_and_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, float]] = []
    monkeypatch.setattr(random, "uniform", lambda low, high: drawn.append((low, high)) or high)  # type: ignore[func-returns-value]  # append and go on
    backoff = Backoff(first=1.0, longest=3.0)

    assert [backoff.next(), backoff.next(), backoff.next(), backoff.next()] == [1.0, 2.0, 3.0, 3.0]
    assert drawn == [(0.5, 1.0)] * 4


def test_a_wait_is_never_longer_than_its_bound() -> None:
    waits = [Backoff(first=1.0, longest=1.0).next() for _ in range(100)]

    assert all(0.5 <= seconds <= 1.0 for seconds in waits)
    assert min(waits) < 0.75 < max(waits)
