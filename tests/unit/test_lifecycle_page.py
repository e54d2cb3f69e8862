"""`docs/lifecycle.md` says what the handler does: its decisions are compared with the code, its texts are looked up."""

import ast
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from model_invocation_job.core.decisions import Adopt, Refuse, Start, decide
from model_invocation_job.core.event import RequestType
from model_invocation_job.core.identity import ResourceIdentity, RunIdentity
from model_invocation_job.core.job import Job
from model_invocation_job.core.stack_state import Direction
from model_invocation_job.core.statuses import JobStatus

ROOT = Path(__file__).parents[2]
HANDLER = ROOT / "lambda" / "model_invocation_job"
PAGE = (ROOT / "docs" / "lifecycle.md").read_text("utf-8")
# Errors whose text reaches a user as it is; the classes are named so that a new text is not forgotten on the page.
_TOLD = {"OutOfTimeError", "RefusedError", "Refuse", "StackUnknownError"}
_VARIABLE = "…"

RUN = RunIdentity(ResourceIdentity("arn:aws:cloudformation:us-east-1:111122223333:stack/S/g", "Job"), {"runId": "1"})
ISSUED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SINCE, BEFORE, FOREIGN = ISSUED + timedelta(seconds=9), ISSUED - timedelta(hours=9), "somebodyElses"

# What can be found: nothing, or a newest job with its status, the moment it was submitted and the token it carries.
Found = tuple[JobStatus, datetime, str] | None
FOUND: list[Found] = [None, *itertools.product(JobStatus, (SINCE, BEFORE), (RUN.token(1), FOREIGN))]


def table(heading: str) -> list[list[str]]:
    """The rows, without the head, of the first table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return [rows[0], *rows[2:]]


def in_ticks(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def means(words: str, found: Found) -> bool:
    """Whether the first cell of a row stands for what was found."""
    if found is None or words == "none":
        return found is None and words == "none"
    status, submitted, token = found
    if "foreign token" in words or token == FOREIGN:
        return "foreign token" in words and token == FOREIGN
    moment = {"before": BEFORE, "since": SINCE}.get(next(iter(re.findall("before|since", words)), ""), submitted)
    return status.value in in_ticks(words) and moment == submitted


def decided(found: Found, direction: Direction) -> str:
    """The name of the handler's decision."""
    jobs: list[Job] = []
    if found is not None:
        status, submitted, token = found
        jobs.append(Job("arn", RUN.name("x", 1), token, status, submitted))
    return type(decide(RUN, jobs, direction, ISSUED)).__name__


DECISIONS = table("Which job a request gets")
DIRECTIONS = [in_ticks(cell)[0] for cell in DECISIONS[0][1:-1]]


def test_the_columns_of_the_decision_table_are_the_directions_of_a_stack() -> None:
    assert sorted(DIRECTIONS) == sorted(direction.name for direction in Direction)


@pytest.mark.parametrize("found", FOUND, ids=str)
def test_exactly_one_row_stands_for_what_is_found_and_each_of_its_cells_is_the_decision(found: Found) -> None:
    rows = [row for row in DECISIONS[1:] if means(row[0], found)]

    assert len(rows) == 1
    assert dict(zip(DIRECTIONS, rows[0][1:-1], strict=True)) == {
        direction.name: decided(found, direction) for direction in Direction
    }


@pytest.mark.parametrize("row", DECISIONS[1:], ids=lambda row: row[0])
def test_every_row_stands_for_something_that_can_be_found(row: list[str]) -> None:
    assert any(means(row[0], found) for found in FOUND)
    assert set(in_ticks(row[0])) <= {status.value for status in JobStatus}


def test_the_decisions_of_the_table_are_those_of_the_code() -> None:
    assert {cell for row in DECISIONS[1:] for cell in row[1:-1]} == {kind.__name__ for kind in (Adopt, Refuse, Start)}


@pytest.mark.parametrize(
    "older", [status for status in JobStatus if decided((status, BEFORE, RUN.token(1)), Direction.FORWARD) == "Adopt"]
)
def test_an_older_job_that_runs_or_has_delivered_is_adopted_behind_a_dead_one(older: JobStatus) -> None:
    jobs = [
        Job(str(attempt), RUN.name("x", attempt), status=status, submitted_at=BEFORE)
        for attempt, status in ((1, older), (2, JobStatus.FAILED))
    ]
    decision = decide(RUN, jobs, Direction.FORWARD, ISSUED)

    assert "If the newest job is dead but an older one runs or has delivered, that one is adopted." in PAGE
    assert isinstance(decision, Adopt)
    assert decision.job.arn == "1"


def test_the_second_table_names_every_request_type() -> None:
    requests = {word for row in table("What each request does")[1:] for word in row[0].split(", ")}

    assert requests == {"any", *(kind.value for kind in RequestType)}


def quoted_texts() -> list[str]:
    return [in_ticks(row[0])[0] for row in table("What you see, and what to do")[1:]]


def source_texts(tree: ast.AST) -> Iterator[str]:
    """Every text of a module, with the sign for what is filled in."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else _VARIABLE for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


TREES = [ast.parse(path.read_text("utf-8")) for path in sorted(HANDLER.rglob("*.py"))]
TEXTS = sorted({text for tree in TREES for text in source_texts(tree)})


@pytest.mark.parametrize("quoted", quoted_texts())
def test_every_text_on_the_page_is_one_of_the_handler(quoted: str) -> None:
    """The handler may end a sentence, or add one, where it puts a text into an answer."""
    endings = (quoted, quoted.removesuffix("."), quoted.removesuffix(". Nothing was started."))

    assert any(ending in text for ending in endings for text in TEXTS)


def told_texts() -> list[str]:
    """What the handler's own refusals say."""
    calls = [node for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Call)]
    own = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in _TOLD and call.args]
    return [text for call in own for text in itertools.islice(source_texts(call.args[0]), 1)]


@pytest.mark.parametrize("told", told_texts())
def test_every_refusal_of_the_handler_is_on_the_page(told: str) -> None:
    """A text that is mostly filled in (the gate's) is on the page with its own words instead."""
    if told.replace(_VARIABLE, "").strip():
        assert any(told in quoted or quoted in told for quoted in quoted_texts())


def test_there_are_refusals_to_look_for() -> None:
    assert len(told_texts()) > 10


def test_there_are_few_limits() -> None:
    limits = PAGE.split("## Limits\n")[1].split("\n## ")[0]
    assert len(re.findall(r"^\* ", limits, re.MULTILINE)) <= 8


def test_the_page_is_short_enough_to_be_read() -> None:
    assert len(PAGE.splitlines()) < 150
