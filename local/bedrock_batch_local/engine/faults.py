"""Faults, set by a test or on a schedule: what a network, IAM and a service under load do to calls."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bedrock_batch_local.engine import api_model
from bedrock_batch_local.engine.clock import Clock
from bedrock_batch_local.engine.errors import BatchApiError, access_denied, not_authorized, validation
from bedrock_batch_local.engine.proxy_page import ProxyPageError

When = Literal["before", "after"]

_PROXY_PAGE = re.compile(r"ProxyPage(\d{3})")


@dataclass
class Fault:
    """What happens to calls of one operation, ``when`` before or after their effect (default: before).

    * ``error``: an error code of the API, ``ProxyPage`` with an HTTP status for a proxy's page, an error of the API, or
      any exception, a ``BaseException`` that kills the caller included. ``None`` (default) lets the call continue.
    * ``delay_seconds``: pass before the error (default: 0).
    * ``meanwhile``: happens after the delay, for instance the end of a job between two calls.
    * ``times``: the number of calls (default: 1, ``None``: all).
    * ``until``: no call fails from this moment on, in seconds since the epoch (default: for ever).
    """

    error: BaseException | str | None = None
    when: When = "before"
    times: int | None = 1
    delay_seconds: float = 0.0
    meanwhile: Callable[[], None] | None = None
    until: float | None = None

    def strike(self, wait: Callable[[float], None]) -> None:
        """Apply the fault. Raises what the fault raises."""
        if self.delay_seconds:
            wait(self.delay_seconds)
        if self.meanwhile is not None:
            self.meanwhile()
        if isinstance(self.error, str):
            raise _named(self.error) or BatchApiError(self.error, f"{self.error} was injected")
        if self.error is not None:
            # The same error may be raised many times, from different places.
            raise self.error.with_traceback(None)


@dataclass(frozen=True)
class Outage:
    """A time in which all calls of one operation (its API name) get ``error``.

    The time is from ``begin`` up to, not including, ``end``: seconds since the engine was made. An infinite ``end`` is
    an outage that lasts. ``error`` is an error code of the API, or ``ProxyPage`` with an HTTP status for a proxy's
    page, ``ProxyPage502`` for instance. ``when`` is before or after the effect of a call (default: before).
    """

    operation: str
    begin: float
    end: float
    error: str
    when: When = "before"

    def __post_init__(self) -> None:
        api_model.operation(self.operation)  # an outage of what nobody can call would strike nothing
        if self.begin >= self.end:
            raise ValueError(f"end must be later than begin ({self.begin:g}), got {self.end:g}")

    def strikes(self, operation: str, when: When, elapsed: float) -> bool:
        """Whether a call at this moment, in seconds since the engine was made, is in the outage."""
        return (operation, when) == (self.operation, self.when) and self.begin <= elapsed < self.end

    def answer(self) -> Exception:
        """The error of such a call."""
        if self.error.startswith("AccessDenied"):
            return not_authorized(self.error, self.operation)
        return _named(self.error) or BatchApiError(self.error, f"{self.operation} does not work at the moment")


class Faults:
    """The faults that wait for calls, per operation (its API name). Clients may share them."""

    def __init__(self, clock: Clock) -> None:
        """``clock`` is the engine's."""
        self._clock = clock
        self._waiting: dict[str, list[Fault]] = {}

    def add(self, operation: str, fault: Fault) -> None:
        """Add a fault. Faults of one operation apply in the order in which they were added."""
        self._waiting.setdefault(operation, []).append(fault)

    def clear(self) -> None:
        """Forget all faults that still wait."""
        self._waiting.clear()

    def strike(self, operation: str, when: When, wait: Callable[[float], None]) -> None:
        """Apply the next fault for a call, if any. ``wait`` is called for its delay."""
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


def _named(error: str) -> ProxyPageError | None:
    page = _PROXY_PAGE.fullmatch(error)
    return ProxyPageError(int(page[1])) if page else None


def pass_role_denied(role_arn: str, until: float | None = None) -> Fault:
    """The caller may not pass a role, until its policy is effective (default: never)."""
    message = (
        f"User is not authorized to perform: iam:PassRole on resource: {role_arn}"
        " because no identity-based policy allows the iam:PassRole action"
    )
    return Fault(access_denied(message), times=None, until=until)


def role_not_assumable(role_arn: str, until: float | None = None) -> Fault:
    """Bedrock cannot assume a role until its trust policy is effective (default: never)."""
    return Fault(validation(f"Could not assume provided IAM role: {role_arn}"), times=None, until=until)
