"""How jobs ended, told to every kind of target: each end once, whatever became of its event."""

from __future__ import annotations

import time
import json
from collections.abc import Iterator

import pytest

from e2e.outcome_story import JOBS, Story, story


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    t=time.time()
    with story(tmp_path_factory.mktemp("told")) as running:
        print("deployed", time.time()-t)
        running.run()
        print("run", time.time()-t)
        yield running


def test_x(told):
    for name in JOBS:
        try: j=told.cloud.job(told.outputs[f"{name}Arn"])
        except Exception as e: print(name, e); continue
        print(name, j["status"], j.get("message"), j.get("successRecordCount"), j.get("errorRecordCount"), j["submitTime"], j.get("endTime"))
    sqs=told.cloud.client("sqs")
    for u in ("NotifiedUrl","TopicUrl","QueueUrl","FunctionUrl"):
        print("==",u)
        while m:=sqs.receive_message(QueueUrl=told.outputs[u],MaxNumberOfMessages=10).get("Messages"):
            for x in m:
                b=x["Body"]
                try:
                    d=json.loads(b)["detail"]; print(d["text"]["title"], d["records"], d["notes"])
                except Exception: print(b)
    print(told.cloud.client("stepfunctions").list_executions(stateMachineArn=told.outputs["MachineArn"]))
    print([(a["AlarmName"],a["StateValue"]) for a in told.cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]])
    assert 0
