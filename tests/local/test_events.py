"""``Batch Inference Job State Change`` on the default event bus."""

from __future__ import annotations

import json
import time
from typing import Any

from local.cloud import REGION, Cloud


def queue_behind_a_rule(cloud: Cloud, pattern: dict[str, Any]) -> str:
    sqs, events = cloud.client("sqs"), cloud.client("events")
    url = sqs.create_queue(QueueName="changes")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="changes", Targets=[{"Id": "queue", "Arn": arn}])
    return str(url)


def received(cloud: Cloud, url: str, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    until = time.monotonic() + 5
    while len(found) < count and time.monotonic() < until:
        answer = cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        found += [json.loads(message["Body"]) for message in answer.get("Messages", [])]
    return found


def test_every_change_of_a_job_reaches_a_rule_of_its_account(ready: Cloud) -> None:
    url = queue_behind_a_rule(ready, {"source": ["aws.bedrock"]})
    job = ready.finish(ready.role(*ready.rights()))

    events = received(ready, url, 5)

    statuses = [event["detail"]["status"] for event in events]
    assert sorted(statuses) == sorted(["Submitted", "Validating", "Scheduled", "InProgress", "Completed"])
    last = next(event for event in events if event["detail"]["status"] == "Completed")
    assert last["detail-type"] == "Batch Inference Job State Change"
    assert (last["account"], last["region"], last["resources"]) == (ready.account, REGION, [job["jobArn"]])
    assert last["detail"] == {
        "version": "0.0",
        "accountId": ready.account,
        "batchJobName": "job-1",
        "batchJobArn": job["jobArn"],
        "batchModelId": job["modelId"],
        "status": "Completed",
        "failureMessage": "",
        "creationTime": last["detail"]["creationTime"],
    }


def test_a_rule_can_pick_failures_which_tell_their_reason(ready: Cloud) -> None:
    url = queue_behind_a_rule(ready, {"source": ["aws.bedrock"], "detail": {"status": ["Failed"]}})
    ready.finish(ready.role(*ready.rights("s3:ListBucket")))

    (event,) = received(ready, url, 1)

    assert event["detail"]["failureMessage"].startswith("Could not validate ListBucket permissions")
