"""`watch` outlives a network that is away for a while, and jobs that can no longer be read."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from batch.cli.fake_aws import Fake, arn_of, faked, refusal
from batch.cli.made import job

from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.board import PlainBoard
from bedrock_batch.cli.commands import watch
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.jobs import Found
from bedrock_batch.cli.terminal import Terminal

EXPIRED_TOKEN = refusal("ExpiredTokenException", "expired", 403)
GONE = refusal("ResourceNotFoundException", "gone", 404)
AWAY = Failure("cannot read the job: no network", Exit.AWS)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fake:
    return faked(monkeypatch, capsys)


def changes(*shown: Any) -> Callable[[], Any]:
    """One answer after the other; the last one stays."""
    answers = itertools.chain(shown, itertools.repeat(shown[-1]))
    return lambda: next(answers)


def follow(monkeypatch: pytest.MonkeyPatch, answers: Iterator[FoundJob | Failure]) -> Found:
    """The jobs at the end of a watch in which GetModelInvocationJob has these answers."""

    def read(*_: object) -> FoundJob:
        answer = next(answers)
        if isinstance(answer, Failure):
            raise answer
        return answer

    monkeypatch.setattr(watch, "read", read)
    monkeypatch.setattr("time.sleep", lambda _: None)
    found = Found([job(status="InProgress")])
    watch._follow(Aws(), found, PlainBoard(Terminal(as_json=True)), 5.0)
    return found


def test_a_network_that_is_away_for_five_minutes_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    (ended,) = follow(monkeypatch, iter([*[AWAY] * 60, job(status="InProgress"), *[AWAY] * 60, job()])).jobs

    assert ended.status == "Completed"


def test_a_network_that_stays_away_ends_the_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    found = follow(monkeypatch, iter([AWAY] * 61))

    assert [str(each) for each in found.failures] == [
        "job-1 is not watched any more, and may still run: cannot read the job: no network"
    ]


def test_a_refusal_ends_the_watch_at_once(fake: Fake) -> None:
    arn = fake.aws.add("a")
    running = fake.aws.jobs[arn] | {"status": "InProgress"}
    fake.aws.jobs[arn] = changes(running, EXPIRED_TOKEN)
    code, _, err = fake("watch", arn)

    assert code == 5
    assert err == (
        f"bedrock-batch: a is not watched any more, and may still run: cannot read the job {arn}: "
        "ExpiredTokenException: expired\n"
    )


def test_a_job_that_vanishes_is_a_failure_and_the_others_are_followed(fake: Fake) -> None:
    ended = {name: fake.aws.jobs[fake.aws.add(name)] for name in "abc"}
    for name, shown in ended.items():
        last = GONE if name == "b" else shown
        fake.aws.jobs[arn_of(name)] = changes(*[shown | {"status": "InProgress"}] * 3, last)
    code, out, err = fake("watch", "Stack")

    assert code == 3
    ended_lines = [line for line in out.splitlines() if "Completed, no records" in line]
    assert [line.partition(":")[0] for line in ended_lines] == ["a", "c"]
    assert err.count("b is not watched any more: cannot read the job") == 1


def test_an_expired_token_says_which_jobs_may_still_run(fake: Fake) -> None:
    for name in "abc":
        shown = fake.aws.jobs[fake.aws.add(name)]
        running = shown | {"status": "InProgress"}
        fake.aws.jobs[arn_of(name)] = changes(running, shown) if name == "a" else changes(running, EXPIRED_TOKEN)
    code, out, err = fake("watch", "Stack")

    assert code == 5
    assert "a: Completed" in out
    assert [line.partition(":")[0] for line in err.splitlines()] == [
        "b is not watched any more, and may still run",
        "c is not watched any more, and may still run",
    ]


def test_json_has_the_jobs_that_ended_and_those_that_were_lost(fake: Fake) -> None:
    for name in "ab":
        shown = fake.aws.jobs[fake.aws.add(name)]
        fake.aws.jobs[arn_of(name)] = changes(shown | {"status": "InProgress"}, GONE if name == "b" else shown)
    code, out, err = fake("watch", "Stack", "--json")
    given = json.loads(out)

    assert (code, err) == (3, "")
    assert ([each["jobName"] for each in given["jobs"]], len(given["errors"])) == (["a"], 1)


def test_a_status_that_no_version_knows_counts_as_running(monkeypatch: pytest.MonkeyPatch) -> None:
    (ended,) = follow(monkeypatch, iter([job(status="Archiving"), job()])).jobs

    assert ended.status == "Completed"
