"""Whose job it is: the function tells of those of its own stack, and of no other."""

from typing import Any

import pytest

from bedrock_batch.statuses import JobStatus
from handler.world import ACCOUNT, REGION, STACK_ID
from outcome.world import LOGICAL_ID, PART, World, build_world, job_id

OTHER_STACK = STACK_ID.replace("Reports", "Other").replace("0a1b2c3d", "99887766")
TWIN_STACK = STACK_ID.replace("-333344445555", "-333344445556")


def _is_silent(world: World, job_arn: str) -> bool:
    world.deliver(world.event(job_arn))
    world.clock.advance(900)
    world.look()
    return world.told() == [] and world.metrics.data == {} and world.marker(job_arn) is None


@pytest.mark.parametrize(
    "name",
    [
        f"{PART}-00000001-1-{PART[8:]}-00000001-1",
        f"x-{PART}-99887766icketsE1-00000001-1",
        f"x-{PART}-0000000-1",
        f"x-{PART}-00000001-0",
        f"x-{PART}icketsE1-00000001-1",
        "x-0a1b2c3d-00000001-1",
        f"-{PART}",
    ],
)
def test_a_job_with_a_similar_name_is_not_asked_for(world: World, name: str) -> None:
    job_arn = world.start(name=name.lstrip("-"))
    world.end(job_arn)
    event = world.event(job_arn)
    calls = len(world.bedrock.calls)

    world.deliver(event)

    assert len(world.bedrock.calls) == calls
    assert _is_silent(world, job_arn)


@pytest.mark.parametrize(
    "changes",
    [
        {"stackId": OTHER_STACK, "name": f"x-{PART}-00000001-1"},
        {"stackId": TWIN_STACK},
        {"logicalResourceId": "OtherE2"},
        {"logicalResourceId": None},
        {"logicalResourceId": "Ünsafe E1"},
        {"jobName": "another"},
        {"token": "made-by-hand"},
        {"token": "0" * 64},
    ],
)
def test_a_job_whose_run_file_or_token_is_of_another_resource_is_not_told(
    world: World, changes: dict[str, Any]
) -> None:
    assert _is_silent(world, world.end(world.start(**changes)))


def test_a_token_in_another_form_that_only_get_shows_is_noticed(world: World) -> None:
    job_arn = world.end(world.start(token="made-by-hand"))
    world.buckets.take(world.run_file(job_arn))

    assert _is_silent(world, job_arn)


def test_a_bedrock_that_shows_no_token_is_believed_the_name() -> None:
    world = build_world(shows_token=False)
    job_arn = world.ended()

    world.deliver(world.event(job_arn))

    assert world.told() == [(job_id(job_arn), "good")]


@pytest.mark.parametrize("old", [ACCOUNT, REGION, "arn:aws:"])
def test_a_job_elsewhere_is_not_asked_for(world: World, old: str) -> None:
    job_arn = world.ended()
    new = {ACCOUNT: "999988887777", REGION: "eu-west-1", "arn:aws:": "arn:aws-cn:"}[old]
    event = world.event(job_arn, batchJobArn=job_arn.replace(old, new))
    calls = len(world.bedrock.calls)

    world.deliver(event)

    assert (len(world.bedrock.calls), world.told()) == (calls, [])


_NONE: list[Any] = [
    None,
    [],
    {},
    {"source": "aws.bedrock", "detail-type": "Batch Inference Job State Change"},
    {"source": "aws.bedrock", "detail-type": "Batch Inference Job State Change", "detail": {}},
    {"source": "aws.events", "detail-type": "Scheduled Event"},
    {"source": "aws.events", "detail-type": "Scheduled Event", "time": "Aug 28, 2024, 10:47:53 PM"},
    {"source": "aws.events", "detail-type": "Scheduled Event", "time": 12},
    {"source": "aws.events", "detail-type": "Scheduled Event", "time": "0001-01-01T00:00:00Z"},
    {"source": "aws.events", "detail-type": "Scheduled Event", "time": "0001-01-01T00:00:00+14:00"},
    {"source": "aws.events", "detail-type": "Scheduled Event", "time": "9999-12-31T23:59:59-14:00"},
    {"source": "mine", "detail-type": "Scheduled Event", "time": "2026-01-01T00:00:00Z"},
    {"source": [], "detail-type": {}},
]


@pytest.mark.parametrize("event", _NONE)
def test_an_event_of_another_form_is_ignored(world: World, event: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A retry would not help."""
    world.deliver(event)

    assert world.bedrock.calls == []
    assert '"message": "event ignored"' in capsys.readouterr().out


@pytest.mark.parametrize("status", [JobStatus.IN_PROGRESS, "Archived", ""])
def test_a_status_that_is_no_known_end_is_ignored(world: World, status: str) -> None:
    world.deliver(world.event(world.start(), status=status))

    assert world.told() == []


def test_a_time_without_a_zone_is_utc(world: World) -> None:
    job_arn = world.ended()
    world.clock.advance(900)
    event = world.schedule()

    world.deliver(event | {"time": event["time"].removesuffix("Z")})

    assert world.told() == [(job_id(job_arn), "good")]


def test_a_word_that_this_version_does_not_know_is_replaced_by_the_word_of_the_event() -> None:
    world = build_world(shown_as={JobStatus.FAILED: "Broken"})
    job_arn = world.ended(status=JobStatus.FAILED)

    world.deliver(world.event(job_arn, status="Failed"))

    assert world.told() == [(job_id(job_arn), "failed")]
    assert world.bus.details()[0]["notes"] == ["Bedrock also shows the status Broken"]


def test_a_job_that_bedrock_no_longer_shows_is_told_from_its_event(world: World) -> None:
    """Without its output location there is no marker: each delivery tells it."""
    world = build_world(retention_seconds=60.0)
    job_arn = world.ended(status=JobStatus.FAILED, message="No records")
    event = world.event(job_arn)
    world.clock.advance(3600)

    world.deliver(event)

    (detail,) = world.bus.details()
    assert (detail["outcome"], detail["message"], detail["outputUri"]) == ("failed", "No records", None)
    assert detail["notes"] == ["Bedrock no longer shows the job: output, counts and rule are not known"]
    assert world.metrics.of("FailedJobs", "Reports") == [1.0]
    assert world.metrics.of("FailedJobs", "Reports", LOGICAL_ID) == []


def test_a_model_and_a_name_of_any_length_of_a_job_that_is_gone_fit(world: World) -> None:
    world = build_world(retention_seconds=60.0)
    event = world.event(world.ended(), batchModelId="m" * 300_000, batchJobName="n" * 300_000 + f"-{PART}-00000001-1")
    world.clock.advance(3600)

    world.deliver(event)

    (detail,) = world.bus.details()
    assert (len(detail["modelId"]), len(detail["jobName"])) == (2_048, 500)
