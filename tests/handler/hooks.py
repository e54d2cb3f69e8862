"""What happens at a call of the handler, and how often it was made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from handler.world import World

CREATE, GET, LIST, STOP = (
    "create_model_invocation_job",
    "get_model_invocation_job",
    "list_model_invocation_jobs",
    "stop_model_invocation_job",
)


def sent(world: World) -> dict[str, Any]:
    """The arguments of the first CreateModelInvocationJob."""
    return next(arguments for method, arguments in world.bedrock.calls if method == CREATE)


def count(world: World, method: str) -> int:
    """How often a method of Bedrock was called."""
    return [name for name, _ in world.bedrock.calls].count(method)


class Killed(BaseException):
    """Lambda ended the process: nothing of the handler runs any more, not even what catches every exception."""


@dataclass
class At:
    """A hook that does something the first time when one call is at one moment."""

    call: str
    moment: str
    action: Callable[[], object]
    done: bool = field(default=False, init=False)

    def __call__(self, call: str, moment: str) -> None:
        if (call, moment) == (self.call, self.moment) and not self.done:
            self.done = True
            self.action()


def killed_at(call: str, moment: str = "after") -> At:
    """A hook that kills the invocation."""

    def kill() -> None:
        raise Killed

    return At(call, moment, kill)
