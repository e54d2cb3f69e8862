"""The report of a run, in Markdown, without the id of the account or the name of a person: it can be committed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from live.account import Account
from live.catalog import BY_HAND, QUESTIONS, Finding
from live.cost import WorstCase, cost
from live.run import Seen
from live.spent import Spent

from security.assumptions import ASSUMPTIONS, Assumption

_MASK = "000000000000"
# Who runs this, as error texts name callers; the roles of the run itself may stay.
_PERSON = re.compile(
    r"arn:[\w-]+:(?:iam|sts)::\d{12}:(?:user|assumed-role|federated-user)/(?!CdkBedrockBatchLive)[^\s,'\"|]+"
)
_PACKAGES = ("cdk-bedrock-batch", "aws-cdk-lib", "boto3")
_LONGEST = 300
_SECONDS_ARE_SHOWN = 120
_NOT_ASKED = "not asked"
_NOT_TOLD = "not told"
_FAST = "Jobs run 600 times as fast there. "
_LEGEND = (
    "*Holds* says whether the library is right about what rests on the answer; it is empty where it works with either "
    f"answer. *{_NOT_TOLD.capitalize()}*: the question was asked, and what happened does not answer it. "
    f"*{_NOT_ASKED.capitalize()}*: see the end, or the options `--global-profile` and `--vpc`."
)


@dataclass(frozen=True)
class Report:
    """What a run has seen. `used` is `None` if it could not be read; `left` could not be removed, with the commands."""

    account: Account
    began: datetime
    ended: datetime
    worst: WorstCase
    used: Spent | None
    seen: Seen
    left: Sequence[str]

    def text(self, work: Path) -> str:
        """The whole report; `work` is a folder of this machine that it does not name."""
        found = {finding.key: finding for finding in self.seen.findings}
        parts = [
            f"# Live report: {self.account.title}, {self.began:%Y-%m-%d}",
            self._head(found),
            "## Assumptions",
            "They are those of [iam.md](../iam.md#what-is-documented-and-what-is-taken-for-granted).",
            _table(("", "What is taken for granted", "Holds", "What to write if not"), list(_assumed(found))),
            "## Jobs of the library",
            _table(
                ("Job", "Model", "Status", "Records", "Time", "Message"),
                [_job_row(name, job) for name, job in self.seen.jobs],
            ),
            "## Questions",
            _LEGEND,
            _table(("Key", "Question", "Seen", "What rests on it", "Holds", "Evidence"), list(_rows(found))),
        ]
        if self.seen.failed:
            parts += ["## Not asked", *(f"* {each}" for each in self.seen.failed)]
        if self.left:
            parts += ["## Left", *(f"* `{each}`" for each in self.left)]
        # Cut only what holds no part of a name or a number any more.
        lines = self._masked("\n\n".join(parts), work).splitlines()
        return "\n".join(map(_shortened, lines)) + "\n"

    def broken(self) -> list[str]:
        """A line for each assumption that does not hold: what to write."""
        broken = {finding.key for finding in self.seen.findings if finding.holds is False}
        return [f"{each.number} does not hold: {each.way_out}" for each in ASSUMPTIONS if each.question in broken]

    def _head(self, found: Mapping[str, Finding]) -> str:
        versions = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
        minutes = (self.ended - self.began).total_seconds() / 60
        by_hand = sum(bool(question.steps) for question in QUESTIONS)
        asked = sum(question.key in found for question in QUESTIONS)
        not_asked = len(QUESTIONS) - asked - by_hand
        return (
            f"{versions}. {minutes:.1f} minutes, {self._cost()} "
            f"Of {len(QUESTIONS)} questions {asked} were answered, {by_hand} are to be settled by hand, "
            f"{not_asked} were not asked. "
            f"{_FAST if self.account.is_embedded else ''}"
            f"{'Everything was removed.' if not self.left else 'Something is left, see the end.'}"
        )

    def _cost(self) -> str:
        worst = f"worst case {self.worst.jobs} jobs, {self.worst.usd:.2f} USD"
        if self.used is None:
            return f"what was spent could not be read ({worst})."
        tokens_in, tokens_out = self.used.tokens
        return (
            f"{self.used.jobs} jobs started. Those that completed took {tokens_in:,} input and {tokens_out:,} output "
            f"tokens, {cost(self.used.tokens, self.worst.price):.2f} USD at the highest price; what stopped jobs had "
            f"processed is not in it ({worst})."
        )

    def _masked(self, text: str, work: Path) -> str:
        text = _PERSON.sub("(the caller)", text).replace(self.account.account_id, _MASK)
        return text.replace(str(work), "(work)").replace(str(Path.home()), "~")


def _rows(found: Mapping[str, Finding]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for question in QUESTIONS:
        finding = found.get(question.key)
        if finding is not None:
            observed, evidence = f"**{finding.observed}**", finding.evidence
        else:
            observed, evidence = (BY_HAND, question.steps) if question.steps else (_NOT_ASKED, "")
        rows.append((f"`{question.key}`", question.text, observed, question.rests, _holds(finding), evidence))
    return rows


def _assumed(found: Mapping[str, Finding]) -> list[tuple[str, ...]]:
    """The assumptions of docs/iam.md."""
    rows: list[tuple[str, ...]] = []
    for each in ASSUMPTIONS:
        finding = found.get(each.question)
        is_broken = finding is not None and finding.holds is False
        rows.append((each.number, each.says, _told_of(each, finding), each.way_out if is_broken else ""))
    return rows


def _told_of(assumption: Assumption, finding: Finding | None) -> str:
    if finding is not None:
        return _holds(finding) or finding.observed
    return next(
        BY_HAND if question.steps else _NOT_ASKED for question in QUESTIONS if question.key == assumption.question
    )


def _holds(finding: Finding | None) -> str:
    if finding is None or finding.holds is None:
        return ""
    return "**yes**" if finding.holds else "**no**"


def _job_row(name: str, job: Mapping[str, Any]) -> tuple[str, ...]:
    end = job.get("endTime")
    seconds = (end - job["submitTime"]).total_seconds() if end else 0.0
    time = "" if not end else f"{seconds:.0f} s" if seconds < _SECONDS_ARE_SHOWN else f"{seconds / 60:.0f} min"
    records = f"{job.get('successRecordCount', 0)} of {job.get('totalRecordCount', 0)}"
    model = str(job["modelId"]).rpartition("/")[2]
    return name, model, str(job["status"]), records, time, str(job.get("message", ""))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _shortened(line: str) -> str:
    """A line of a table with each cell cut, or another line cut."""
    cells = re.split(r" \| ", line) if line.startswith("| ") else [line] if line.startswith("* ") else []
    cut = [cell if len(cell) <= _LONGEST else f"{cell[:_LONGEST]}..." for cell in cells]
    if not cut:
        return line
    return " | ".join(cut) + (" |" if len(cells) > 1 and not cut[-1].endswith("|") else "")
