"""x"""

import json


def test_x(story):
    for t in story.texts:
        if t.startswith("{"):
            m = json.loads(t)
            print(m["AlarmName"], m["NewStateValue"], m["NewStateReason"], m["StateChangeTime"])
    cw = story.cloud.client("cloudwatch")
    for p in cw.get_paginator("describe_alarms").paginate():
        for a in p["MetricAlarms"]:
            print(a["AlarmName"], a["StateValue"], a["StateReason"])
    try:
        for h in cw.describe_alarm_history(HistoryItemType="StateUpdate")["AlarmHistoryItems"]:
            print(h["AlarmName"], h["Timestamp"], h["HistorySummary"])
    except Exception as e:
        print(e)
    print(story.cloud.aws.now())
    assert 0
