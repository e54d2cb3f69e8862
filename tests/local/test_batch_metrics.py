"""The metrics of ``AWS/Bedrock/Batch`` tell what waits and what is processed, minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from local.cloud import LONG, NOVA, Cloud

PENDING = "NumberOfRecordsPendingProcessing"
INPUT = "NumberOfInputTokensProcessedPerMinute"
OUTPUT = "NumberOfOutputTokensProcessedPerMinute"


def points(cloud: Cloud, metric: str, model: str = NOVA) -> list[tuple[datetime, float]]:
    """All data points of a metric, a minute each."""
    answer = cloud.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {
                "Id": "m",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/Bedrock/Batch",
                        "MetricName": metric,
                        "Dimensions": [{"Name": "ModelId", "Value": model}],
                    },
                    "Period": 60,
                    "Stat": "Maximum",
                },
            }
        ],
        StartTime=datetime(2020, 1, 1, tzinfo=UTC),
        EndTime=datetime(2100, 1, 1, tzinfo=UTC),
    )
    (found,) = answer["MetricDataResults"]
    return list(zip(found["Timestamps"], found["Values"], strict=True))


def values(cloud: Cloud, metric: str, **more: Any) -> list[float]:
    return [value for _, value in points(cloud, metric, **more)]


def test_records_wait_until_they_are_processed(ready: Cloud) -> None:
    job = ready.finish(ready.role(*ready.rights()))

    pending = points(ready, PENDING)
    waiting = [value for _, value in pending]
    assert max(waiting) == 120
    falling = waiting[waiting.index(120) :]
    assert falling == sorted(falling, reverse=True)
    assert waiting[-1] == 0
    # One data point for each minute from the submission to the end, each at a full minute.
    first, last = job["submitTime"].replace(second=0), job["endTime"].replace(second=0)
    times = [time for time, _ in pending]
    assert (times[0], times[-1]) == (first, last)
    assert [(b - a).total_seconds() for a, b in pairwise(times)] == [60.0] * (len(times) - 1)


def test_all_tokens_of_the_manifest_are_processed(ready: Cloud) -> None:
    job = ready.finish(ready.role(*ready.rights()))

    (manifest,) = ready.output(job, "manifest.json.out")
    assert sum(values(ready, INPUT)) == manifest["inputTokenCount"] > 0
    assert sum(values(ready, OUTPUT)) == manifest["outputTokenCount"] > 0
    # Nothing is processed before the job is InProgress.
    assert values(ready, INPUT)[:6] == [0.0] * 6


def test_jobs_of_a_model_are_counted_together_and_nothing_is_told_of_others(ready: Cloud) -> None:
    role = ready.role(*ready.rights())
    for number in range(2):
        ready.create(role, jobName=f"job-{number}")
    ready.aws.advance(LONG)

    assert max(values(ready, PENDING)) == 240
    assert values(ready, PENDING, model="other") == []


def test_a_stopped_job_waits_for_nothing(ready: Cloud) -> None:
    arn = ready.create(ready.role(*ready.rights()))
    ready.aws.advance(8 * 60)
    ready.bedrock.stop_model_invocation_job(jobIdentifier=arn)
    ready.aws.advance(LONG)

    assert ready.get(arn)["status"] == "Stopped"
    assert values(ready, PENDING)[-1] == 0
