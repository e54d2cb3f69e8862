"""Short stories of deployments that wait at the gate."""

from contextlib import suppress
from functools import partial
from typing import Any

from handler.flow import Flow
from handler.hooks import At, Killed
from handler.new_rights import at_second_start, failing_attempts, kill
from handler.world import World, properties


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


def failing_for_rights(*failing: int, unlisted: bool = False, dies: bool = False) -> Flow:
    """A gated Create of which some attempts fail for rights, perhaps with a repeated delivery.

    With `dies`, the function dies after the second start, and the list lags behind for the repeated delivery.
    """
    lag: dict[str, Any] = {"list_lag_seconds": 120.0} if dies else {}

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

    return Flow(tell, {"workload": failing_attempts(*failing, message="Could not assume provided IAM role")} | lag)
