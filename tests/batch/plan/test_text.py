"""A plan as a text: what it says, that nothing is cut off, and that no value looks like a line of ours."""

from __future__ import annotations

import re

from batch.plan.drawn import PLANS, VALUES, job, plan
from hypothesis import given, settings

from bedrock_batch.cli.terminal import harmless
from bedrock_batch.plan.planned import Action, Amounts, Cause, Plan
from bedrock_batch.plan.text import as_text
from bedrock_batch.plan.words import visible


def test_a_plan_is_told_from_what_bills_to_what_does_not() -> None:
    arn = "arn:aws:bedrock:eu-central-1:111122223333:model-invocation-job/abc123def456"
    found = plan(
        job("same", Action.NOTHING),
        job("noted", Action.NOTHING, notes=("Its stack moves.",)),
        job("kept", Action.KEEPS, causes=(Cause(what="timeout_hours", place="a.yaml:2", before="24", after="48"),)),
        job("gone", Action.STOPS, causes=(Cause(what="removed"),), job_arn=arn, status="InProgress"),
        job("tagged", Action.TAGS, causes=(Cause(what="tags.team", before="a", after=""),), status="Completed"),
        job("bad", Action.REFUSED, notes=("The model is not known.",)),
        job("again", Action.REPLACES, causes=(Cause(what="model", before="a"),), job_arn=arn, amounts=Amounts()),
        job("new", causes=(Cause(what="new job", place="b.yaml:1"),), above=("max_usd is 0.1",)),
        job("half", amounts=Amounts(records=2, input_tokens=8)),
        notes=("The stack Other is not deployed.",),
        above=("max_records is 10",),
    )

    assert (
        as_text(found)
        == """\
3 paid jobs start: 102 records, at most 33,017 tokens, at most 0.11 USD; records not known for 1 of 3 jobs; tokens and
  cost not known for 2 of 3 jobs; 1 job is refused, so the deployment fails; 1 job may exceed its own ceiling, so the
  CDK refuses the deployment; all that starts may exceed 1 ceiling of this plan.

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

Nothing changes for 1 other job.

These ceilings may be exceeded:
  Reports/new: max_usd is 0.1
  all jobs together: max_records is 10

note: The stack Other is not deployed.

Compared with the deployed stacks."""
    )


def test_a_plan_that_is_compared_with_nothing_says_so() -> None:
    assert as_text(Plan(jobs=(), base=None)) == "No paid job starts.\n\nCompared with nothing."


@settings(deadline=None, max_examples=50)
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


@settings(deadline=None, max_examples=50)
@given(found=PLANS)
def test_only_our_lines_stand_at_the_margin(found: Plan) -> None:
    margin = [line for line in as_text(found).splitlines() if line and not line.startswith(" ")]

    actions = "|".join(f"{each:8}  " for each in Action)
    ours = rf"No paid job|[\d.,e+]+ paid job|{actions}|Nothing changes|These ceilings|note:|Compared with"
    assert all(re.match(ours, line) for line in margin)


@settings(deadline=None, max_examples=50)
@given(value=VALUES.filter(lambda value: len(visible(value)) < 80))
def test_a_line_is_at_most_120_characters_where_the_value_allows(value: str) -> None:
    note = " ".join([value, "and so on"] * 20)

    assert max(map(len, as_text(plan(job(notes=(note,), above=(note,)), notes=(note,))).splitlines())) <= 120
