"""The function is killed before and after each of its calls: nothing is lost, and what is doubled is known."""

from contextlib import suppress
from typing import Any

import pytest

from bedrock_batch.statuses import JobStatus
from outcome.lambda_service import KilledError, Killer, attempt, invoke
from outcome.world import World, job_id

_OF_AN_EVENT = (
    "get_model_invocation_job",
    # The marker, the run file and the manifest.
    *["get_object"] * 3,
    "put_metric_data",
    "put_events",
    "put_object",
)
_OF_A_LOOK = (
    "list_model_invocation_jobs",
    *["get_object"] * 2,
    "get_model_invocation_job",
    "get_object",
    "put_metric_data",
    "put_events",
    "put_object",
)
_OF_A_LATE_LOOK = (*_OF_A_LOOK[:-3], "put_object", *_OF_A_LOOK[-3:])
# What the function is invoked by, so many seconds after the end of a job.
_OCCASIONS = {"event": (0, _OF_AN_EVENT), "look": (900, _OF_A_LOOK), "late look": (3 * 3600, _OF_A_LATE_LOOK)}
_POINTS = [
    pytest.param(name, call, when, id=f"{name}, {when} call {call}: {calls[call]}")
    for name, (_, calls) in _OCCASIONS.items()
    for call in range(len(calls))
    for when in ("before", "after")
]


def _occasion(world: World, name: str, job_arn: str) -> Any:
    seconds, _ = _OCCASIONS[name]
    world.clock.advance(seconds)
    return world.schedule() if seconds else world.event(job_arn)


@pytest.mark.parametrize("name", _OCCASIONS)
def test_the_calls_are_those_that_are_swept(world: World, name: str) -> None:
    """So no call is left out."""
    nobody = Killer()

    attempt(world, _occasion(world, name, world.ended()), nobody)

    assert nobody.calls == list(_OCCASIONS[name][1])


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.FAILED])
@pytest.mark.parametrize(("name", "call", "when"), _POINTS)
def test_an_end_is_told_wherever_the_function_is_killed(
    world: World, name: str, call: int, when: str, status: JobStatus
) -> None:
    """It is told twice if it was told, and its marker did not say so yet."""
    job_arn = world.ended(status=status)
    event = _occasion(world, name, job_arn)
    # A call that finds no object raises, and has no moment after it.
    with suppress(KilledError):
        attempt(world, event, Killer(call, when))
    marker = world.marker(job_arn)
    is_doubled = bool(world.told()) and (marker is None or "pending" in marker)

    invoke(world, event)
    world.clock.advance(900)
    world.look()

    assert [told for told, _ in world.told()] == [job_id(job_arn)] * (1 + is_doubled)
    assert is_doubled == ((_OCCASIONS[name][1][call], when, call > 5) in _BETWEEN)
    assert "pending" not in (world.marker(job_arn) or {"pending": ["all"]})


# The call, the moment, and whether the call comes after the event: a late look writes a claim before it.
_BETWEEN = {("put_events", "after", False), ("put_events", "after", True), ("put_object", "before", True)}


@pytest.mark.parametrize("call", range(len(_OF_AN_EVENT)))
def test_an_end_at_which_each_try_is_killed_is_left_to_the_schedule(world: World, call: int) -> None:
    job_arn = world.ended()

    assert len(invoke(world, world.event(job_arn), Killer(call, "before", times=3))) == 3
    told = len(world.told())
    world.clock.advance(900)
    world.look()

    assert told == (3 if _OF_AN_EVENT[call] == "put_object" else 0)
    assert [told for told, _ in world.told()] == [job_id(job_arn)] * (told + 1)
