"""`watch` outlives a network that is away for a while, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from batch.cli.made import job

from bedrock_batch.cli.aws import Aws, RefusedError
from bedrock_batch.cli.board import PlainBoard
from bedrock_batch.cli.commands import watch
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.terminal import Terminal

AWAY = Failure("cannot read the job: no network", Exit.AWS)


def follow(monkeypatch: pytest.MonkeyPatch, answers: Iterator[FoundJob | Failure]) -> list[FoundJob]:
    """The jobs at the end of a watch in which GetModelInvocationJob has these answers."""

    def read(*_: object) -> FoundJob:
        answer = next(answers)
        if isinstance(answer, Failure):
            raise answer
        return answer

    monkeypatch.setattr(watch, "read", read)
    monkeypatch.setattr("time.sleep", lambda _: None)
    jobs = [job(status="InProgress")]
    watch._follow(Aws(), jobs, PlainBoard(Terminal(as_json=True)), 5.0)
    return jobs


def test_a_network_that_is_away_for_five_minutes_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    (ended,) = follow(monkeypatch, iter([*[AWAY] * 60, job(status="InProgress"), *[AWAY] * 60, job()]))

    assert ended.status == "Completed"


def test_a_network_that_stays_away_ends_the_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Failure, match=r"^cannot read the job: no network$"):
        follow(monkeypatch, iter([AWAY] * 61))


def test_a_refusal_ends_the_watch_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RefusedError, match=r"^no right$"):
        follow(monkeypatch, iter([RefusedError("no right", Exit.AWS)]))


def test_a_status_that_no_version_knows_counts_as_running(monkeypatch: pytest.MonkeyPatch) -> None:
    (ended,) = follow(monkeypatch, iter([job(status="Archiving"), job()]))

    assert ended.status == "Completed"
