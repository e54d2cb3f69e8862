"""Schedules of EventBridge rules. MiniStack's own scheduler follows the clock of this machine, and is not started."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import new_uuid, request_scope
from ministack.services import eventbridge

_Key = tuple[str, str, str]


class Schedules:
    """Fires the enabled rules that have a ``ScheduleExpression``. A rate begins when its rule is made or enabled."""

    def __init__(self, told: Callable[[float], float]) -> None:
        """``told`` says which time an event has that is due at a simulated one."""
        self._told = told
        self._due: dict[_Key, tuple[str, float]] = {}

    def next_due(self, now: float) -> float | None:
        self._plan(now)
        return min((due for _, due in self._due.values()), default=None)

    def tick(self, now: float) -> None:
        """Fire each rule that is due, in the order of time. Of several missed times of a rule only the first fires."""
        self._plan(now)
        for due, key in sorted((due, key) for key, (_, due) in self._due.items() if due <= now):
            rule = eventbridge._rules._data[key]
            self._put(key, rule, now)
            _fire(key, rule, self._told(due))

    def busy(self) -> bool:
        return False

    def _plan(self, now: float) -> None:
        """Note new and changed rules, forget deleted and disabled ones."""
        scheduled = {key: rule for key, rule in list(eventbridge._rules._data.items()) if _is_scheduled(rule)}
        for key in self._due.keys() - scheduled.keys():
            del self._due[key]
        for key, rule in scheduled.items():
            if key not in self._due or self._due[key][0] != rule["ScheduleExpression"]:
                # A rule is seen as soon as it is made or enabled. A rule of a stack has no other time of creation.
                self._put(key, rule, now)

    def _put(self, key: _Key, rule: Mapping[str, Any], since: float) -> None:
        expression = rule["ScheduleExpression"]
        due = _next(expression, since)
        if due is not None:
            self._due[key] = (expression, due)
        else:
            self._due.pop(key, None)


def _is_scheduled(rule: Mapping[str, Any]) -> bool:
    return bool(rule.get("ScheduleExpression")) and rule.get("State") == "ENABLED"


def _next(expression: str, since: float) -> float | None:
    seconds = eventbridge._parse_rate_seconds(expression)
    if seconds is not None:
        return since + float(seconds)
    fields = eventbridge._parse_cron_fields(expression)
    found = eventbridge._cron_next_fire(fields, datetime.fromtimestamp(since, UTC)) if fields else None
    return float(found.timestamp()) if found else None


def _fire(key: _Key, rule: Mapping[str, Any], at: float) -> None:
    account, region, rule_key = key
    event = {
        "EventId": new_uuid(),
        "Source": "aws.events",
        "DetailType": "Scheduled Event",
        "Detail": "{}",
        "EventBusName": rule.get("EventBusName", "default"),
        "Time": int(at),
        "Resources": [rule["Arn"]],
        "Account": account,
        "Region": region,
    }
    with request_scope(account, region):
        view = eventbridge._pattern_event_view(event)
        for target in list(eventbridge._targets.get(rule_key, [])):
            eventbridge._invoke_target(target, event, rule, view)
