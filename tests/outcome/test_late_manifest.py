"""The manifest comes after the event, and the counters of Get are behind: the function looks again before it tells."""

from typing import Any

import pytest

from batch_outcome.core.errors import AwsError
from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.faults import Fault
from outcome.lambda_service import Killer, attempt
from outcome.world import World, job_id


def _comes_after(world: World, job_arn: str, seconds: float) -> Any:
    """A hook that writes the manifest so many seconds from now."""
    uri = world.place(job_arn, "manifest.json.out")
    due = world.clock.now() + seconds
    body = world.buckets.take(uri)

    def hook(_call: str, _when: str) -> None:
        if world.clock.now() >= due:
            world.buckets.put(uri, body)

    return hook


@pytest.mark.parametrize("seconds", [1, 30, 74])
def test_a_manifest_that_comes_after_the_event_is_waited_for(world: World, seconds: float) -> None:
    job_arn = world.ended()
    begin = world.clock.now()

    world.deliver(world.event(job_arn), hook=_comes_after(world, job_arn, seconds))

    (detail,) = world.bus.details()
    assert (detail["outcome"], detail["tokens"]["input"], detail["notes"]) == ("good", 50_000, [])
    assert world.clock.now() - begin <= 75


def test_a_manifest_that_comes_later_still_is_not_waited_for(world: World) -> None:
    job_arn = world.ended()
    begin = world.clock.now()

    world.deliver(world.event(job_arn), hook=_comes_after(world, job_arn, 300))

    assert [told for told, _ in world.told()] == [job_id(job_arn)]
    assert world.clock.now() - begin == 75


def test_counters_that_are_behind_at_the_event_are_read_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job_arn = world.ended(counts=None)
    event, shown, end = world.event(job_arn), world.bedrock.get_model_invocation_job, world.clock.now()

    def lagging(**arguments: Any) -> dict[str, Any]:
        success = 500 if world.clock.now() >= end + 60 else 450
        counts = {"totalRecordCount": 500, "processedRecordCount": success, "successRecordCount": success}
        return shown(**arguments) | counts | {"errorRecordCount": 0}

    monkeypatch.setattr(world.bedrock, "get_model_invocation_job", lagging)
    world.deliver(event)

    assert world.told() == [(job_id(job_arn), "good")]


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.STOPPED, JobStatus.EXPIRED])
def test_a_job_without_results_is_told_at_once(world: World, status: JobStatus) -> None:
    job_arn = world.ended(status=status)
    begin = world.clock.now()

    world.deliver(world.event(job_arn))

    assert world.clock.now() == begin


def test_the_schedule_does_not_wait(world: World) -> None:
    world.ended(counts=None)
    world.clock.advance(900)
    begin = world.clock.now()

    world.look()

    assert (len(world.told()), world.clock.now()) == (1, begin)


def test_a_function_with_little_time_left_does_not_wait(world: World) -> None:
    world.seconds = 100.0
    job_arn = world.ended(counts=None)
    begin = world.clock.now()

    world.deliver(world.event(job_arn))

    assert (len(world.told()), world.clock.now() - begin) == (1, 35)


def test_an_end_that_another_delivery_tells_meanwhile_is_not_told_again(world: World) -> None:
    job_arn = world.ended(counts=None)
    event = world.event(job_arn)
    world.bedrock.faults.add(
        "GetObject",
        # The marker, the run file, and the manifest are read, then the other delivery tells it.
        Fault(None, times=3),
    )
    world.bedrock.faults.add("GetObject", Fault(None, meanwhile=lambda: world.deliver(event)))

    world.deliver(event)

    assert world.told() == [(job_id(job_arn), world.bus.details()[0]["outcome"])]


def test_the_calls_for_a_manifest_that_never_comes_are_bounded(world: World) -> None:
    nobody = Killer()

    attempt(world, world.event(world.ended(counts=None)), nobody)

    assert nobody.calls.count("get_object") == 8
    assert nobody.calls.count("get_model_invocation_job") == 2


def test_a_job_that_is_gone_after_the_wait_is_told_as_it_was(world: World) -> None:
    job_arn = world.ended(counts=None)
    event = world.event(job_arn)
    world.bedrock.faults.add("GetModelInvocationJob", Fault(None))
    world.bedrock.fault("GetModelInvocationJob", "ResourceNotFoundException")

    world.deliver(event)

    assert [told for told, _ in world.told()] == [job_id(job_arn)]
    assert world.marker(job_arn) is not None


def test_a_manifest_that_s3_does_not_give_at_the_moment_is_read_in_the_next_try(world: World) -> None:
    job_arn = world.ended()
    event = world.event(job_arn)
    # The marker and the run file are read.
    world.bedrock.faults.add("GetObject", Fault(None, times=2))
    world.bedrock.fault("GetObject", "SlowDown")

    with pytest.raises(AwsError):
        world.deliver(event)
    assert world.told() == []
    world.deliver(event)

    assert [told for told, _ in world.told()] == [job_id(job_arn)]
    assert world.bus.details()[0]["tokens"] is not None


@pytest.mark.parametrize("error", ["AccessDenied", "KMS.DisabledException"])
def test_a_manifest_that_is_refused_keeps_no_end_from_being_told(world: World, error: str) -> None:
    job_arn = world.ended()
    world.bedrock.faults.add("GetObject", Fault(None, times=2))
    world.bedrock.fault("GetObject", error, times=8)

    world.deliver(world.event(job_arn))

    assert [told for told, _ in world.told()] == [job_id(job_arn)]
    assert world.bus.details()[0]["tokens"] is None
