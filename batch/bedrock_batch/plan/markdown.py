"""A plan as a comment of a pull request, on GitHub and on GitLab."""

from collections.abc import Iterator, Sequence
from typing import Final

from bedrock_batch.plan.gfm import code, fitting, prose, row
from bedrock_batch.plan.planned import Action, Cause, Plan, PlannedJob
from bedrock_batch.plan.words import ALL_JOBS, answer, changed, counted, in_order, is_told, number, usd

MARKER: Final = "<!-- bedrock-batch plan -->"
"""The first line, by which a pipeline finds the comment again."""
LONGEST: Final = 60_000
"""Characters of a comment. GitHub takes 65,536."""

_ROOM: Final = 8_000
_MOST_CAUSES: Final = 10
_HEAD: Final = (
    "| Job | What happens | Why | Records | At most tokens | At most USD |",
    "|---|---|---|--:|--:|--:|",
)
_HAPPENS: Final = {
    Action.STARTS: "**starts a paid job**",
    Action.REPLACES: "**starts a paid job**, and stops the one before if it runs",
    Action.REFUSED: "**is refused**: the deployment fails",
    Action.STOPS: "stops the job if it runs",
    Action.TAGS: "changes tags of the job",
    Action.KEEPS: "keeps the job",
    Action.NOTHING: "starts and stops nothing",
}


def as_markdown(plan: Plan) -> str:
    """The plan as a comment: its marker, the answer in one sentence, and a table of the jobs, paid ones first.

    Values of the plan come from files of a pull request. None of them is more than a text in the comment.

    :returns: at most 60,000 characters. With more jobs than fit, it says how many are left out; the sums have all.
    """
    jobs = in_order(plan.jobs)
    before = [MARKER, "", f"### {answer(plan)}", "", *_ceilings(plan, jobs)]
    base = "nothing" if plan.base is None else prose(plan.base)
    after = [*_notes(plan, jobs), *_unchanged(jobs), f"Compared with {base}.", ""]
    room = LONGEST - sum(len(line) + 1 for line in (*before, *after))
    return "\n".join([*before, *_table(plan, jobs, room), *after])


def _ceilings(plan: Plan, jobs: Sequence[PlannedJob]) -> Iterator[str]:
    found = [f"> - {_label(job)}: {prose(each)}" for job in jobs for each in job.above]
    found += [f"> - {ALL_JOBS}: {prose(each)}" for each in plan.above]
    if found:
        yield from ("> [!WARNING]", "> These ceilings may be exceeded:", ">", *_shortened(found, "> - "), "")


def _table(plan: Plan, jobs: Sequence[PlannedJob], room: int) -> list[str]:
    told = [job for job in jobs if is_told(job)]
    if not told:
        return []
    total = plan.total
    last = row(
        (
            f"**sum of {counted(total.jobs, 'paid job')}**" if total.jobs else "**no paid job**",
            "",
            "",
            _sum(number(total.records), total.without_records, total.jobs),
            _sum(number(total.most_tokens), total.without_tokens, total.jobs),
            _sum(usd(total.usd), total.without_usd, total.jobs),
        )
    )
    rows, left = fitting([row(_cells(job)) for job in told], room - sum(map(len, _HEAD)) - len(last) - 200)
    table = [*_HEAD, *rows, last]
    if left:
        paid = sum(told[place].is_paid for place in left)
        table += [
            "",
            f"{counted(len(left), 'job')} more, {number(paid)} of them paid, do not fit here. The sums have all.",
        ]
    return [*table, ""]


def _cells(job: PlannedJob) -> Iterator[str]:
    yield _label(job)
    yield _HAPPENS[job.action] + (f" ({code(job.status)})" if job.status is not None else "")
    causes = [_told(each) for each in job.causes[:_MOST_CAUSES]]
    if more := len(job.causes) - len(causes):
        causes.append(f"and {number(more)} more")
    yield "<br>".join(causes)
    for amount in (job.amounts.records, job.amounts.most_tokens):
        yield ("not known" if amount is None else number(amount)) if job.is_paid else ""
    yield ("not known" if job.amounts.usd is None else usd(job.amounts.usd)) if job.is_paid else ""


def _label(job: PlannedJob) -> str:
    return code(f"{job.stack}/{job.name}")


def _told(cause: Cause) -> str:
    change = "".join(code(each) if index % 2 else each for index, each in enumerate(changed(cause, "→")))
    place = f" ({code(cause.place)})" if cause.place is not None else ""
    return prose(cause.what) + (f": {change}" if change else "") + place


def _sum(known: str, without: int, jobs: int) -> str:
    if not jobs:
        return ""
    if without == jobs:
        return "**not known**"
    return f"**{known}**" + (f" and {number(without)} not known" if without else "")


def _notes(plan: Plan, jobs: Sequence[PlannedJob]) -> Iterator[str]:
    found = [f"- {_label(job)}: {prose(each)}" for job in jobs for each in job.notes]
    found += [f"- Note: {prose(each)}" for each in plan.notes]
    if found:
        yield from (*_shortened(found, "- "), "")


def _unchanged(jobs: Sequence[PlannedJob]) -> Iterator[str]:
    found = [f"- {_label(job)}" for job in jobs if not is_told(job)]
    if found:
        title = f"Nothing changes for {counted(len(found), 'other job' if len(found) < len(jobs) else 'job')}"
        yield from ("<details>", f"<summary>{title}</summary>", "", *_shortened(found, "- "), "", "</details>", "")


def _shortened(lines: Sequence[str], start: str) -> list[str]:
    taken, left = fitting(lines, _ROOM)
    return [*taken, f"{start}and {number(len(left))} more"] if left else taken
