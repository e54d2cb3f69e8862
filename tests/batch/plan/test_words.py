"""What a text and a comment say alike: the answer in one sentence, rounded amounts, values that can be seen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from batch.plan.drawn import job, plan

from bedrock_batch.plan.planned import Action, Amounts, Cause, PlannedJob
from bedrock_batch.plan.text import as_text
from bedrock_batch.plan.words import answer, changed, number, usd, visible

UNKNOWN = Amounts()
REFUSED = job("bad", Action.REFUSED)


@pytest.mark.parametrize(
    ("jobs", "sentence"),
    [
        ((), "No paid job starts."),
        ((job("a", Action.KEEPS),), "No paid job starts."),
        ((job(),), "1 paid job starts: 100 records, at most 33,017 tokens, at most 0.11 USD."),
        ((job(), job("b")), "2 paid jobs start: 200 records, at most 66,034 tokens, at most 0.21 USD."),
        (
            (job(amounts=Amounts(records=1, input_tokens=1, most_output_tokens=0, usd=Decimal()))),
            "1 paid job starts: 1 record, at most 1 token, at most 0.00 USD.",
        ),
        ((job(amounts=UNKNOWN),), "1 paid job starts: records, tokens and cost not known."),
        (
            (job(), job("b", Action.REPLACES, amounts=replace(UNKNOWN, records=5, input_tokens=9))),
            "2 paid jobs start: 105 records, at most 33,017 tokens, at most 0.11 USD; tokens and cost not known for 1 "
            "of 2 jobs.",
        ),
        (
            (
                job(),
                job("b", amounts=Amounts(records=5, input_tokens=1, most_output_tokens=1)),
                job("c", amounts=UNKNOWN),
            ),
            "3 paid jobs start: 105 records, at most 33,019 tokens, at most 0.11 USD; records and tokens not known for "
            "1 of 3 jobs; cost not known for 2 of 3 jobs.",
        ),
        (
            (job(amounts=Amounts(records=5)), job("b", amounts=Amounts(records=5))),
            "2 paid jobs start: 10 records; tokens and cost not known.",
        ),
        ((REFUSED,), "No paid job starts; 1 job is refused, so the deployment fails."),
        (
            (REFUSED, REFUSED, job("a", Action.KEEPS, above=("x",))),
            "No paid job starts; 2 jobs are refused, so the deployment fails; 1 job may exceed its own ceiling, so the "
            "CDK refuses the deployment.",
        ),
    ],
)
def test_the_answer_is_one_sentence(jobs: PlannedJob | tuple[PlannedJob, ...], sentence: str) -> None:
    found = plan(*(jobs if isinstance(jobs, tuple) else (jobs,)))

    assert answer(found) == sentence
    assert as_text(found).replace("\n  ", " ").splitlines()[0] == sentence


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "0.00"),
        ("0.0000000001", "0.000001"),
        ("0.00031", "0.0004"),
        ("0.01", "0.01"),
        ("0.0999", "0.10"),
        ("12.341", "12.35"),
        ("123456.789", "123,456.79"),
        ("999999999999999.99", "999,999,999,999,999.99"),
        ("1.23e400", "1.3e+400"),
    ],
)
def test_an_amount_is_rounded_up(amount: str, shown: str) -> None:
    assert usd(Decimal(amount)) == shown


def test_a_count_that_no_bill_has_is_written_roughly() -> None:
    assert number(10**15 - 1) == "999,999,999,999,999"
    assert number(10**5_000 + 1) == "1.1e+5000"


def test_what_cannot_be_seen_is_escaped() -> None:
    assert visible("a\n\t\x1b\u202e\u3164\u00a0\ud800b é提 \\") == "a\\n\\t\\x1b\\u202e\\u3164\\xa0\\ud800b é提 \\"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [("a", "b", "a -> b"), ("", "b", " -> b"), (None, "b", "b"), ("a", None, "was a"), (None, None, "")],
)
def test_a_change_is_told_as_far_as_it_is_known(before: str | None, after: str | None, told: str) -> None:
    assert "".join(changed(Cause(what="model", before=before, after=after))) == told
