"""Bedrock's event comes, and the outcome is told."""

import json
from typing import Any

import pytest

from bedrock_batch.outcome import OutcomeRule, Partial
from bedrock_batch.outcome.names import DETAIL_TYPE, SOURCE
from bedrock_batch.statuses import JobStatus
from handler.run_files import OUTPUT_KEY
from handler.world import ACCOUNT, STACK_ID
from outcome.world import LOGICAL_ID, SCOPE, World, job_id


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (JobStatus.COMPLETED, "good"),
        (JobStatus.PARTIALLY_COMPLETED, "degraded"),
        (JobStatus.FAILED, "failed"),
        (JobStatus.STOPPED, "stopped"),
        (JobStatus.EXPIRED, "expired"),
    ],
)
def test_each_end_is_told_once(world: World, status: JobStatus, outcome: str) -> None:
    job_arn = world.ended(status=status)

    world.deliver(world.event(job_arn))
    world.deliver(world.event(job_arn))
    world.clock.advance(1000)
    world.look()

    assert world.told() == [(job_id(job_arn), outcome)]


def test_the_event_has_what_a_target_needs(world: World) -> None:
    rule = OutcomeRule(max_error_rate=0.01, notify=("arn:aws:sns:us-east-1:111122223333:ends",))
    job_arn = world.start(outcome=rule.members())
    world.clock.advance(3600)
    world.end(job_arn, counts=(500, 488, 12))
    world.deliver(world.event(job_arn))

    (event,) = world.bus.events
    detail = event["detail"]
    assert (event["Source"], event["DetailType"], event["Resources"]) == (SOURCE, DETAIL_TYPE, [job_arn])
    assert detail["outcome"] == "degraded"
    assert detail["logicalResourceId"] == LOGICAL_ID
    assert (detail["stackId"], detail["stackName"]) == (STACK_ID, "Reports")
    assert detail["records"] == {"total": 500, "success": 488, "error": 12, "missing": 0}
    assert detail["tokens"] == {"input": 48_800, "output": 9_760}
    assert detail["durationSeconds"] == 3600
    assert detail["outputUri"] == f"s3://answers/tickets/{job_id(job_arn)}/"
    assert detail["tags"] == {"team": "support"}
    assert detail["notify"] == list(rule.notify)
    assert detail["notes"] == []


def test_a_job_of_which_each_record_failed_has_failed_though_it_is_completed(world: World) -> None:
    job_arn = world.ended(counts=(500, 0, 500))

    world.deliver(world.event(job_arn))

    assert world.told() == [(job_id(job_arn), "failed")]


def test_the_declared_rule_decides(world: World) -> None:
    rule = OutcomeRule(0.05, 10, Partial.BY_LIMITS)
    job_arn = world.end(world.start(outcome=rule.members()), JobStatus.PARTIALLY_COMPLETED, counts=(500, 480, 12))

    world.deliver(world.event(job_arn))

    assert world.told() == [(job_id(job_arn), "good")]


def test_the_log_rounds_the_rate_of_errors(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.deliver(world.event(world.ended(counts=(300, 299, 1))))

    assert json.loads(capsys.readouterr().out)["error_rate"] == 0.0033
    assert world.bus.details()[0]["errorRate"] == 1 / 300


@pytest.mark.parametrize("key_id", ["", OUTPUT_KEY])
def test_the_marker_is_the_detail_encrypted_as_the_output(world: World, key_id: str) -> None:
    job_arn = world.end(world.start(key_id=key_id))

    world.deliver(world.event(job_arn))

    assert world.marker(job_arn) == world.bus.details()[0]
    stored = world.buckets.found(world.place(job_arn, "outcome.json"))
    assert stored is not None
    assert stored.key_id == key_id


def test_each_call_of_s3_names_the_owner_of_the_bucket(world: World) -> None:
    world.deliver(world.event(world.ended()))

    assert {arguments["ExpectedBucketOwner"] for _, arguments in world.s3.calls} == {ACCOUNT}


def test_a_job_without_a_declared_owner_of_its_bucket_is_told(world: World) -> None:
    job_arn = world.ended()
    request: Any = world.engine.find(SCOPE, job_arn).request
    del request["outputDataConfig"]["s3OutputDataConfig"]["s3BucketOwner"]

    world.deliver(world.event(job_arn))

    assert len(world.told()) == 1
    assert all("ExpectedBucketOwner" not in arguments for _, arguments in world.s3.calls)


def test_a_job_that_asks_for_no_outcome_is_not_told(world: World) -> None:
    job_arn = world.end(world.start(outcome=None))

    world.deliver(world.event(job_arn))

    assert (world.told(), world.marker(job_arn), world.metrics.data) == ([], None, {})


def test_the_log_has_what_a_dashboard_shows_and_no_tag(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    job_arn = world.end(world.start(tags={"secret": "hidden"}), JobStatus.FAILED, "never to be logged")

    world.deliver(world.event(job_arn))

    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line == {
        "message": "outcome told",
        "job_arn": job_arn,
        "job_name": world.shown(job_arn)["jobName"],
        "logical_id": LOGICAL_ID,
        "outcome": "failed",
        "records": None,
        "error_rate": None,
        "output_uri": f"s3://answers/tickets/{job_id(job_arn)}/",
    }
