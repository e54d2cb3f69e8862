"""Alarms with metric math, evaluated by the simulated clock, whose actions need a right of the topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.services import cloudwatch, sns
from ministack.services.cloudformation import provisioners

from bedrock_batch_local.emulator import alarms, rights

_put = cloudwatch._put_metric_alarm
_record = provisioners._cw_metric_alarm_record
_dispatch = cloudwatch._dispatch_alarm_actions
_SERVICE = "cloudwatch.amazonaws.com"
_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
# What an alarm with metric math has not.
_OF_ONE_METRIC = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit")


def install() -> None:
    """Replace these parts of MiniStack, once per process."""
    cloudwatch._evaluate_alarm = _leave_to_the_clock
    cloudwatch._put_metric_alarm = _put_metric_alarm
    cloudwatch._dispatch_alarm_actions = _dispatch_alarm_actions
    provisioners._cw_metric_alarm_record = _alarm_of_a_stack


def _leave_to_the_clock(_alarm: Mapping[str, Any]) -> None:
    pass


def _put_metric_alarm(params: Any, members: Mapping[str, Any], *protocol: bool) -> Any:
    queries = members.get("Metrics")
    if queries:
        try:
            alarms.checked(queries)
        except ValueError as error:
            return cloudwatch._error("ValidationError", str(error), 400, use_json=True)
    answer = _put(params, members, *protocol)
    if queries and answer[0] == 200:
        _of_several_metrics(cloudwatch._alarms[members["AlarmName"]], queries)
    return answer


def _alarm_of_a_stack(name: str, properties: Mapping[str, Any]) -> Any:
    queries = properties.get("Metrics")
    if not queries:
        return _record(name, properties)
    alarms.checked(queries)
    others = {key: value for key, value in properties.items() if key != "Metrics"}
    return _of_several_metrics(_record(name, {**others, "MetricName": "-", "Namespace": "-"}), queries)


def _of_several_metrics(alarm: dict[str, Any], queries: list[dict[str, Any]]) -> dict[str, Any]:
    for name in _OF_ONE_METRIC:
        alarm.pop(name, None)
    alarm["Metrics"] = queries
    return alarm


def _dispatch_alarm_actions(alarm: Mapping[str, Any], old_state: str, new_state: str, reason: str) -> None:
    """MiniStack publishes to each topic that exists. The default policy of a topic allows it for the own account."""
    allowed = {kind: [arn for arn in alarm.get(kind) or () if _allowed(str(arn), alarm)] for kind in _ACTIONS}
    _dispatch({**alarm, **allowed}, old_state, new_state, reason)


def _allowed(topic_arn: str, alarm: Mapping[str, Any]) -> bool:
    topic = sns._topic_by_arn_any_scope(topic_arn)
    policy = topic.get("attributes", {}).get("Policy") if topic else None
    source = str(alarm["AlarmArn"])
    return bool(policy) and rights.service_allowed(
        policy, _SERVICE, "sns:Publish", topic_arn, source_arn=source, names_owner=True
    )
