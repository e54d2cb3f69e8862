"""Worlds in which the rights of a new role or bucket are not known to Bedrock at first."""

from collections.abc import Callable
from typing import Any

from bedrock_batch_local.engine.job import Job as EngineJob
from bedrock_batch_local.engine.workload import GivenWorkload
from handler.hooks import CREATE, GET, Killed
from handler.runtime import Hook
from handler.world import World, build_world, properties

NO_GET = "Could not validate GetObject permissions to access Amazon S3 bucket: assets at key 0123.jsonl"
NOT_KNOWN_YET = "A new role or bucket is not known everywhere at once, so the run was tried again"
GATED = {"Gate": "VALIDATED", "GateSeconds": "700"}


def failing_attempts(*failing: int, message: str = NO_GET) -> GivenWorkload:
    """Work in which these attempts at a run of `Converse` fail their validation; all others pass."""
    failure = GivenWorkload(validation_failure=message)

    def of(job: EngineJob) -> GivenWorkload | None:
        return failure if job.converse and int(job.name.rpartition("-")[2]) in failing else None

    return GivenWorkload(of=of)


def new_rights(*failing: int, message: str = NO_GET, **engine: Any) -> World:
    """A world in which these attempts at a run of `Converse` fail their validation."""
    numbers = iter(range(1, 100))
    workload = failing_attempts(*failing, message=message)
    return build_world(workload=workload, new_job_id=lambda: f"job{next(numbers):09}", **engine)


def arn(number: int) -> str:
    """The ARN of the n-th job of a world."""
    return f"arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/job{number:09}"


FIRST_FAILED = f"{arn(1)} failed validation: {NO_GET}. {NOT_KNOWN_YET}"
FIRST_ONLY = f"{arn(1)} failed: {NO_GET}."
PASSED_AS_SECOND = f"{FIRST_FAILED} as {arn(2)}."


def event(world: World, **changes: Any) -> dict[str, Any]:
    """A Create with a gate."""
    return world.event("Create", ResourceProperties=properties(**GATED | changes))


def once_failed(world: World, action: Callable[[], object], number: int = 1) -> Hook:
    """A hook that does something once the handler has read that the n-th job failed."""
    done: list[str] = []

    def hook(call: str, moment: str) -> None:
        if (call, moment, world.started) == (GET, "after", number) and not world.live() and not done:
            done.append(call)
            action()

    return hook


def at_second_start(moment: str, action: Callable[[], object]) -> Hook:
    """A hook that does something before or after the effect of the second request to start a job."""
    requests: list[str] = []

    def hook(call: str, at: str) -> None:
        if (call, at) == (CREATE, moment):
            requests.append(call)
            if len(requests) == 2:
                action()

    return hook


def kill() -> None:
    """Lambda ends the process."""
    raise Killed


def stack_unknown(world: World) -> None:
    """CloudFormation does not say any more what the stack is doing."""
    world.cloudformation.fails_with = "AccessDenied"
