"""Faults on demand: what a network, IAM and a service under load do to calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bedrock_batch_local.engine.clock import Clock
from bedrock_batch_local.engine.errors import BatchApiError, access_denied, validation

When = Literal["before", "after"]


@dataclass
class Fault:
    """What happens to calls of one operation, ``when`` before or after their effect (default: before).

    ``error`` is an error code of the API, an error of the API, or any exception, a ``BaseException`` that kills the
    caller included; ``None`` (default) lets the call go on. ``delay_seconds`` pass first (default: 0), then
    ``meanwhile`` happens, for instance the end of a job between two calls. The fault strikes ``times`` calls (default:
    1, ``None``: all) and none any more from the moment ``until`` (seconds since the epoch, default: for ever).
    """

    error: BaseException | str | None = None
    when: When = "before"
    times: int | None = 1
    delay_seconds: float = 0.0
    meanwhile: Callable[[], None] | None = None
    until: float | None = None

    def strike(self, wait: Callable[[float], None]) -> None:
        """Let it happen; raises what the fault raises."""
        if self.delay_seconds:
            wait(self.delay_seconds)
        if self.meanwhile is not None:
            self.meanwhile()
        if isinstance(self.error, str):
            raise BatchApiError(self.error, f"{self.error} was injected")
        if self.error is not None:
            raise self.error


class Faults:
    """The faults that wait for calls, per operation (its API name); clients may share them."""

    def __init__(self, clock: Clock) -> None:
        """``clock`` is the engine's."""
        self._clock = clock
        self._waiting: dict[str, list[Fault]] = {}

    def add(self, operation: str, fault: Fault) -> None:
        """Add a fault; those of one operation strike in the order in which they were added."""
        self._waiting.setdefault(operation, []).append(fault)

    def clear(self) -> None:
        """Forget all that still wait."""
        self._waiting.clear()

    def strike(self, operation: str, when: When, wait: Callable[[float], None]) -> None:
        """Let the fault happen that is next for a call, if any; ``wait`` lets its delay pass."""
        waiting = self._waiting.get(operation, [])
        now = self._clock.now()
        while waiting and waiting[0].until is not None and waiting[0].until <= now:
            waiting.pop(0)
        if not waiting or waiting[0].when != when:
            return
        fault = waiting[0]
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                waiting.pop(0)
        fault.strike(wait)


def pass_role_denied(role_arn: str, until: float | None = None) -> Fault:
    """The caller may not pass a role, until its policy is effective (default: never)."""
    message = (
        f"User is not authorized to perform: iam:PassRole on resource: {role_arn}"
        " because no identity-based policy allows the iam:PassRole action"
    )
    return Fault(access_denied(message), times=None, until=until)


def role_not_assumable(role_arn: str, until: float | None = None) -> Fault:
    """Bedrock can not assume a role, until its trust policy is effective (default: never)."""
    return Fault(validation(f"Could not assume provided IAM role: {role_arn}"), times=None, until=until)
