"""A stack of which DescribeStacks tells when its last update began."""

from datetime import datetime
from typing import Any

from handler.world import StackClient, World, build_world


class UpdatedStack(StackClient):
    """A stack that tells when its last update began."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self.updated_at: datetime | None = None

    def update(self, status: str = "UPDATE_IN_PROGRESS") -> None:
        """Begin an update, a minute after what was before."""
        self._world.clock.sleep(60)
        self.status, self.updated_at = status, self._world.clock.now()
        self._world.clock.sleep(1)

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's own spelling
        answer = super().describe_stacks(StackName=StackName)
        answer["Stacks"][0]["LastUpdatedTime"] = self.updated_at
        return answer


def world_with_updates(**engine: Any) -> tuple[World, UpdatedStack]:
    """A world whose stack is such a one."""
    world = build_world(**engine)
    world.cloudformation = stack = UpdatedStack(world)
    return world, stack
