"""Files and messages with anything in them: the event is valid, and fits."""

import json
from importlib import resources
from typing import Any

import jsonschema
import pytest

import bedrock_batch
from bedrock_batch.outcome import OutcomeRule
from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.pacing import Pacing
from outcome.event_bus import MOST_BYTES, size_of
from outcome.world import World, build_world, job_id

SCHEMA = json.loads(resources.files(bedrock_batch).joinpath("schemas/outcome.schema.json").read_text("utf-8"))
NASTY = 'say "hi" \\ <job> ${x} \r\n\t\x00\u2028\ud800 <aws.events.rule-arn> ' + "ü" * 400


def _told(world: World, job_arn: str) -> dict[str, Any]:
    world.deliver(world.event(job_arn))
    (event,) = world.bus.events
    assert size_of(event) < MOST_BYTES
    jsonschema.validate(event["detail"], SCHEMA)
    assert world.marker(job_arn) is not None
    detail: dict[str, Any] = event["detail"]
    return detail


@pytest.mark.parametrize("size", [10, 1000, 150_000])
def test_tags_of_any_size_fit(world: World, size: int) -> None:
    job_arn = world.end(world.start(tags={f"key{number}": "ü" * (size // 50) for number in range(50)}))

    detail = _told(world, job_arn)

    assert (len(detail["tags"]) == 50) == (size < 150_000)
    assert bool(detail["notes"]) == (size == 150_000)


@pytest.mark.parametrize(
    "changes",
    [
        {"tags": {NASTY: NASTY}},
        {"tags": {"a": 1, "b": None, "c": [NASTY]}},
        {"tags": [NASTY]},
        {"tags": NASTY},
        {"runId": NASTY * 100},
        {"runId": 7},
        {"outcome": NASTY},
        {"outcome": {"maxErrorRate": 10**400}},
        {"outcome": {"maxErrorRate": True}},
        {"outcome": {"maxMissing": -1}},
        {"outcome": {"partial": NASTY}},
        {"outcome": {"partial": []}},
        {"outcome": OutcomeRule(notify=(NASTY * 3,) * 100).members()},
        {"outcome": {"notify": [1]}},
        {"schemaVersion": 99, "more": NASTY},
    ],
)
def test_a_run_file_with_anything_in_it_is_told(world: World, changes: dict[str, Any]) -> None:
    detail = _told(world, world.end(world.start(**changes)))

    for line in detail["text"].values():
        assert not set(line) & set('"\\\r\n')


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b'{"totalRecordCount": 500, "succ',
        b"[]",
        b'"text"',
        b'{"totalRecordCount": "500", "successRecordCount": 500, "errorRecordCount": 0}',
        b'{"totalRecordCount": -1, "successRecordCount": 0, "errorRecordCount": 0}',
        b'{"totalRecordCount": 1, "successRecordCount": 2, "errorRecordCount": 0}',
        b'{"totalRecordCount": 1.5, "successRecordCount": 1, "errorRecordCount": 0.5}',
        b'{"totalRecordCount": true, "successRecordCount": true, "errorRecordCount": false}',
        json.dumps(
            dict.fromkeys(("totalRecordCount", "successRecordCount"), 10**4000) | {"errorRecordCount": 0}
        ).encode(),
        json.dumps(dict.fromkeys(("inputTokenCount", "outputTokenCount"), 10**4000)).encode(),
        b"{" * 200_000,
        b"x" * 2_000_000,
    ],
)
def test_a_manifest_with_anything_in_it_is_told(world: World, manifest: bytes) -> None:
    job_arn = world.ended(counts=None)
    world.buckets.put(world.place(job_arn, "manifest.json.out"), manifest)

    _told(world, job_arn)


def test_a_completed_job_without_any_counts_is_degraded_with_a_note() -> None:
    counters = {f"{name}RecordCount" for name in ("total", "processed", "success", "error")}
    world = build_world(hidden_members=frozenset(counters))

    detail = _told(world, world.ended(counts=None))

    assert (detail["outcome"], detail["records"], detail["tokens"]) == ("degraded", None, None)
    assert len(detail["notes"]) == 2


def test_without_a_manifest_the_counters_of_bedrock_count() -> None:
    world = build_world(pacing=Pacing())
    job_arn = world.start()
    world.clock.advance(24 * 3600)

    detail = _told(world, job_arn)

    assert (detail["outcome"], detail["records"]["success"], detail["tokens"]) == ("good", 120, None)
    assert detail["notes"] == ["the manifest cannot be read: tokens are not known, and the counts are those of Bedrock"]


def test_a_message_with_anything_in_it_is_told(world: World) -> None:
    job_arn = world.ended(status=JobStatus.FAILED, message=NASTY * 5)

    detail = _told(world, job_arn)

    assert detail["outcome"] == "failed"
    assert not set(detail["text"]["message"]) & set('"\\\r\n')


@pytest.mark.parametrize(
    "marker", [b"", b"{", b"[]", b'{"pending": ["event"]}', b'{"pending": ["event", "metrics", {}]}']
)
def test_a_marker_that_cannot_be_read_or_is_a_claim_does_not_count(world: World, marker: bytes) -> None:
    job_arn = world.ended()
    world.buckets.put(world.place(job_arn, "outcome.json"), marker)

    assert _told(world, job_arn)["eventId"] == job_id(job_arn)


@pytest.mark.parametrize("marker", [b"{}", b'{"pending": null}', b'{"pending": ["else"]}', b'{"pending": "event"}'])
def test_another_marker_counts(world: World, marker: bytes) -> None:
    job_arn = world.ended()
    world.buckets.put(world.place(job_arn, "outcome.json"), marker)

    world.deliver(world.event(job_arn))

    assert world.told() == []
