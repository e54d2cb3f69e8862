"""Deliveries of events to targets of rules: retries in simulated time, and dead-letter queues.

EventBridge retries what may pass, such as throttling. What lacks a right or a target goes to the dead-letter queue at
once (user guide of EventBridge, "Event retry policy and using dead-letter queues").
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge

from bedrock_batch_local.emulator import moment, queues, rights

logger = logging.getLogger(__name__)

SERVICE = "events.amazonaws.com"
# RetryPolicy of a target (API reference of EventBridge).
_RETRIES = 185
_AGE_SECONDS = 86_400
# AWS backs off exponentially. With this bound, 185 retries take a day.
_LONGEST_PAUSE = 480.0

_invoke_target = eventbridge._invoke_target


class RefusedDeliveryError(Exception):
    """A target that did not take an event. ``code`` is AWS's own, as in ``ERROR_CODE`` of a dead letter."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Delivery:
    """One event on its way to one target. ``begun`` is in seconds since the epoch, ``refused`` that of the last try."""

    target: Mapping[str, Any]
    event: Mapping[str, Any]
    rule: Mapping[str, Any]
    account: str
    region: str
    begun: float
    retries: int = 0
    refused: RefusedDeliveryError | None = None

    @property
    def rule_arn(self) -> str:
        return str(self.rule["Arn"])


# The delivery that the dispatchers of MiniStack work for.
underway: ContextVar[Delivery | None] = ContextVar("underway", default=None)


class Deliveries:
    """The deliveries that wait for another try. ``is_throttled`` decides whether the next try is refused."""

    def __init__(self) -> None:
        self.is_throttled: Callable[[], bool] = bool
        self._waiting: list[tuple[float, Delivery]] = []

    def deliver(
        self, target: Mapping[str, Any], event: Mapping[str, Any], rule: Mapping[str, Any], view: Any = None
    ) -> None:
        """Call a target. If it refuses the event, that is retried later or becomes a dead letter."""
        if ":rule/" not in str(rule.get("Arn")):
            # EventBridge Scheduler calls its targets in the same way. Its schedules have roles of their own.
            _invoke_target(target, event, rule, view)
            return
        now = moment.now()
        self._try(Delivery(target, event, rule, get_account_id(), get_region(), now), now, view)

    def next_due(self, _now: float) -> float | None:
        return min((due for due, _ in self._waiting), default=None)

    def tick(self, now: float) -> None:
        due = [waiting for waiting in self._waiting if waiting[0] <= now]
        self._waiting = [waiting for waiting in self._waiting if waiting[0] > now]
        for _, delivery in due:
            delivery.retries += 1
            with request_scope(delivery.account, delivery.region):
                self._try(delivery, now)

    def busy(self) -> bool:
        return False

    def _try(self, delivery: Delivery, now: float, view: Any = None) -> None:
        delivery.refused = None
        if self.is_throttled():
            delivery.refused = RefusedDeliveryError("THROTTLING", "Rate exceeded")
        else:
            outer = underway.set(delivery)
            try:
                _invoke_target(delivery.target, delivery.event, delivery.rule, view)
            finally:
                underway.reset(outer)
        if delivery.refused is None:
            return
        if delivery.refused.code != "THROTTLING":
            _bury(delivery, {})
            return
        pause = min(2.0**delivery.retries, _LONGEST_PAUSE)
        if exhausted := _exhausted(delivery, now + pause):
            _bury(delivery, {"EXHAUSTED_RETRY_CONDITION": exhausted, "RETRY_ATTEMPTS": str(delivery.retries)})
        else:
            self._waiting.append((now + pause, delivery))


def _exhausted(delivery: Delivery, again: float) -> str:
    """The limit that a retry at this moment would break. Empty if none."""
    policy = delivery.target.get("RetryPolicy") or {}
    if delivery.retries >= int(policy.get("MaximumRetryAttempts", _RETRIES)):
        return "MaximumRetryAttempts"
    age = int(policy.get("MaximumEventAgeInSeconds", _AGE_SECONDS))
    return "MaximumEventAgeInSeconds" if again - delivery.begun > age else ""


def _bury(delivery: Delivery, more: Mapping[str, str]) -> None:
    """Send the event to the target's dead-letter queue, if it has one that lets EventBridge in."""
    assert delivery.refused  # noqa: S101  (only refused deliveries come here)
    target_arn = str(delivery.target.get("Arn"))
    queue = str((delivery.target.get("DeadLetterConfig") or {}).get("Arn") or "")
    policy = queues.policy_of(queue) if queue else None
    allowed = policy is not None and rights.service_allowed(
        policy, SERVICE, "sqs:SendMessage", queue, source_arn=delivery.rule_arn
    )
    if not allowed:
        logger.error("event for %s was dropped: %s", target_arn, delivery.refused.code)
        return
    body = json.dumps(eventbridge._pattern_event_view(delivery.event).event_with_detail())
    attributes = {
        "RULE_ARN": delivery.rule_arn,
        "TARGET_ARN": target_arn,
        "ERROR_CODE": delivery.refused.code,
        "ERROR_MESSAGE": str(delivery.refused),
    }
    queues.send(queue, body, {**attributes, **more})


# One process has one of MiniStack's event buses.
LINE = Deliveries()
