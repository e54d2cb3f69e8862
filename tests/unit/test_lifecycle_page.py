"""`docs/lifecycle.md` says what the handler does: each row of its tables is compared with what the code decides."""

import itertools
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.decisions.start_or_adopt import Adopt, Hold, Refuse, Start, decide
from bedrock_batch.decisions.stop_or_leave import JobFacts, Kind, Relation, RequestFacts, fate
from bedrock_batch.job import Job
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from bedrock_batch.statuses import JobStatus
from model_invocation_job.core.event import RequestType

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "lifecycle.md").read_text("utf-8")

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


def decided(found: Found, direction: Direction, *, is_held: bool = False) -> str:
    """The name of the handler's decision."""
    jobs: list[Job] = []
    if found is not None:
        status, submitted, token = found
        jobs.append(Job("arn", RUN.name("x", 1), token, status, submitted))
    return type(decide(RUN, jobs, direction, ISSUED, is_held=is_held)).__name__


DECISIONS = table("Which job a request gets")
# The direction of a stack, and whether the run is held.
COLUMNS = [(Direction[in_ticks(cell)[0]], "held" in cell) for cell in DECISIONS[0][1:-1]]


def test_the_columns_of_the_decision_table_are_the_directions_of_a_stack() -> None:
    """Where a run that is held gets another decision, it has a column of its own."""
    others = [
        direction
        for direction in Direction
        if any(decided(found, direction) != decided(found, direction, is_held=True) for found in FOUND)
    ]

    assert sorted(COLUMNS, key=str) == sorted(
        [*((direction, False) for direction in Direction), *((direction, True) for direction in others)], key=str
    )


@pytest.mark.parametrize("found", FOUND, ids=str)
def test_exactly_one_row_stands_for_what_is_found_and_each_of_its_cells_is_the_decision(found: Found) -> None:
    rows = [row for row in DECISIONS[1:] if means(row[0], found)]

    assert len(rows) == 1
    assert dict(zip(COLUMNS, rows[0][1:-1], strict=True)) == {
        (direction, is_held): decided(found, direction, is_held=is_held) for direction, is_held in COLUMNS
    }


@pytest.mark.parametrize("row", DECISIONS[1:], ids=lambda row: row[0])
def test_every_row_stands_for_something_that_can_be_found(row: list[str]) -> None:
    assert any(means(row[0], found) for found in FOUND)
    assert set(in_ticks(row[0])) <= {status.value for status in JobStatus}


def test_the_decisions_of_the_table_are_those_of_the_code() -> None:
    assert {cell for row in DECISIONS[1:] for cell in row[1:-1]} == {
        kind.__name__ for kind in (Adopt, Hold, Refuse, Start)
    }


@pytest.mark.parametrize(
    "older", [status for status in JobStatus if decided((status, BEFORE, RUN.token(1)), Direction.FORWARD) == "Adopt"]
)
def test_an_older_job_that_runs_or_has_delivered_is_adopted_behind_a_dead_one(older: JobStatus) -> None:
    jobs = [
        Job(str(attempt), RUN.name("x", attempt), status=status, submitted_at=BEFORE)
        for attempt, status in ((1, older), (2, JobStatus.FAILED))
    ]
    decision = decide(RUN, jobs, Direction.FORWARD, ISSUED)

    assert "If the newest job is dead but an older one runs or has completed, the handler adopts that one." in PAGE
    assert isinstance(decision, Adopt)
    assert decision.job.arn == "1"


def test_the_second_table_names_every_request_type() -> None:
    requests = {word for row in table("What each request does")[1:] for word in row[0].split(", ")}

    assert requests == {"any", *(kind.value for kind in RequestType)}


