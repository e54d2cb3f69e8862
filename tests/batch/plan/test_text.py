"""A plan as a text: what it says, that nothing is cut off, and that no value looks like a line of ours."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from batch.plan.drawn import PLANS, VALUES, job, plan
from hypothesis import given, settings

from bedrock_batch.cli.terminal import harmless
from bedrock_batch.plan.planned import Action, Amounts, Cause, Plan, PlannedJob
from bedrock_batch.plan.text import as_text
from bedrock_batch.plan.words import answer, number, usd, visible

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
        ((job(amounts=UNKNOWN),), "1 paid job starts: records not known, tokens not known, cost not known."),
        (
            (job(), job("b", Action.REPLACES, amounts=replace(UNKNOWN, records=5, input_tokens=9))),
            "2 paid jobs start: 105 records, at most 33,017 tokens (not known for 1 of 2 jobs), at most 0.11 USD (not "
            "known for 1 of 2 jobs).",
        ),
        ((REFUSED,), "No paid job starts; 1 job is refused, so the deployment fails."),
        (
            (REFUSED, REFUSED, job("a", Action.KEEPS, above=("x",))),
            "No paid job starts; 2 jobs are refused, so the deployment fails; 1 ceiling may be exceeded.",
        ),
    ],
)
def test_the_answer_is_one_sentence(jobs: PlannedJob | tuple[PlannedJob, ...], sentence: str) -> None:
    found = plan(*(jobs if isinstance(jobs, tuple) else (jobs,)))

    assert answer(found) == sentence
    assert as_text(found).replace("\n  ", " ").splitlines()[0] == sentence


def test_a_plan_is_told_from_what_bills_to_what_does_not() -> None:
    arn = "arn:aws:bedrock:eu-central-1:111122223333:model-invocation-job/abc123def456"
    found = plan(
        job("same", Action.NOTHING),
        job("noted", Action.NOTHING, notes=("Its stack moves.",)),
        job("kept", Action.KEEPS, causes=(Cause(what="timeout_hours", place="a.yaml:2", before="24", after="48"),)),
        job("gone", Action.STOPS, causes=(Cause(what="removed"),), job_arn=arn, status="InProgress"),
        job("tagged", Action.TAGS, causes=(Cause(what="tags.team", before="a", after=""),), status="Completed"),
        job("bad", Action.REFUSED, notes=("The model is not known.",)),
        job("again", Action.REPLACES, causes=(Cause(what="model", before="a"),), job_arn=arn, amounts=UNKNOWN),
        job("new", causes=(Cause(what="new job", place="b.yaml:1"),), above=("max_usd is 0.1",)),
        job("half", amounts=Amounts(records=2, input_tokens=8)),
        notes=("The stack Other is not deployed.",),
        above=("max_records is 10",),
    )

    assert (
        as_text(found)
        == """\
3 paid jobs start: 102 records (not known for 1 of 3 jobs), at most 33,017 tokens (not known for 2 of 3 jobs), at most
  0.11 USD (not known for 2 of 3 jobs); 1 job is refused, so the deployment fails; 2 ceilings may be exceeded.

starts    Reports/new
  new job (b.yaml:1)
  100 records, about 3,017 tokens of input, at most 33,017 tokens in all, at most 0.11 USD

starts    Reports/half
  2 records, about 8 tokens of input, tokens of output not known, cost not known

replaces  Reports/again
  model: was a
  records not known, tokens not known, cost not known
  job: arn:aws:bedrock:eu-central-1:111122223333:model-invocation-job/abc123def456

refused   Reports/bad
  note: The model is not known.

stops     Reports/gone
  removed
  job: arn:aws:bedrock:eu-central-1:111122223333:model-invocation-job/abc123def456 (InProgress)

tags      Reports/tagged
  tags.team: a -> ""
  status: Completed

keeps     Reports/kept
  timeout_hours: 24 -> 48 (a.yaml:2)

nothing   Reports/noted
  note: Its stack moves.

Nothing changes for 2 jobs.

These ceilings may be exceeded:
  Reports/new: max_usd is 0.1
  all jobs together: max_records is 10

note: The stack Other is not deployed.

Compared with the deployed stacks."""
    )


def test_a_plan_that_is_compared_with_nothing_says_so() -> None:
    assert as_text(Plan(jobs=(), base=None)) == "No paid job starts.\n\nCompared with nothing."


@settings(deadline=None)
@given(found=PLANS)
def test_no_value_is_cut_off_or_moves_the_cursor(found: Plan) -> None:
    text = as_text(found)
    whole = " ".join(text.split())

    assert harmless(text) == text
    assert all(each.isprintable() for each in text.splitlines())
    for each in found.jobs:
        if each.action is not Action.NOTHING:
            values = [f"{each.stack}/{each.name}", *each.notes, *(cause.what for cause in each.causes)]
            assert all(" ".join(visible(value).split()) in whole for value in values)


@settings(deadline=None)
@given(found=PLANS)
def test_only_our_lines_stand_at_the_margin(found: Plan) -> None:
    margin = [line for line in as_text(found).splitlines() if line and not line.startswith(" ")]

    actions = "|".join(f"{each:8}  " for each in Action)
    ours = rf"No paid job|[\d.,e+]+ paid job|{actions}|Nothing changes|These ceilings|note:|Compared with"
    assert all(re.match(ours, line) for line in margin)


@given(value=VALUES.filter(lambda value: len(visible(value)) < 80))
def test_a_line_is_at_most_120_characters_where_the_value_allows(value: str) -> None:
    note = " ".join([value, "and so on"] * 20)

    assert max(map(len, as_text(plan(job(notes=(note,), above=(note,)), notes=(note,))).splitlines())) <= 120


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
