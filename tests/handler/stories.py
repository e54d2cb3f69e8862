"""Short stories of a stack, a service and people, that tests tell to the handler."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.exceptions import ReadTimeoutError

from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.workload import GivenWorkload
from handler.hooks import At, Killed
from handler.new_rights import at_second_start, kill
from handler.vocabulary import (
    CFN_MADE_ID,
    DAY,
    OTHER_RUN,
    by_hand,
    created,
    operator_stops,
)
from handler.world import World, build_world, properties


@dataclass(frozen=True)
class Flow:
    """One story: what happens in which world."""

    tell: Callable[[World], object]
    engine: dict[str, Any] = field(default_factory=dict)

    def run(self) -> World:
        """The world after the story."""
        numbers = iter(range(1, 100))
        world = build_world(new_job_id=lambda: f"job{next(numbers):09}", **self.engine)
        self.tell(world)
        return world


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


def rolled_back_to_a_forgotten_job(world: World) -> None:
    """Bedrock does not know the job of the run that a rollback returns to."""
    before = created(world)
    operator_stops(world, before)
    world.service_clock.advance(DAY)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    after = world.update(before, properties(), properties(**OTHER_RUN))["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.update(after, properties(**OTHER_RUN), properties())
    world.delete(after, properties(**OTHER_RUN))
    assert world.live() == []


def unreadable_update(world: World) -> None:
    """An update of the rest, while its job cannot be read."""
    arn = created(world)
    world.bedrock.fault("get_model_invocation_job", "InternalServerException", times=1000)
    world.update(arn, properties(), properties(Job={"timeoutDurationInHours": "72"}))


def failing_create(error: Exception | str, times: int = 1000) -> Flow:
    """A Create of which Bedrock says no."""

    def tell(world: World) -> None:
        world.bedrock.fault("create_model_invocation_job", error, times=times)
        world.create()

    return Flow(tell)


def updating(world: World, old: dict[str, Any], new: dict[str, Any], status: str = "UPDATE_IN_PROGRESS") -> list[str]:
    """An update from one declaration to another; the ids before and after."""
    before = created(world, **old)
    world.cloudformation.status = status
    return [before, str(world.update(before, properties(**old), properties(**new))["PhysicalResourceId"])]


def rolled_back(world: World) -> None:
    """Ours was replaced, another resource failed."""
    before, after = updating(world, {}, OTHER_RUN)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.update(after, properties(**OTHER_RUN), properties())
    world.delete(after, properties(**OTHER_RUN))
    assert world.live() == [before]


def cancelled_update(world: World) -> None:
    """The answer of the update was lost, so that CloudFormation still has the old id."""
    before, _ = updating(world, {}, OTHER_RUN)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.update(before, properties(**OTHER_RUN), properties())
    assert world.live() == [before]


def left_running(world: World, **changes: Any) -> str:
    """The id of a job that its resource has left running a minute ago; the stack is updated."""
    arn = created(world, OnRemoval="LEAVE_RUNNING", **changes)
    world.cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    world.delete(arn, properties(OnRemoval="LEAVE_RUNNING", **changes))
    world.service_clock.advance(60)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    return arn


def declared_again(world: World) -> None:
    """What was left running is declared again, to be stopped this time."""
    assert created(world) != left_running(world, **OTHER_RUN) == created(world, **OTHER_RUN)


def declared_again_in_a_rollback(world: World) -> None:
    """What was left running is declared again by a deployment that is rolled back."""
    left = left_running(world)
    physical_id = created(world, OnRemoval="LEAVE_RUNNING")
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.delete(physical_id, properties(OnRemoval="LEAVE_RUNNING"))
    assert world.live() == [left]


def cancelled_update_that_is_not_shown(world: World) -> None:
    """As `cancelled_update`, with an event that shows no change."""
    before, _ = updating(world, {}, OTHER_RUN)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.update(before, properties(), properties())


def update_cancelled_before_a_start(world: World) -> None:
    """Nothing is found that the update had started."""
    before = created(world)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.update(before, properties(**OTHER_RUN), properties())


def stopped_late(world: World) -> None:
    """Only the list knows the job that is to be stopped."""
    world.bedrock.fault("get_model_invocation_job", "AccessDeniedException")
    world.create()
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.delete(CFN_MADE_ID)


def rollback_while_bedrock_is_down(world: World) -> None:
    """Neither List nor Get answers."""
    before = created(world)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    for operation in ("list_model_invocation_jobs", "get_model_invocation_job"):
        world.bedrock.fault(operation, "InternalServerException", times=1000)
    world.update(before, properties(**OTHER_RUN), properties())


def failing_delete(operation: str, error: Exception | str, times: int = 1000, **changes: Any) -> Flow:
    """A Delete whose call fails."""

    def tell(world: World) -> None:
        arn = created(world, **changes)
        world.bedrock.fault(operation, error, times=times)
        world.delete(arn, properties(**changes))

    return Flow(tell)


def retagged(fault: str | None, status: str = "UPDATE_IN_PROGRESS", wait: float = 0.0) -> Flow:
    """An update of tags alone, the calls for it perhaps refused."""

    def tell(world: World) -> None:
        old = {"Job": {"tags": [{"key": "team", "value": "support"}, {"key": "old", "value": "1"}]}}
        new = {"Job": {"tags": [{"key": "team", "value": "sales"}, {"key": "new", "value": ""}]}}
        arn = created(world, **old)
        world.service_clock.advance(wait)
        world.cloudformation.status = status
        if fault:
            world.bedrock.fault("tag_resource", fault, times=1000)
        world.update(arn, properties(**old), properties(**new))

    return Flow(tell)


def late(seconds: float, status: str = "CREATE_IN_PROGRESS", **event: Any) -> Flow:
    """A Create that was issued long ago."""

    def tell(world: World) -> None:
        world.cloudformation.status = status
        world.deliver(world.event("Create", issued_ago=seconds, **event))

    return Flow(tell)


def twice(world: World) -> None:
    """One event, delivered again two minutes later, when its job had been stopped."""
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


def gate(wait: str = "600", end: str = "", **engine: Any) -> Flow:
    """A gated Create, with an end of the job that comes while it waits."""

    def tell(world: World) -> None:
        get = world.bedrock.get_model_invocation_job

        def ended(**kwargs: Any) -> dict[str, Any]:
            job = get(**kwargs)
            return job if world.service_clock.now() - start < 30 else job | {"status": end, "message": "No records."}

        start = world.service_clock.now()
        if end:
            world.bedrock.get_model_invocation_job = ended  # type: ignore[method-assign]  # the job's own end
        world.create(Gate="VALIDATED", GateSeconds=wait)

    return Flow(tell, engine)


def new_rights(*failing: int, unlisted: bool = False, dies: bool = False) -> Flow:
    """A gated Create of which some attempts fail for rights, perhaps delivered again when jobs can be listed once.

    With `dies`, the function dies after the second start, and the list lags behind when the event is delivered again.
    """
    lag: dict[str, Any] = {"list_lag_seconds": 120.0} if dies else {}

    def of(job: Job) -> GivenWorkload | None:
        is_failing = int(job.name.rpartition("-")[2]) in failing
        return GivenWorkload(validation_failure="Could not assume provided IAM role") if is_failing else None

    def tell(world: World) -> None:
        event = world.event("Create", ResourceProperties=properties(Gate="VALIDATED"))
        if dies:
            with suppress(Killed):
                world.deliver(event, hook=at_second_start("after", kill))
            world.clock.sleep(60)
        world.deliver(event)
        if unlisted:
            deny = partial(world.bedrock.fault, "list_model_invocation_jobs", "AccessDeniedException", times=1000)
            world.deliver(event, hook=At("list_model_invocation_jobs", "after", deny))

    return Flow(tell, {"workload": GivenWorkload(of=of)} | lag)
