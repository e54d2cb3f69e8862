"""Alarms on how runs went, and on what no end tells, as CloudWatch evaluates them while jobs end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from e2e.outcome_story import ENDS, JOBS, Story

FAILED = {name for name, (_, outcome, _) in ENDS.items() if outcome in ("failed", "expired")}
TOO_MANY_ERRORS = {"OnlyErrors", "Above"}
COUNTED = {name for name, (_, _, counts) in ENDS.items() if counts is not None}


def state(breaching: bool, has_data: bool) -> str:
    return "ALARM" if breaching else "OK" if has_data else "INSUFFICIENT_DATA"


@pytest.mark.parametrize("name", JOBS)
def test_the_alarms_of_a_job_show_how_its_run_went(story: Story, name: str) -> None:
    states = {alarm["AlarmName"].split("-")[1][:-8]: alarm["StateValue"] for alarm in alarms(story)}

    assert states[f"{name}Failure"] == state(name in FAILED, name in ENDS)
    assert states[f"{name}ErrorRate"] == state(name in TOO_MANY_ERRORS, name in COUNTED)


@pytest.mark.parametrize(
    ("kind", "history"),
    [
        ("LateAlarm", ["OK", "ALARM", "OK"]),
        ("StuckAlarm", ["OK", "ALARM", "OK"]),
        ("ErrorsAlarm", ["OK"]),
        ("GoodLate", ["OK", "ALARM", "OK"]),
        ("GoodStuck", ["OK", "ALARM", "OK"]),
    ],
)
def test_the_alarms_on_what_no_end_tells_reach_the_topic_once_and_are_over_by_themselves(
    story: Story, kind: str, history: list[str]
) -> None:
    """A job was late, and all waited for a day. The function had no error."""
    (name,) = (alarm["AlarmName"] for alarm in alarms(story) if kind in alarm["AlarmName"])
    sent = [json.loads(text) for text in story.texts if text.startswith("{")]

    assert states_of(story, name) == history
    assert [each["NewStateValue"] for each in sent if each["AlarmName"] == name] == ["ALARM"] * history.count("ALARM")


def alarms(story: Story) -> list[dict[str, Any]]:
    pages = story.cloud.client("cloudwatch").get_paginator("describe_alarms").paginate()
    return [alarm for page in pages for alarm in page["MetricAlarms"] if alarm["AlarmName"].startswith("Told-")]


def states_of(story: Story, name: str) -> list[str]:
    """The states that an alarm has had since it was evaluated first."""
    items = story.cloud.client("cloudwatch").describe_alarm_history(AlarmName=name, HistoryItemType="StateUpdate")
    states = [item["HistorySummary"].rpartition(" ")[2] for item in reversed(items["AlarmHistoryItems"])]
    return [each for each in states if each != "INSUFFICIENT_DATA"]
