"""What the tests of metrics, alarms and dashboards share."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from aws_cdk.assertions import Template


def alarm_in(stack: Stack) -> dict[str, Any]:
    """The properties of the only alarm in a stack."""
    (alarm,) = Template.from_stack(stack).find_resources("AWS::CloudWatch::Alarm").values()
    properties: dict[str, Any] = alarm["Properties"]
    return properties


def dimensions(properties: dict[str, Any]) -> dict[str, Any]:
    """The dimensions of an alarm or of a metric in one."""
    return {each["Name"]: each["Value"] for each in properties["Dimensions"]}
