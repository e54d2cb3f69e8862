"""Calls that leave the handler and seconds that it waits, by request, in an empty account and beside 100,000 old jobs.

Run from the root of a tree, which is the one measured:

    PYTHONPATH=lambda:batch:local:tests python bench/handler_calls.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine import models
from bedrock_batch_local.engine.scope import Scope
from handler.world import ACCOUNT, REGION, World, build_world, properties

_OLD_JOBS = 100_000
_MADE_UP_ID = "Reports-TicketsE1-1A2B3C4D5E6F"
_HEAD = "| Request | Calls | Which | Seconds waited | Milliseconds here |\n|---|---|---|---|---|"


def _old_account(jobs: int) -> World:
    """A world with old, ended jobs of others, as an account has them after years."""
    world, scope = build_world(), Scope(ACCOUNT, REGION, "aws")
    model = models.resolve("amazon.nova-lite-v1:0", scope)
    for number in range(jobs):
        request = properties()["Job"] | {"jobName": f"nightly-{number:06}", "clientRequestToken": f"t{number}"}
        world.engine._add(scope, request, model)
    for job in world.engine._jobs.kept(scope, world.service_clock.now()):
        job.status, job.ended_at = JobStatus.COMPLETED, world.service_clock.now()
    world.service_clock.advance(3600.0)
    return world


def _measure(world: World, name: str, request: Callable[[], dict[str, Any]]) -> str:
    """Run a request and print a row: calls by API, seconds waited in simulated time, milliseconds of this machine."""
    slept, looks, began = sum(world.clock.slept), len(world.cloudformation.calls), time.perf_counter()
    world.bedrock.calls.clear()
    answer = request()
    made = [method.split("_")[0] for method, _ in world.bedrock.calls]
    made += ["describe_stacks"] * (len(world.cloudformation.calls) - looks)
    which = ", ".join(f"{made.count(call)} {call}" for call in sorted(set(made)))
    waited, real = sum(world.clock.slept) - slept, time.perf_counter() - began
    print(f"| {name} | {len(made)} | {which} | {waited:.1f} | {real * 1000:.0f} |")
    return str(answer["PhysicalResourceId"])


def _life(world: World) -> None:
    """Each kind of request once."""
    tagged, other = properties(Job={"tags": [{"key": "team", "value": "sales"}]}), properties(RunId="2")
    first = _measure(world, "Create", world.create)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    _measure(world, "Update of tags", lambda: world.update(first, properties(), tagged))
    second = _measure(world, "Update to another run", lambda: world.update(first, tagged, other))
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    _measure(world, "its rollback", lambda: world.update(second, other, tagged))
    _measure(world, "Delete of the new job", lambda: world.delete(second, other))
    _measure(world, "rollback of a cancelled update", lambda: world.update(first, properties(RunId="3"), tagged))
    world.cloudformation.status = "DELETE_IN_PROGRESS"
    _measure(world, "Delete", lambda: world.delete(first, tagged))
    _measure(world, "Delete of a made-up id", lambda: world.delete(_MADE_UP_ID, tagged))


def main() -> None:
    """Print a table for an empty account and one for an old one."""
    for jobs in (0, _OLD_JOBS):
        print(f"\n{jobs:,} old jobs\n\n{_HEAD}")
        _life(_old_account(jobs))


if __name__ == "__main__":
    main()
