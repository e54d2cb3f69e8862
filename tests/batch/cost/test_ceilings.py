"""Which jobs exceed a ceiling, and what is said of them."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bedrock_batch.cost import Ceilings, Estimate, Price, exceeded

PRICE = Price(0.5, 2.5)
ESTIMATE = Estimate(
    records=1_000,
    input_tokens=120_000,
    most_output_tokens=200_000,
    usd=PRICE.usd(120_000, 200_000),
    limit_member="modelInput.max_tokens",
)
UNLIMITED = replace(ESTIMATE, most_output_tokens=None, usd=None, records_without_limit=3)
MEDIA = replace(ESTIMATE, usd=None, records_with_media=1)
UNKNOWN = (
    "max_records, max_usd: the records are in S3, so their number and size are not known at synthesis; leave the "
    "ceilings out for this job, or give the records as local files"
)
NO_PRICE = (
    "max_usd needs the price of the model: give it as price=Price(input_per_million=..., output_per_million=...), with "
    "job files as prices in environments.yaml, in USD for batch inference"
)


@pytest.mark.parametrize(
    ("ceilings", "text"),
    [
        (
            {"max_records": 999},
            "max_records is 999, and the job has 1,000 records; leave some out, or raise the ceiling",
        ),
        (
            {"max_tokens": 319_999},
            "max_tokens is 319,999, and the job may take 320,000 tokens: about 120,000 of input in 1,000 records, and "
            "at most 200,000 of output; use fewer or shorter records, lower modelInput.max_tokens in each record, or "
            "raise the ceiling",
        ),
        (
            {"max_usd": 0.5},
            "max_usd is 0.5, and the job may cost 0.56 USD: about 120,000 of input in 1,000 records, and at most "
            "200,000 of output, at 0.5 and 2.5 USD for a million of them; use fewer or shorter records, lower "
            "modelInput.max_tokens in each record, or raise the ceiling",
        ),
    ],
)
def test_a_text_tells_ceiling_estimate_and_remedy(ceilings: dict[str, Any], text: str) -> None:
    assert exceeded(ESTIMATE, Ceilings(**ceilings), PRICE) == [text]


def test_a_cost_is_told_rounded_up() -> None:
    """So that it is never told to be the ceiling."""
    found = exceeded(replace(ESTIMATE, usd=Decimal("5.00001")), Ceilings(max_usd=5), PRICE)

    assert "max_usd is 5, and the job may cost 5.0001 USD" in found[0]


def test_what_is_reached_is_not_exceeded() -> None:
    assert exceeded(ESTIMATE, Ceilings(max_records=1_000, max_tokens=320_000, max_usd=Decimal("0.56")), PRICE) == []
    assert exceeded(UNLIMITED, Ceilings(max_records=1_000), None) == []
    assert exceeded(None, Ceilings(), None) == []


def test_each_ceiling_has_its_text() -> None:
    assert len(exceeded(ESTIMATE, Ceilings(max_records=1, max_tokens=1, max_usd=0), PRICE)) == 3


def test_a_vector_is_not_told_to_be_shorter() -> None:
    estimate = replace(ESTIMATE, most_output_tokens=0, limit_member=None)

    assert exceeded(estimate, Ceilings(max_tokens=1), None)[0].endswith(
        "at most 0 of output; use fewer or shorter records, or raise the ceiling"
    )


@pytest.mark.parametrize(
    ("estimate", "ceilings", "text"),
    [
        (
            UNLIMITED,
            {"max_tokens": 1, "max_usd": 1},
            "max_tokens and max_usd: 3 records have no limit of output tokens, so nothing bounds the bill; set "
            "modelInput.max_tokens in each record",
        ),
        (
            replace(UNLIMITED, limit_member=None),
            {"max_tokens": 1},
            "max_tokens: 3 records have no limit of output tokens, so nothing bounds the bill; set the limit of the "
            "model, such as modelInput.max_tokens, in each record",
        ),
        (
            MEDIA,
            {"max_usd": 1},
            "max_usd: 1 record has images, documents, audio or video, whose tokens are not estimated; leave the "
            "ceiling out for this job",
        ),
    ],
)
def test_what_nothing_bounds_exceeds_a_ceiling(estimate: Estimate, ceilings: dict[str, Any], text: str) -> None:
    assert exceeded(estimate, Ceilings(**ceilings), None) == [text]


@pytest.mark.parametrize(
    ("estimate", "ceilings", "text"),
    [(None, {"max_records": 1, "max_usd": 1}, UNKNOWN), (ESTIMATE, {"max_tokens": 1, "max_usd": 1}, NO_PRICE)],
    ids=["in S3", "no price"],
)
def test_fails_on_what_cannot_be_compared(estimate: Estimate | None, ceilings: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        exceeded(estimate, Ceilings(**ceilings), None)


@pytest.mark.parametrize("name", ["max_records", "max_tokens"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "1"])
def test_fails_on_what_is_no_count(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must be a whole number above zero, got "):
        Ceilings(**{name: value})


@pytest.mark.parametrize("value", [-0.01, float("nan"), "5"])
def test_fails_on_what_is_no_amount(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^max_usd must be a number of USD, zero or more, got "):
        Ceilings(max_usd=value)
