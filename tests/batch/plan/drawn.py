"""Plans with values that nobody can trust, as hypothesis draws them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from bedrock_batch.plan.planned import Action, Amounts, Cause, Plan, PlannedJob

PIECES: Final = (
    "triage",
    "|",
    "\\",
    "\\|",
    "\\\\|",
    "`",
    "``",
    "`" * 90,
    " ",
    "    ",
    "\t",
    "\n",
    "\r\n",
    "\n\n",
    "\n| a | b | c | d | e | f |\n",
    "\n---\n",
    "\n```\n",
    "\n/close\n",
    "@octocat",
    "#123",
    "GH-12",
    "!7",
    "~bug",
    "%1.0",
    "octo/cat#1",
    "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "deadbeef",
    "https://evil.example/",
    "www.evil.example",
    "mail@evil.example",
    "mailto:a@evil.example",
    "[text](https://evil.example)",
    "![text](https://evil.example/a.png)",
    "[text]",
    "[text]: https://evil.example",
    "<https://evil.example>",
    "[^1]",
    "[ ]",
    "- [x] done",
    "[!NOTE]",
    "<script>",
    "<img src=x onerror=y>",
    "</details>",
    "</code>",
    "<br>",
    "<!--",
    "-->",
    "<!-- bedrock-batch plan -->",
    "&amp;",
    "&#64;",
    "&lt;b&gt;",
    "**bold**",
    "__bold__",
    "~~gone~~",
    "$x$",
    "$`x`$",
    ":tada:",
    "# head",
    "> quote",
    "1.",
    "- ",
    "=== ",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u2028",
    "\u3164",
    "\ufeff",
    "\x00",
    "\x1b[31m",
    "\u00a0",
    "\ud800",
    "שלום",
    "提示",
    "max_tokens",
)
ANY: Final = st.characters(exclude_categories=())

VALUES: Final = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(ANY, max_size=8)), max_size=6).map("".join),
)
SENTENCES: Final = st.lists(st.one_of(st.sampled_from(("The", "records", "are", "in", "S3.")), VALUES), max_size=6).map(
    " ".join
)
COUNTS: Final = st.none() | st.integers(0, 10**20)
AMOUNTS: Final = st.builds(
    Amounts,
    records=COUNTS,
    input_tokens=COUNTS,
    most_output_tokens=COUNTS,
    usd=st.none() | st.decimals(0, allow_nan=False, allow_infinity=False) | st.decimals(0, 100, places=4),
)
CAUSES: Final = st.builds(
    Cause, what=VALUES, place=st.none() | VALUES, before=st.none() | VALUES, after=st.none() | VALUES
)
JOBS: Final = st.builds(
    PlannedJob,
    stack=VALUES,
    logical_id=VALUES,
    name=VALUES,
    action=st.sampled_from(Action),
    causes=st.lists(CAUSES, max_size=3).map(tuple),
    amounts=AMOUNTS,
    job_arn=st.none() | VALUES,
    status=st.none() | VALUES,
    notes=st.lists(SENTENCES, max_size=2).map(tuple),
    above=st.lists(SENTENCES, max_size=2).map(tuple),
)
PLANS: Final = st.builds(
    Plan,
    jobs=st.lists(JOBS, max_size=4).map(tuple),
    base=st.none() | SENTENCES,
    notes=st.lists(SENTENCES, max_size=2).map(tuple),
    above=st.lists(SENTENCES, max_size=2).map(tuple),
)


def job(name: str = "triage", action: Action = Action.STARTS, **members: Any) -> PlannedJob:
    """A job of the stack `Reports`. It takes 100 records, 33,017 tokens and 0.1032 USD."""
    amounts = Amounts(records=100, input_tokens=3_017, most_output_tokens=30_000, usd=Decimal("0.1032"))
    defaults: dict[str, Any] = {"stack": "Reports", "logical_id": "Job1", "amounts": amounts}
    return PlannedJob(name=name, action=action, **{**defaults, **members})


def plan(*jobs: PlannedJob, **members: Any) -> Plan:
    """A plan that is compared with the deployed stacks."""
    return Plan(jobs=jobs, **{"base": "the deployed stacks", **members})
