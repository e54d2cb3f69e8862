"""Lambda's asynchronous invocation: two retries, after one and two minutes."""

from dataclasses import dataclass, field
from typing import Any

from batch_outcome.core.errors import OutcomeError
from outcome.world import World

RETRIES = (60.0, 120.0)


class KilledError(BaseException):
    """The function ends in the middle of its work."""


@dataclass
class Killer:
    """Kills the function at one of its calls, `before` or `after` its effect, in so many tries.

    `calls` are those of the last try.
    """

    call: int = -1
    when: str = ""
    times: int = 1
    calls: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Another try begins."""
        self.calls = []

    def __call__(self, call: str, when: str) -> None:
        """The hook of a world."""
        if when == "before":
            self.calls.append(call)
        if (len(self.calls) - 1, when) == (self.call, self.when) and self.times:
            self.times -= 1
            raise KilledError


def invoke(world: World, event: Any, killer: Killer | None = None) -> list[BaseException]:
    """Deliver an event until the function succeeds. The errors of the tries that failed, three if it is given up."""
    errors: list[BaseException] = []
    for wait in (*RETRIES, None):
        try:
            attempt(world, event, killer)
        except (OutcomeError, KilledError) as error:
            errors.append(error)
            if wait is not None:
                world.clock.advance(wait)
        else:
            break
    return errors


def attempt(world: World, event: Any, killer: Killer | None = None) -> None:
    """One try."""
    if killer is not None:
        killer.begin()
    world.deliver(event, hook=killer)
