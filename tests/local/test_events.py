"""``Batch Inference Job State Change`` on the default event bus, and what may go wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from local.bus import messages, queue_of_rule
from local.cloud import LONG, REGION, Cloud, jsonl

from bedrock_batch_local import EmbeddedAws

ALL = ["Submitted", "Validating", "Scheduled", "InProgress", "Completed"]


def queue_behind_a_rule(cloud: Cloud, pattern: dict[str, Any]) -> str:
    return queue_of_rule(cloud, EventPattern=json.dumps(pattern))


def of_jobs(cloud: Cloud) -> str:
    return queue_behind_a_rule(cloud, {"source": ["aws.bedrock"]})


def statuses(events: list[dict[str, Any]]) -> list[str]:
    return [event["detail"]["status"] for event in events]


def test_every_change_of_a_job_reaches_a_rule_of_its_account(ready: Cloud) -> None:
    url = of_jobs(ready)
    job = ready.finish(ready.role(*ready.rights()))

    events = messages(ready, url)

    assert statuses(events) == ALL
    last = events[-1]
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


def test_an_event_has_the_time_of_its_change(ready: Cloud) -> None:
    url = of_jobs(ready)
    job = ready.finish(ready.role(*ready.rights()))

    times = [datetime.fromisoformat(event["time"]) for event in messages(ready, url)]

    assert (times[0], times[-1]) == (job["submitTime"], job["endTime"])


def test_a_rule_can_pick_failures_which_tell_their_reason(ready: Cloud) -> None:
    url = queue_behind_a_rule(ready, {"source": ["aws.bedrock"], "detail": {"status": ["Failed"]}})
    ready.finish(ready.role(*ready.rights("s3:ListBucket")))

    (event,) = messages(ready, url)

    assert event["detail"]["failureMessage"].startswith("Could not validate ListBucket permissions")


class TestFaults:
    @pytest.fixture
    def faulty(self, ready: Cloud) -> Iterator[Cloud]:
        yield ready
        ready.aws.set_event_faults(dropped=0, doubled=0, lag_seconds=0)

    def test_a_dropped_event_is_never_sent(self, faulty: Cloud) -> None:
        url = of_jobs(faulty)
        faulty.aws.set_event_faults(dropped=4)
        job = faulty.finish(faulty.role(*faulty.rights()))

        assert job["status"] == "Completed"
        assert statuses(messages(faulty, url)) == ["Completed"]

    def test_a_doubled_event_has_one_id(self, faulty: Cloud) -> None:
        url = of_jobs(faulty)
        faulty.aws.set_event_faults(doubled=1)
        faulty.finish(faulty.role(*faulty.rights()))

        events = messages(faulty, url)
        assert statuses(events) == ["Submitted", *ALL]
        assert events[0] == events[1]

    def test_a_late_event_tells_the_time_of_its_change(self, faulty: Cloud) -> None:
        url = of_jobs(faulty)
        faulty.aws.set_event_faults(lag_seconds=7200)
        job = faulty.finish(faulty.role(*faulty.rights()))
        assert messages(faulty, url) == []

        faulty.aws.advance(LONG * 2)

        last = messages(faulty, url)[-1]
        assert datetime.fromisoformat(last["time"]) == job["endTime"]

    def test_events_may_overtake_each_other(self, faulty: Cloud) -> None:
        url = of_jobs(faulty)
        faulty.aws.set_event_faults(lag_seconds=7200)
        faulty.create(faulty.role(*faulty.rights()))
        faulty.aws.set_event_faults(lag_seconds=0)

        faulty.aws.advance(LONG * 3)

        assert statuses(messages(faulty, url)) == [*ALL[1:], "Submitted"]

    def test_a_server_may_start_with_them(self) -> None:
        with EmbeddedAws.start(manual_clock=True, quirks={"dropped_events": 3, "doubled_events": 1}) as aws:
            cloud = Cloud(aws, "123123123123")
            for kind in ("in", "out"):
                cloud.bucket(kind)
            cloud.upload(jsonl(100))
            url = of_jobs(cloud)
            cloud.finish(cloud.role(*cloud.rights()))

            assert statuses(messages(cloud, url)) == ["InProgress", "InProgress", "Completed"]

    @pytest.mark.parametrize("faults", [{"lost": 1}, {"dropped": -1}, {"lag_seconds": float("inf")}])
    def test_others_are_refused(self, ready: Cloud, faults: dict[str, float]) -> None:
        with pytest.raises(OSError, match="400"):
            ready.aws.set_event_faults(**faults)
