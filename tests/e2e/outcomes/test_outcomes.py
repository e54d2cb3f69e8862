"""How jobs ended, told to every kind of target: each end once, whatever became of its event."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from importlib import resources
from typing import Any

import jsonschema
import pytest

import bedrock_batch
from e2e.cloud import REGION
from e2e.outcome_cloud import told
from e2e.outcome_story import ENDS, JOBS, Story

SCHEMA = json.loads((resources.files(bedrock_batch) / "schemas/outcome.schema.json").read_text("utf-8"))
# Bedrock's event is there twice at the same moment: then the outcome may be, too.
ONCE = {(name, outcome): 1 for name, (_, outcome, _) in ENDS.items() if name != "Doubled"}


@pytest.mark.parametrize("kind", ["Topic", "Queue", "Function", "Machine"])
def test_each_kind_of_target_is_told_each_end_once(story: Story, kind: str) -> None:
    found = told(story.events[kind])

    assert found.pop(("Doubled", "good")) in (1, 2)
    assert found == ONCE


def test_all_targets_get_the_same_events(story: Story) -> None:
    first, *others = ({_text(event["detail"]) for event in events} for events in story.events.values())

    assert len(first) == len(ENDS)
    assert all(other == first for other in others)


@pytest.mark.parametrize("name", ENDS)
def test_the_detail_is_as_its_schema_says_and_agrees_with_bedrock(story: Story, name: str) -> None:
    job = story.cloud.job(story.job_arn(name))
    detail = detail_of(story, name)
    jsonschema.validate(detail, SCHEMA, format_checker=jsonschema.FormatChecker())
    status, outcome, _ = ENDS[name]

    assert (detail["status"], detail["outcome"]) == (job["status"], outcome) == (status, outcome)
    assert (detail["jobArn"], detail["jobName"], detail["modelId"]) == (job["jobArn"], job["jobName"], job["modelId"])
    assert (detail["message"], detail["tags"], detail["notes"]) == (job.get("message", ""), {"job": name}, [])
    times = [datetime.fromisoformat(detail[member]) for member in ("submitTime", "endTime")]
    assert times == [job["submitTime"], job["endTime"]]
    assert detail["durationSeconds"] == (times[1] - times[0]).total_seconds()
    assert detail["outputUri"] == job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"] + job["jobArn"][-12:] + "/"


@pytest.mark.parametrize("name", ENDS)
def test_the_counts_are_those_of_the_manifest_and_add_up(story: Story, name: str) -> None:
    detail, counts = detail_of(story, name), ENDS[name][2]
    if counts is None:
        assert (detail["records"], detail["errorRate"], detail["tokens"]) == (None, None, None)
        return
    success, error, missing = counts
    total = JOBS[name].records
    manifest = story.cloud.read(detail["outputUri"] + "manifest.json.out")

    assert detail["records"] == {"total": total, "success": success, "error": error, "missing": missing}
    assert success + error + missing == total == manifest["totalRecordCount"]
    assert (manifest["successRecordCount"], manifest["errorRecordCount"]) == (success, error)
    assert detail["errorRate"] == error / total
    assert detail["tokens"] == {"input": manifest["inputTokenCount"], "output": manifest["outputTokenCount"]}


@pytest.mark.parametrize("name", ENDS)
def test_the_marker_beside_the_output_is_the_detail(story: Story, name: str) -> None:
    detail = detail_of(story, name)

    assert story.cloud.read(detail["outputUri"] + "outcome.json") == detail


def test_the_notified_topic_gets_a_text_for_each_end(story: Story) -> None:
    texts = Counter(text.splitlines()[0] for text in story.texts if text.startswith('"'))

    assert texts.pop('"Doubled of Told: good"') in (1, 2)
    assert texts == {f'"{name} of Told: {outcome}"': 1 for name, outcome in ONCE}


def test_a_text_says_what_happened_where_the_output_is_and_what_to_do_next(story: Story) -> None:
    (text,) = (text for text in story.texts if text.startswith('"Above'))

    assert text.splitlines() == [
        '"Above of Told: degraded"',
        '"110 records: 99 success, 11 error; 10 % errors, at most 5 % allowed"',
        '"More records have an error or no output than the limits allow."',
        f'"Output: {detail_of(story, "Above")["outputUri"]}"',
        f'"Job: {story.job_arn("Above")}"',
        f'"bedrock-batch errors Told Above --region {REGION}"',
    ]


def detail_of(story: Story, name: str) -> dict[str, Any]:
    """What the queue got of a job."""
    events = [event for event in story.events["Queue"] if event["detail"]["tags"] == {"job": name}]
    event = events[0]
    assert (event["source"], event["detail-type"]) == ("cdk-bedrock-batch", "Batch Inference Job Outcome")
    assert event["resources"] == [story.job_arn(name)]
    return dict(event["detail"])


def _text(detail: dict[str, Any]) -> str:
    return json.dumps(detail, sort_keys=True)
