"""Schedules of EventBridge rules follow the simulated clock, in order with the changes of jobs."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from local.bus import messages, queue_of_rule
from local.cloud import LONG, Cloud

from bedrock_batch_local import EmbeddedAws


def times(events: list[dict[str, Any]]) -> list[float]:
    return [datetime.fromisoformat(event["time"]).timestamp() for event in events]


def test_a_rate_fires_at_each_of_its_times(cloud: Cloud) -> None:
    url = queue_of_rule(cloud, ScheduleExpression="rate(15 minutes)")
    before = datetime.fromisoformat(cloud.aws.now()).timestamp()

    cloud.aws.advance(LONG)

    events = messages(cloud, url)
    assert [round((time - before) / 60) for time in times(events)] == [15, 30, 45, 60]
    assert {event["detail-type"] for event in events} == {"Scheduled Event"}
    assert events[0]["resources"] == [f"arn:aws:events:eu-west-1:{cloud.account}:rule/changes"]


def test_a_cron_fires_in_utc(cloud: Cloud) -> None:
    url = queue_of_rule(cloud, ScheduleExpression="cron(30 6 * * ? *)")

    cloud.aws.advance(2 * 86_400)

    found = [datetime.fromtimestamp(time, UTC) for time in times(messages(cloud, url))]
    assert [(time.hour, time.minute) for time in found] == [(6, 30), (6, 30)]
    assert (found[1] - found[0]).days == 1


def test_a_disabled_rule_does_not_fire(cloud: Cloud) -> None:
    url = queue_of_rule(cloud, ScheduleExpression="rate(15 minutes)", State="DISABLED")
    cloud.aws.advance(LONG)
    cloud.client("events").enable_rule(Name="changes")

    cloud.aws.advance(20 * 60)

    assert len(messages(cloud, url)) == 1


def test_a_schedule_sees_what_became_of_jobs_until_then(ready: Cloud) -> None:
    """A job of 120 records ends after 12.5 minutes: between the second and the third time of this rule."""
    pattern = json.dumps({"source": ["aws.bedrock"]})
    url = queue_of_rule(ready, ScheduleExpression="rate(5 minutes)", EventPattern=pattern)
    before = int(datetime.fromisoformat(ready.aws.now()).timestamp())
    ready.create(ready.role(*ready.rights()))

    ready.aws.advance(15 * 60)

    events = messages(ready, url)
    told = [event["detail"].get("status", "tick") for event in events]
    assert told == ["Submitted", "Validating", "Scheduled", "tick", "InProgress", "tick", "Completed", "tick"]
    after = [int(time - before) for time in times(events)]
    assert [seconds // 30 for seconds in after] == [0, 2, 5, 10, 13, 20, 25, 30]


def test_a_scaled_clock_fires_by_itself() -> None:
    with EmbeddedAws.start(speed=3600) as aws:
        cloud = Cloud(aws, "123123123123")
        url = queue_of_rule(cloud, ScheduleExpression="rate(1 hour)")

        fired = messages(cloud, url, at_least=2)

        assert len(fired) >= 2
        assert max(times(fired)) <= time.time()


@pytest.mark.parametrize("path", ["stack", "api"])
def test_a_rule_of_a_stack_fires_like_one_of_the_api(cloud: Cloud, path: str) -> None:
    if path == "api":
        url = queue_of_rule(cloud, ScheduleExpression="rate(15 minutes)")
    else:
        url = queue_of_rule(cloud, stack=True, ScheduleExpression="rate(15 minutes)")

    cloud.aws.advance(16 * 60)

    assert len(messages(cloud, url)) == 1
