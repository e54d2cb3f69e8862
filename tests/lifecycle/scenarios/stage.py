"""Invocations of the handler that are watched, disturbed or killed at each of their outbound calls."""

from collections.abc import Iterable
from typing import Any

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.scope import Scope
from handler.hooks import Killed
from handler.runtime import Hook
from handler.world import ACCOUNT, REGION, World, properties
from model_invocation_job.core.errors import DeliveryError

A = properties()
B = properties(InputDigest="b" * 64)
# Lambda retries an event about one and then two minutes after an error.
LAMBDA_WAITS = (60.0, 120.0)


def nothing(_call: str, _moment: str) -> None:
    """A hook that does nothing."""


def deliver_as_lambda(world: World, event: dict[str, Any], hooks: Iterable[Hook]) -> int:
    """Deliver an event up to three times, each with its own hook, until one invocation ends well.

    Returns the number of invocations.
    """
    waits = iter((*LAMBDA_WAITS, 0.0))
    for count, hook in enumerate((*hooks, nothing, nothing, nothing), start=1):
        try:
            world.deliver(event, hook=hook)
        except (Killed, DeliveryError):
            world.clock.sleep(next(waits))
        else:
            return count
        if count == 3:
            break
    return 3


def update_event(
    world: World, physical_id: str, old: dict[str, Any], new: dict[str, Any], **members: Any
) -> dict[str, Any]:
    """An Update as CloudFormation sends it; a rollback's has old and new swapped."""
    return world.event(
        "Update", PhysicalResourceId=physical_id, OldResourceProperties=old, ResourceProperties=new, **members
    )


def delete_event(world: World, physical_id: str, props: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """A Delete of an id."""
    return world.event("Delete", PhysicalResourceId=physical_id, ResourceProperties=props or A, **members)


def meaning(answer: dict[str, Any]) -> tuple[Any, ...]:
    """What CloudFormation understands of an answer: status, id and attributes."""
    return answer["Status"], answer["PhysicalResourceId"], answer["Data"]


def created(world: World, **changes: Any) -> str:
    """The id of a job that a good Create declared; the stack is complete afterwards."""
    answer = world.create(**changes)
    assert answer["Status"] == "SUCCESS"
    world.cloudformation.status = "CREATE_COMPLETE"
    world.clock.sleep(30)
    return str(answer["PhysicalResourceId"])


def replaced(world: World, old: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """The id of the job that a good Update accepted in place of another; the clean-up has not come yet."""
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    answer = world.update(old, before, after)
    assert answer["Status"] == "SUCCESS"
    return str(answer["PhysicalResourceId"])


def ended(world: World, job_arn: str) -> bool:
    """Whether a job ended, or is ending, because it was stopped."""
    return world.status(job_arn) in {"Stopping", "Stopped"}


def end(world: World, job_arn: str, status: JobStatus) -> None:
    """Let a job end now with a status, as the service or an operator does it."""
    world.engine.end(world.engine.find(Scope(ACCOUNT, REGION, "aws"), job_arn), status)
