"""A plan as a comment: what GitHub's own renderer makes of it, whatever the values are."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from batch.plan.drawn import PLANS, VALUES, job, plan
from batch.plan.rendered import Node, agrees, rendered
from hypothesis import given, settings
from hypothesis import strategies as st

from bedrock_batch.plan.markdown import LONGEST, MARKER, as_markdown
from bedrock_batch.plan.planned import Action, Amounts, Cause, Plan
from bedrock_batch.plan.words import in_order, is_told

ALLOWED = {
    *("h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "br", "ul", "li", "blockquote"),
    *("details", "summary", "!"),
}
# What GitHub and GitLab make something of stands in no text outside of code.
PLAIN = re.compile(r"[A-Za-z0-9 \n,.;:()\"'!?→+-]*")


def rows_of(page: Node) -> list[list[Node]]:
    return [list(row.all("th", "td")) for row in page.all("tr")]


@settings(deadline=None, max_examples=60)
@given(found=PLANS)
def test_no_value_is_more_than_a_text(found: Plan) -> None:
    page = rendered(as_markdown(found))

    assert {each.tag for each in page.all()} <= ALLOWED
    assert all(set(each.attributes) <= {"align"} for each in page.all())
    assert [each.inside for each in page.all("!")] == [[" bedrock-batch plan "]]
    assert sum(1 for _ in page.all("h3")) == 1
    outside = "".join(page.outside("code", "!")).replace(
        "[!WARNING]", "", any(job.above for job in found.jobs) or bool(found.above)
    )
    assert PLAIN.fullmatch(outside), outside
    assert not re.search(r"\b(?![eE]\b)[A-Za-z]*[A-Za-z]\d|\b[0-9a-fA-F]{7,}\b", re.sub(r"\bS3\b", "", outside))


@settings(deadline=None, max_examples=60)
@given(found=PLANS)
def test_the_table_has_a_row_for_each_job_and_one_for_the_sum(found: Plan) -> None:
    told = [each for each in in_order(found.jobs) if is_told(each)]
    page = rendered(as_markdown(found))

    rows = rows_of(page)
    assert len(rows) == (len(told) + 2 if told else 0)
    assert {len(row) for row in rows} <= {6}
    for expected, row in zip(told, rows[1:-1], strict=True):
        assert agrees(row[0].text, f"{expected.stack}/{expected.name}")
        assert expected.status is None or agrees(next(row[1].all("code")).text, expected.status)
        assert sum(1 for _ in row[2].all("br")) == max(len(expected.causes) - 1, 0)


@settings(deadline=None)
@given(before=VALUES, after=VALUES, place=VALUES)
def test_a_cause_shows_its_values(before: str, after: str, place: str) -> None:
    found = as_markdown(plan(job(causes=(Cause(what="model", place=place, before=before, after=after),))))
    (cells,) = rows_of(rendered(found))[1:-1]

    spans = [each.text for each in cells[2].all("code")]
    assert len(spans) == 3
    assert all(agrees(*each) for each in zip(spans, (before, after, place), strict=True))
    assert [each for each in cells[2].inside if isinstance(each, str)] == ["model: ", " → ", " (", ")"]


@pytest.mark.parametrize("count", [1, 200, 2_000])
def test_a_comment_is_not_too_long_and_its_sums_are_whole(count: int) -> None:
    keeps = [job(f"keeps-{each}", Action.KEEPS) for each in range(count)]
    same = [job(f"same-{each}", Action.NOTHING) for each in range(count)]
    starts = [
        job(f"starts-{each}", causes=(Cause(what="new job", place=f"jobs/a.yaml:{each}"),)) for each in range(count)
    ]
    markdown = as_markdown(plan(*same, *keeps, *starts))

    assert len(markdown) <= LONGEST
    rows = rows_of(rendered(markdown))
    assert rows[-1][0].text == f"sum of {count:,} paid job{'s' if count > 1 else ''}"
    assert rows[-1][3].text == f"{100 * count:,}"
    shown_jobs = [row[0].text for row in rows[1:-1]]
    left = 2 * count - len(shown_jobs)
    paid_left = sum(f"Reports/starts-{each}" not in shown_jobs for each in range(count))
    assert (f"{left:,} jobs more, {paid_left:,} of them paid, do not fit here. The sums have all." in markdown) == bool(
        left
    )
    assert not paid_left or len(shown_jobs) > 300


@settings(deadline=None, max_examples=10)
@given(count=st.integers(1, 20), value=VALUES.filter(bool))
def test_a_comment_of_long_values_is_not_too_long(count: int, value: str) -> None:
    long = value * (2_000 // len(value))
    each = job(
        long,
        causes=(Cause(what=long, place=long, before=long, after=long),) * 30,
        notes=(long,) * 9,
        above=(long,) * 9,
    )
    markdown = as_markdown(
        plan(*[each] * count, job(long, Action.NOTHING), base=long, notes=(long,) * 9, above=(long,) * 9)
    )

    assert len(markdown) <= LONGEST
    assert f"**sum of {count} paid job" in markdown


def test_the_first_line_is_the_marker() -> None:
    assert MARKER == "<!-- bedrock-batch plan -->"
    assert as_markdown(plan()).splitlines()[:3] == [MARKER, "", "### No paid job starts."]


def test_what_is_not_known_is_not_zero() -> None:
    rows = rows_of(rendered(as_markdown(plan(job(), job("other", amounts=Amounts(records=7, input_tokens=5))))))

    assert [cell.text for cell in rows[1]][3:] == ["100", "33,017", "0.11"]
    assert [cell.text for cell in rows[2]][3:] == ["7", "not known", "not known"]
    assert [cell.text for cell in rows[3]][3:] == ["107", "33,017 and 1 not known", "0.11 and 1 not known"]


def test_ceilings_are_a_warning() -> None:
    markdown = as_markdown(plan(job(above=("max_records is 1",)), above=("max_usd is 0",)))

    assert "\n> [!WARNING]\n> These ceilings may be exceeded:\n>\n" in markdown
    (quote,) = rendered(markdown).all("blockquote")
    assert [each.text for each in quote.all("li")] == [
        "Reports/triage: max_records is 1",
        "all jobs together: max_usd is 0",
    ]


def test_jobs_that_do_not_change_are_folded() -> None:
    page = rendered(as_markdown(plan(job("a", Action.NOTHING), job("b", Action.NOTHING))))

    (details,) = page.all("details")
    assert [each.text for each in details.all("summary", "li")] == [
        "Nothing changes for 2 jobs",
        "Reports/a",
        "Reports/b",
    ]
    assert list(page.all("table")) == []


def test_an_amount_that_no_bill_has_is_written_roughly() -> None:
    amounts = Amounts(records=10**5_000, input_tokens=1, most_output_tokens=1, usd=Decimal("1e999999"))
    rows = rows_of(rendered(as_markdown(plan(job(amounts=amounts)))))

    assert [cell.text for cell in rows[1]][3:] == ["1.0e+5000", "2", "1e+999999"]
