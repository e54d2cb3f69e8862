"""What the function is run with: its clients, Lambda's context, and a clock that only waiting moves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from bedrock_batch_local.engine.clock import ManualClock

_MOST_WAITS = 1000  # the longest story needs 36
Hook = Callable[[str, str], None]


class SharedClock:
    """The handler's clock; its waiting is what moves the service's time."""

    def __init__(self, service_clock: ManualClock) -> None:
        self._service_clock = service_clock
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self._service_clock.now()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._service_clock.now(), UTC)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) > _MOST_WAITS:
            pytest.fail("waits without an end")  # no Exception, which the handler would turn into an answer
        self._service_clock.advance(seconds)


@dataclass(frozen=True)
class Context:
    """Lambda's context, of which the handler reads two things; `remaining` is milliseconds, or tells them."""

    remaining: int | Callable[[], int] = 600_000
    log_group_name: str = "/aws/lambda/handler"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining if isinstance(self.remaining, int) else self.remaining()


@dataclass
class Watched:
    """A client of which each call is told to a hook, `before` and `after` its effect."""

    client: Any
    hook: Hook

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.client, name)

        def call(**arguments: Any) -> Any:
            self.hook(name, "before")
            answer = method(**arguments)
            self.hook(name, "after")
            return answer

        return call


@dataclass(frozen=True)
class Clients:
    """The clients of one invocation."""

    bedrock: Any
    cloudformation: Any
    s3: Any
