"""Waits in growing, random steps, up to a limit. The log gives the reason."""

import random

from model_invocation_job.io.deadline import Deadline
from model_invocation_job.io.log import log


class Backoff:
    """Waiting times that double up to a limit. Each is drawn between half and the whole of it."""

    def __init__(self, first: float, longest: float) -> None:
        """`first` and `longest` are seconds."""
        self._next = first
        self._longest = longest

    def next(self) -> float:
        """The next waiting time in seconds."""
        seconds = self._next
        self._next = min(self._next * 2, self._longest)
        return seconds * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret


class Wait:
    """Waits for one thing. The log has one line for it, if there is anything to wait for."""

    def __init__(self, reason: str, *, first: float = 1.0, longest: float = 10.0) -> None:
        """`first` and `longest` are seconds. The log contains `reason`."""
        self._reason = reason
        self._backoff = Backoff(first, longest)
        self._is_said = False

    def step(self, limit: Deadline) -> bool:
        """Wait for the next step, but not beyond the limit. Returns `False` at once if the limit is over."""
        if limit.remaining() <= 0:
            return False
        if not self._is_said:
            log("waiting", reason=self._reason, at_most_seconds=round(limit.remaining()))
            self._is_said = True
        limit.sleep(self._backoff.next())
        return True
