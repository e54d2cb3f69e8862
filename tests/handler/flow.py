"""One story that a test tells to the handler."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from handler.world import World, build_world


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
