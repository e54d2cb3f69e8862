"""What a file says of the time after the start of a job: its outcome, who is told, and its alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Duration
from aws_cdk.aws_cloudwatch_actions import SnsAction

from cdk_bedrock_batch.monitoring import Outcome, PartialRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdk_bedrock_batch.files.imports import Imports
    from cdk_bedrock_batch.files.table_reader import Given
    from cdk_bedrock_batch.job import ModelInvocationJob

_NONE: Final = "none"


def monitoring_options(given: Mapping[str, Given], imports: Imports) -> dict[str, Any]:
    """The options of the construct.

    :raises ValueError: there are alarms, and no topic that they could tell, or a topic and no outcome.
    """
    outcome, topic = _of(given, "outcome"), _of(given, "notify")
    if topic is None and _wanted(given):
        raise ValueError("alarms of a job without notify tell nobody; give the job notify, or alarms: none")
    if topic is not None and "outcome" in given and outcome is None:
        raise ValueError("outcome must not be none beside notify, which tells the outcome")
    return {
        "outcome": None if outcome is None else _outcome(outcome),
        "notify": None if topic is None else imports.topic(topic),
    }


def declare_alarms(given: Mapping[str, Given], job: ModelInvocationJob, imports: Imports) -> None:
    """Declare the alarms of a job, each of which tells the topic."""
    wanted, topic = _wanted(given), _of(given, "notify")
    alarms = []
    if "on_failure" in wanted:
        alarms.append(job.alarm_on_failure("FailureAlarm"))
    if "on_error_rate" in wanted:
        alarms.append(job.alarm_on_error_rate("ErrorRateAlarm", threshold=wanted["on_error_rate"]))
    if "when_stuck_hours" in wanted:
        alarms.append(job.alarm_when_stuck("StuckAlarm", after=Duration.hours(wanted["when_stuck_hours"])))
    if "when_late_hours" in wanted:
        alarms.append(job.alarm_when_late("LateAlarm", after=Duration.hours(wanted["when_late_hours"])))
    if alarms:
        action = SnsAction(imports.topic(topic))
        for alarm in alarms:
            alarm.add_alarm_action(action)


def _wanted(given: Mapping[str, Given]) -> dict[str, Any]:
    """The alarms by their keys. A rate of zero is one, too."""
    return {name: value for name, value in (_of(given, "alarms") or {}).items() if value is not False}


def _of(given: Mapping[str, Given], option: str) -> Any:
    value = given[option].plain if option in given else None
    return None if value == _NONE else value


def _outcome(members: dict[str, Any]) -> Outcome:
    return Outcome(**{**members, **({"partial": PartialRun(members["partial"])} if "partial" in members else {})})