FATES = table("What becomes of a job that a request finds")[1:]
_REQUESTS = {"Create, Update": Kind.FORWARD, "rollback": Kind.ROLLBACK, "Delete": Kind.DELETE}
_JOBS = {
    "accepted this moment": Relation.STARTED_NOW,
    "started by this call": Relation.STARTED,
    "older than the request": Relation.RAN_BEFORE,
    "attempt at the run": Relation.ATTEMPT,
    "attempt that is rolled back": Relation.ROLLED_BACK,
}
# What a request of each kind can meet.
_MET = {
    Kind.FORWARD: [
        Relation.STARTED_NOW,
        Relation.STARTED,
        Relation.TAKEN,
        Relation.RAN_BEFORE,
        Relation.ATTEMPT,
    ],
    Kind.ROLLBACK: [Relation.NAMED, Relation.ATTEMPT, Relation.ROLLED_BACK],
    Kind.DELETE: [Relation.NAMED, Relation.RAN_BEFORE, Relation.ATTEMPT],
}
_ALWAYS = ("always", "otherwise")


def _is_late(request: RequestFacts, job: JobFacts) -> bool:
    return job.is_since_request if request.may_have_started else job.is_since_update


_WHEN: dict[str, Callable[[RequestFacts, JobFacts], bool]] = {
    **dict.fromkeys(_ALWAYS, lambda _request, _job: True),
    "it has ended": lambda _, job: job.has_ended,
    "the stack's status is unknown": lambda request, _: request.direction is None,
    "another update began": lambda request, _: request.is_overtaken,
    "another update began and started another run, and the job is a late start": lambda request, job: (
        request.is_overtaken and request.has_rival and _is_late(request, job)
    ),
    "the stack rolls back or is deleted, and the job is older than the request": lambda request, job: (
        request.direction is Direction.ROLLBACK_OR_DELETE and not job.is_since_request
    ),
    "the stack rolls back or is deleted": lambda request, _: request.direction is Direction.ROLLBACK_OR_DELETE,
    "the stack failed": lambda request, _: request.direction is Direction.FAILED,
    "it is younger than a day": lambda _, job: job.is_of_operation,
    "it was started since the update began": lambda _, job: job.is_since_update,
    "`LEAVE_RUNNING`": lambda request, _: request.leaves_running,
    "`LEAVE_RUNNING`, and no rollback": lambda request, _: request.leaves_running and not request.is_undone,
    "the id is that of a held resource, and the stack neither rolls back nor is deleted": lambda request, _: (
        request.is_of_held and not request.is_undone
    ),
    "it is the newest, and the stack neither rolls back nor is deleted": lambda request, job: (
        job.is_newest and not request.is_undone
    ),
}


def situations(kind: Kind) -> Iterator[tuple[RequestFacts, JobFacts]]:
    """All that a request of a kind can meet, and more."""
    flags = itertools.product((False, True), repeat=6)
    requests = [RequestFacts(kind, way, *flag) for way, flag in itertools.product([None, *Direction], flags)]
    facts = list(itertools.product((False, True), repeat=5))
    for request, relation, fact in itertools.product(requests, _MET[kind], facts):
        yield request, JobFacts(relation, *fact)


def row_of(request: RequestFacts, job: JobFacts) -> int:
    """The first row that fits."""
    return next(
        number
        for number, (kind, relation, when, *_) in enumerate(FATES)
        if kind == "any" or _REQUESTS[kind] is request.kind
        if relation == "any" or job.relation in {_JOBS[words] for words in relation.split(", ")}
        if _WHEN[when](request, job)
    )


@pytest.mark.parametrize("kind", Kind)
def test_the_first_row_that_fits_says_what_becomes_of_a_job(kind: Kind) -> None:
    wrong = {
        row for request, job in situations(kind) if FATES[row := row_of(request, job)][3] != fate(request, job).value
    }

    assert wrong == set()


def test_each_row_says_what_becomes_of_some_job() -> None:
    rows = {row_of(request, job) for kind in Kind for request, job in situations(kind)}

    assert rows == set(range(len(FATES)))


def test_there_are_few_limits() -> None:
    limits = PAGE.split("## Limits\n")[1].split("\n## ")[0]
    assert len(re.findall(r"^\* ", limits, re.MULTILINE)) <= 8


def test_the_page_is_short_enough_to_be_read() -> None:
    assert len(PAGE.splitlines()) < 150
