"""Each record has exactly one row, and it is its own: random jobs on the engine, random damage to their output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import draws
import pytest
from local.cloud import REGION, Cloud

from bedrock_batch.cli.rows import rows_of
from bedrock_batch_local import EmbeddedAws
from e2e.command_line import ACCOUNTS
from e2e.results_contract.damage import Output
from e2e.results_contract.drawn_job import DrawnJob, drawn_job
from e2e.results_contract.in_memory import InMemory
from e2e.results_contract.over_http import Account, OverHttp
from e2e.results_contract.promise import Promise

ENDS = ("complete", "stop early", "complete", "stop", "complete", "few", "no record", "may not invoke")
# The clock of the server knows no other pace, and its roles no right for one object alone.
ENDS_IN_MEMORY = (*ENDS, "expire early", "expire", "may not write")
STATUSES = {"Completed", "Stopped", "Failed"}
AT_ONCE = 16


@pytest.mark.parametrize("jobs", [55, pytest.param(3000, marks=pytest.mark.soak)])
def test_each_record_has_its_own_row(jobs: int) -> None:
    """Also of jobs that expire, or whose output is not written whole; the output keeps the folders, or does not."""
    ended: Counter[str] = Counter()
    for number in range(jobs):
        seed, kind = f"{draws.seed()} {number}", ENDS_IN_MEMORY[number % len(ENDS_IN_MEMORY)]
        chance = Random(f"{seed} damage")  # noqa: S311 - no secret
        nested = chance.random() < 0.7
        drawn = drawn_job(seed, kind, distinct_names=not nested)
        with told(drawn):
            ran = InMemory(drawn, nested=nested)
            damage_and_check(ran, drawn, chance, nested=nested)
        ended[ran.shown["status"]] += 1
    assert ended.keys() == STATUSES | {"Expired", "PartiallyCompleted"}, draws.again()


@pytest.mark.parametrize(
    ("jobs", "nested"),
    [
        (AT_ONCE, True),
        pytest.param(5 * AT_ONCE, True, marks=pytest.mark.soak),
        pytest.param(5 * AT_ONCE, False, marks=pytest.mark.soak),
    ],
)
def test_each_record_has_its_own_row_over_http(jobs: int, nested: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: Counter[str] = Counter()
    with EmbeddedAws.start(manual_clock=True, quirks={"keeps_folders": nested}) as aws:
        account = Account(Cloud(aws, str(next(ACCOUNTS))))
        for name, value in aws.environment(account.cloud.account, REGION).items():
            monkeypatch.setenv(name, value)
        for first in range(0, jobs, AT_ONCE):
            drawn_jobs = [
                drawn_job(f"{draws.seed()} {nested} {number}", ENDS[number % len(ENDS)], distinct_names=not nested)
                for number in range(first, first + AT_ONCE)
            ]
            for drawn, ran in zip(drawn_jobs, account.run(drawn_jobs), strict=True):
                chance = Random(f"{drawn.seed} damage")  # noqa: S311 - no secret
                with told(drawn):
                    damage_and_check(ran, drawn, chance, nested=nested)
                ended[ran.shown["status"]] += 1
    assert ended.keys() == STATUSES, draws.again()


def damage_and_check(ran: InMemory | OverHttp, drawn: DrawnJob, chance: Random, *, nested: bool) -> None:
    """Damage the output of a job, read its rows as the command line does, and hold them to what is promised."""
    written = ran.output
    left = Output.of(written)
    left.spoil(chance)
    drawn.damage = left.done
    ran.replace_output(left.objects)
    aws, found = ran.found()
    with rows_of(aws, found) as results:
        Promise(drawn, found.status, written, left, nested=nested).check(results, found.shown)


@contextmanager
def told(drawn: DrawnJob) -> Iterator[None]:
    """A failure says which job it was."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"{draws.again()}\n{drawn}")
        raise
