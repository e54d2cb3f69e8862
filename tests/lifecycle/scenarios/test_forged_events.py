"""Whoever may invoke the function sends it events that CloudFormation has not made."""

from typing import Any

import pytest

from handler.runtime import Context
from handler.scenario import scenario
from handler.test_own_stack import ADDRESSES, FORGED
from handler.world import OWN_STACK, World, properties
from model_invocation_job.invocation import Invocation

CHANGES: dict[str, dict[str, Any]] = {
    "Create": {},
    "Update": {"OldResourceProperties": properties(RunId="0")},
    "Delete": {},
}


@scenario(91)
@pytest.mark.parametrize("request_type", CHANGES)
@pytest.mark.parametrize(
    "members",
    [*({"StackId": stack} for stack in FORGED.values()), *({"ResponseURL": url} for url in ADDRESSES.values())],
)
def test_a_forged_event_costs_nothing(world: World, members: dict[str, Any], request_type: str) -> None:
    """Forged event: another stack, account, Region, or an address of its own -> no Stop, no start, no tag, no PUT."""
    job_arn = world.create()["PhysicalResourceId"]
    calls, puts = world.calls(), []
    event = world.event(request_type, PhysicalResourceId=job_arn, **CHANGES[request_type]) | members

    Invocation(world, OWN_STACK, world.clock, lambda *put: puts.append(put)).run(event, Context())

    assert (world.calls(), puts) == (calls, [])
    assert (world.live(), world.started) == ([job_arn], 1)
