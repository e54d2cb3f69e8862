"""Short stories of creations and deletions, that tests tell to the handler."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ReadTimeoutError

from handler.flow import Flow
from handler.vocabulary import (
    DAY,
    by_hand,
    created,
    operator_stops,
)
from handler.world import World, build_world, properties


def delete_completed(world: World) -> None:
    """A Delete a day later."""
    arn = created(world)
    world.service_clock.advance(DAY)
    world.delete(arn)


def stack_unknown(tell: Callable[[World], object], error: str = "AccessDenied") -> Flow:
    """CloudFormation does not say what the stack is doing, in the last request of a story about a job."""

    def told(world: World) -> None:
        created(world)
        world.cloudformation.fails_with = error
        tell(world)

    return Flow(told)


def turned(status: str, tell: Callable[[World], object] = lambda world: world.create(), **engine: Any) -> Flow:
    """The stack shows another status from the second look on, which is the one after a start."""

    def told(world: World) -> None:
        world.cloudformation.turn(status, after_looks=2)
        tell(world)

    return Flow(told, engine)


def cannot_stop(world: World) -> None:
    """A Create whose job is to be stopped again, and Bedrock says no."""
    world.bedrock.fault("stop_model_invocation_job", "AccessDeniedException")
    world.create()


def rolled_back_create(world: World, physical_id: str | None = None, status: str = "ROLLBACK_IN_PROGRESS") -> None:
    """A stack is created and rolled back; CloudFormation deletes the id that it has, or one that it made up."""
    arn = created(world)
    world.cloudformation.status = status
    world.delete(physical_id or arn)


def reply_lost(when: Any, refused_with: str, **engine: Any) -> Flow:
    """The answer to a start is lost, before or after the start had its effect, and the next one is refused."""

    def tell(world: World) -> None:
        world.bedrock.fault("create_model_invocation_job", ReadTimeoutError(endpoint_url="x"), when=when)
        world.bedrock.fault("create_model_invocation_job", refused_with, times=1000)
        world.cloudformation.status = "CREATE_IN_PROGRESS"
        answer = world.create()
        world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
        world.delete(answer["PhysicalResourceId"])

    return Flow(tell, engine)


def failing_create(error: Exception | str, times: int = 1000) -> Flow:
    """A Create of which Bedrock says no."""

    def tell(world: World) -> None:
        world.bedrock.fault("create_model_invocation_job", error, times=times)
        world.create()

    return Flow(tell)


def failing_delete(operation: str, error: Exception | str, times: int = 1000, **changes: Any) -> Flow:
    """A Delete whose call fails."""

    def tell(world: World) -> None:
        arn = created(world, **changes)
        world.bedrock.fault(operation, error, times=times)
        world.delete(arn, properties(**changes))

    return Flow(tell)


def late(seconds: float, status: str = "CREATE_IN_PROGRESS", **event: Any) -> Flow:
    """A Create that was issued long ago."""

    def tell(world: World) -> None:
        world.cloudformation.status = status
        world.deliver(world.event("Create", issued_ago=seconds, **event))

    return Flow(tell)


def twice(world: World) -> None:
    """One event, with a repeated delivery two minutes later, when its job had been stopped."""
    event = world.event("Create")
    arn = world.deliver(event)["PhysicalResourceId"]
    operator_stops(world, arn)
    world.deliver(event)


def retried_create(world: World) -> None:
    """A new request after the first job died."""
    operator_stops(world, created(world))
    world.create()


def token_brings_back_a_dead_job(world: World) -> None:
    """Bedrock remembers the token, but the list shows nothing."""
    operator_stops(world, created(world))
    world.bedrock.list_model_invocation_jobs = lambda **_: {"invocationJobSummaries": []}  # type: ignore[method-assign]  # a list that lags
    world.create()


def name_taken(world: World) -> None:
    """Somebody else's job has the name of this run."""
    probe = build_world(new_job_id=lambda: "probe0000001")
    by_hand(world, jobName=probe.create()["Data"]["JobName"])
    world.create()


def token_taken(world: World) -> None:
    """A job with our token that is not what was declared."""
    probe = build_world(new_job_id=lambda: "probe0000001")
    probe.create()
    request = next(kwargs for name, kwargs in probe.bedrock.calls if name == "create_model_invocation_job")
    elsewhere = {"s3OutputDataConfig": {"s3Uri": "s3://elsewhere/"}}
    names = {name: request[name] for name in ("jobName", "clientRequestToken")}
    by_hand(world, modelId="amazon.nova-lite-v1:0", outputDataConfig=elsewhere, **names)
    world.create()
