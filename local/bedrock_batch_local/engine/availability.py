"""Which calls reach the service: outages and the rate limit of each operation."""

from __future__ import annotations

from bedrock_batch_local.engine import errors
from bedrock_batch_local.engine.clock import Clock
from bedrock_batch_local.engine.faults import When
from bedrock_batch_local.engine.quirks import Quirks


class Availability:
    """The outages and the rate limit of some quirks, for all clients together. The time starts when this is made.

    It applies to DescribeStacks of CloudFormation and to the operations of Bedrock.
    """

    def __init__(self, clock: Clock, quirks: Quirks) -> None:
        self._clock = clock
        self._made_at = clock.now()
        self._outages = quirks.outages
        self._interval = 1 / quirks.calls_per_second if quirks.calls_per_second else 0.0
        self._free_at: dict[str, float] = {}

    def check(self, operation: str, when: When) -> None:
        """Accept a call of ``operation`` (its API name), before or after its effect.

        If the call is refused, raises ``BatchApiError``, or ``ProxyPageError`` for a proxy's page.
        """
        if when == "before":
            self._take_token(operation)
        elapsed = self._clock.now() - self._made_at
        for outage in self._outages:
            if outage.strikes(operation, when, elapsed):
                raise outage.answer()

    def _take_token(self, operation: str) -> None:
        now = self._clock.now()
        if now < self._free_at.get(operation, now):
            raise errors.throttled(operation)
        self._free_at[operation] = now + self._interval
