"""Alarms of CloudWatch, evaluated once a simulated minute. MiniStack does it when data arrive, and knows less of them.

It takes no dimensions, no periods without data, no metric math and no number of breaching periods into account.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from bedrock_batch_local.emulator import metric_math
from bedrock_batch_local.emulator.metric_math import Series

logger = logging.getLogger(__name__)

_MINUTE = 60.0
_BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


class Alarms:
    """The metric alarms of all accounts. At each full minute each looks back from there, over its periods."""

    def __init__(self) -> None:
        self._since = 0.0

    def next_due(self, now: float) -> float | None:
        return (now // _MINUTE + 1) * _MINUTE if cloudwatch._alarms._data else None

    def tick(self, now: float) -> None:
        minute = now // _MINUTE * _MINUTE
        if minute <= self._since:
            return
        self._since = minute
        for (account, region, _), alarm in list(cloudwatch._alarms._data.items()):
            with request_scope(account, region):
                _evaluate(alarm, minute)

    def busy(self) -> bool:
        return False


def checked(queries: list[dict[str, Any]]) -> None:
    """``ValueError`` for metric math that is not understood, or if not exactly one query returns data."""
    if sum(_returns_data(query) for query in queries) != 1:
        raise ValueError("exactly one of the metrics of an alarm must return data")
    _values({"Metrics": queries}, 0.0)


def _evaluate(alarm: dict[str, Any], now: float) -> None:
    try:
        values = _values(alarm, now)
    except ValueError:
        logger.exception("the alarm %s was not evaluated", alarm["AlarmName"])
        return
    state = _state(alarm, values)
    before = alarm["StateValue"]
    if state == before:
        return
    known = [value for value in values if value is not None]
    reason = f"Threshold Crossed: {len(known)} datapoints {known} for {len(values)} periods"
    alarm |= {"StateValue": state, "StateReason": reason, "StateUpdatedTimestamp": int(now)}
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _state(alarm: Mapping[str, Any], values: Series) -> str:
    breaches = _BREACHES[alarm["ComparisonOperator"]]
    known = [value for value in values if value is not None]
    breaching = sum(breaches(value, float(alarm["Threshold"])) for value in known)
    missing = len(values) - len(known)
    needed = int(alarm.get("DatapointsToAlarm") or len(values))
    treat = alarm.get("TreatMissingData") or "missing"
    if treat == "breaching":
        breaching, missing = breaching + missing, 0
    elif treat == "notBreaching":
        missing = 0
    if breaching >= needed:
        return "ALARM"
    if breaching + missing < needed:
        # It would not be one with the data that are missing, either.
        return "OK"
    if treat == "ignore":
        return str(alarm["StateValue"])
    if not known:
        return "INSUFFICIENT_DATA"
    # As in the tables of CloudWatch's user guide: what is known decides.
    return "ALARM" if breaching == len(known) else "OK"


def _values(alarm: Mapping[str, Any], now: float) -> Series:
    """The value of each period, the oldest first."""
    queries = alarm.get("Metrics") or [_query_of(alarm)]
    periods = int(alarm.get("EvaluationPeriods") or 1)
    period = max(_period(query) for query in queries)
    found: dict[str, Series] = {}
    waiting = [query for query in queries if query.get("Expression")]
    for query in queries:
        if not query.get("Expression"):
            found[query["Id"]] = _series(query["MetricStat"], period, periods, now)
    for query in waiting:
        found[query["Id"]] = metric_math.evaluate(str(query["Expression"]), found, periods)
    return next(found[query["Id"]] for query in queries if _returns_data(query))


def _query_of(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """The one metric of an alarm without ``Metrics``, in the form of one of these."""
    names = ("Namespace", "MetricName", "Dimensions")
    metric = {name: alarm.get(name) for name in names}
    stat = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    return {"Id": "m", "MetricStat": {"Metric": metric, "Stat": stat, "Period": alarm.get("Period") or _MINUTE}}


def _period(query: Mapping[str, Any]) -> float:
    return float((query.get("MetricStat") or query).get("Period") or _MINUTE)


def _returns_data(query: Mapping[str, Any]) -> bool:
    return str(query.get("ReturnData", True)).lower() == "true"


def _series(stat: Mapping[str, Any], period: float, periods: int, now: float) -> Series:
    metric = stat["Metric"]
    key = cloudwatch._dims_key(cloudwatch._dims_from_list(metric.get("Dimensions") or []))
    points = cloudwatch._metrics.get((metric["Namespace"], metric["MetricName"], key)) or []
    begin = now - period * periods
    windows: list[list[Any]] = [[] for _ in range(periods)]
    for point in points:
        if begin <= point["Timestamp"] < now:
            windows[int((point["Timestamp"] - begin) // period)].append(point)
    return [_statistic(window, str(stat["Stat"])) for window in windows]


def _statistic(points: list[Any], stat: str) -> float | None:
    value = cloudwatch._stat_value(cloudwatch._calc_stats(points), stat, points) if points else None
    return None if value is None else float(value)
