"""The report of a run, in Markdown, without the id of the account: it can be committed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from live.account import Account
from live.catalog import BY_HAND, QUESTIONS, Finding
from live.cost import WorstCase, cost
from live.run import Seen

from security.assumptions import ASSUMPTIONS

_MASK = "000000000000"
# Who runs this, as error texts name callers; the roles of the run itself may stay.
_PERSON = re.compile(
    r"arn:[\w-]+:(?:iam|sts)::\d{12}:(?:user|assumed-role|federated-user)/(?!CdkBedrockBatchLive)[^\s,'\"|]+"
)
_PACKAGES = ("cdk-bedrock-batch", "aws-cdk-lib", "boto3")
_LONGEST = 300
_NOT_ASKED = "not asked"
_SECONDS_ARE_SHOWN = 120
_FAST = "Jobs run 600 times as fast there. "


@dataclass(frozen=True)
class Report:
    """What a run has seen. `tokens` are those of the manifests, `left` what could not be removed, with its commands."""

    account: Account
    began: datetime
    ended: datetime
    worst: WorstCase
    started: int
    tokens: tuple[int, int]
    seen: Seen
    left: Sequence[str]

    def text(self) -> str:
        """The whole report."""
        found = {finding.key: finding for finding in self.seen.findings}
        parts = [
            f"# Live report: {self.account.title}, {self.began:%Y-%m-%d}",
            self._head(found),
            "## Jobs of the library",
            _table(
                ("Job", "Model", "Status", "Records", "Time", "Message"),
                [_job_row(name, job) for name, job in self.seen.jobs],
            ),
            "## Assumptions",
            _table(("", "What is taken for granted", "Holds"), list(_assumed(found))),
            "## Questions",
            _table(("Question", "", "Seen", "What rests on it", "Holds", "Evidence"), list(_rows(found))),
        ]
        if self.seen.failed:
            parts += ["## Not asked", *(f"* {_cell(each)}" for each in self.seen.failed)]
        if self.left:
            parts += ["## Left", *(f"* `{each}`" for each in self.left)]
        return self._masked("\n\n".join(parts)) + "\n"

    def _head(self, found: Mapping[str, Finding]) -> str:
        versions = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
        minutes = (self.ended - self.began).total_seconds() / 60
        tokens_in, tokens_out = self.tokens
        asked = [question for question in QUESTIONS if question.key in found]
        by_hand = sum(bool(question.steps) for question in QUESTIONS)
        return (
            f"{versions}. {minutes:.0f} minutes, {self.started} jobs started (worst case {self.worst.jobs}), "
            f"{tokens_in:,} input and {tokens_out:,} output tokens in the jobs that completed: at most "
            f"{cost(self.tokens, self.worst.price):.2f} USD (worst case {self.worst.usd:.2f}). "
            f"Of {len(QUESTIONS)} questions {len(asked)} were answered, {by_hand} are to be settled by hand. "
            f"{_FAST if self.account.is_embedded else ''}"
            f"{'Everything was removed.' if not self.left else 'Something is left, see the end.'}"
        )

    def _masked(self, text: str) -> str:
        return _PERSON.sub("(the caller)", text).replace(self.account.account_id, _MASK)


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
        holds = _open(each.question) if finding is None else _holds(finding) or "not told"
        rows.append((each.number, each.says, holds))
    return rows


def _open(key: str) -> str:
    return next(BY_HAND if question.steps else _NOT_ASKED for question in QUESTIONS if question.key == key)


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
    line = " ".join(text.split()).replace("|", "\\|")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
