"""Each failure of each call: nothing is lost, and what is doubled is known."""

import io
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError, ResponseStreamingError

from bedrock_batch_local.engine.api_model import operation
from outcome.lambda_service import RETRIES, invoke
from outcome.world import World, build_world, job_id

_CALLS = ("GetModelInvocationJob", "GetObject", "PutMetricData", "PutEvents", "PutObject")
_COMMON = ("AccessDenied", "InternalFailure", "ServiceUnavailable", "ExpiredTokenException", "RequestTimeTooSkewed")
_OF_S3 = ("SlowDown", "InternalError", "RequestTimeout", "NoSuchBucket", "KMS.DisabledException", "PermanentRedirect")
_OF_THE_NETWORK: tuple[Any, ...] = (
    ReadTimeoutError(endpoint_url="x"),
    ConnectTimeoutError(endpoint_url="x"),
    EndpointConnectionError(endpoint_url="x"),
    ResponseStreamingError(error="x"),
    "ProxyPage200",
    "ProxyPage403",
    "ProxyPage503",
)


def _failures(call: str) -> list[Any]:
    model = operation(call)
    declared = [shape.name for shape in model.error_shapes]
    of_s3 = _OF_S3 if model.service_model.service_name == "s3" else ()
    return [*declared, *_COMMON, *of_s3, *_OF_THE_NETWORK]


_ALL = [pytest.param(call, error, id=f"{call}-{error}"[:60]) for call in _CALLS for error in _failures(call)]
# With these the job, its run file or its manifest does not exist, as the service says.
_GONE = {("GetModelInvocationJob", "ResourceNotFoundException")}


def _until_quiet(world: World) -> None:
    """The looks of the next three hours."""
    for _ in range(12):
        world.clock.advance(900)
        invoke(world, world.schedule())


@pytest.mark.parametrize(("call", "error"), _ALL)
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_end_is_told_once_if_one_call_fails(world: World, call: str, error: Any, when: Any) -> None:
    """A call after the event that fails after its effect has had it: nothing is told twice."""
    job_arn = world.ended()
    event = world.event(job_arn)
    world.bedrock.fault(call, error, when)

    invoke(world, event)
    _until_quiet(world)

    told = {told for told, _ in world.told()}
    assert told == {job_id(job_arn)}
    was_sent = call == "PutEvents" and when == "after"
    has_no_marker = call == "PutObject" and when == "before"
    most = 2 if was_sent or has_no_marker or (call, error) in _GONE else 1
    assert 1 <= len(world.told()) <= most


@pytest.mark.parametrize(("call", "error"), _ALL)
def test_an_end_is_told_if_a_call_fails_for_an_hour(world: World, call: str, error: Any) -> None:
    job_arn = world.ended()
    event = world.event(job_arn)
    until = world.clock.now() + 3600
    world.bedrock.fault(call, error, times=10**6)

    invoke(world, event)
    while world.clock.now() < until:
        world.clock.advance(900)
        invoke(world, world.schedule())
    world.bedrock.faults.clear()
    _until_quiet(world)

    assert {told for told, _ in world.told()} == {job_id(job_arn)}
    # Without a marker each try of Lambda tells it, and the first look of the schedule.
    assert len(world.told()) <= (2 * (1 + len(RETRIES)) + 1 if call == "PutObject" else 2)


@pytest.mark.parametrize(("call", "error"), _ALL)
def test_an_end_whose_event_is_lost_is_told_if_a_call_fails_for_an_hour(world: World, call: str, error: Any) -> None:
    job_arn = world.ended()
    until = world.clock.now() + 3600
    world.bedrock.fault(call, error, times=10**6)

    while world.clock.now() < until:
        world.clock.advance(900)
        invoke(world, world.schedule())
    world.bedrock.faults.clear()
    _until_quiet(world)

    assert {told for told, _ in world.told()} == {job_id(job_arn)}
    assert len(world.told()) <= (1 + len(RETRIES) + 1 if call == "PutObject" else 1)


@pytest.mark.parametrize("error", _failures("ListModelInvocationJobs"))
def test_a_list_that_fails_is_an_error_of_the_function(world: World, error: Any) -> None:
    job_arn = world.ended()
    world.clock.advance(900)
    world.bedrock.fault("ListModelInvocationJobs", error, times=3)

    assert len(invoke(world, world.schedule())) == 3
    assert invoke(world, world.schedule()) == []
    assert world.told() == [(job_id(job_arn), "good")]


@pytest.mark.parametrize("code", ["InternalFailure", "ThrottlingException"])
def test_an_entry_that_the_bus_refuses_for_now_is_put_again(world: World, code: str) -> None:
    job_arn = world.ended()
    world.bus.refusals = [code] * 3

    world.deliver(world.event(job_arn))

    assert world.told() == [(job_id(job_arn), "good")]


@pytest.mark.parametrize(("code", "tries"), [("NotAuthorizedForDetailTypeException", 1), ("InternalFailure", 4)])
def test_an_entry_that_the_bus_refuses_is_an_error_and_leaves_no_marker(world: World, code: str, tries: int) -> None:
    job_arn = world.ended()
    world.bus.refusals = [code] * 3 * tries

    errors = invoke(world, world.event(job_arn))

    assert [str(error) for error in errors] == [f"PutEvents: {code}"] * 3
    assert world.marker(job_arn) is None


def test_metrics_that_are_refused_do_not_keep_the_event_back_and_are_put_later(world: World) -> None:
    job_arn = world.ended()
    world.bedrock.fault("PutMetricData", "AccessDenied", times=3)

    assert len(invoke(world, world.event(job_arn))) == 3
    assert len(world.told()) == 1
    assert (world.marker(job_arn) or {})["pending"] == ["metrics"]

    world.clock.advance(900)
    world.look()
    assert world.metrics.of("FailedJobs", "Reports") == [0.0]
    assert world.marker(job_arn) == world.bus.details()[0]
    assert len(world.told()) == 1


def test_a_marker_that_is_refused_for_good_does_not_repeat_the_event_for_days(world: World) -> None:
    """The event tells it, and the first look of the schedule. Each later look is an error that an alarm shows."""
    job_arn = world.ended()
    world.bedrock.fault("PutObject", "AccessDenied", times=10**6)

    assert invoke(world, world.event(job_arn)) == []
    errors = []
    for _ in range(300):
        world.clock.advance(900)
        errors += invoke(world, world.schedule())

    assert len(world.told()) == 2
    assert len(errors) > 600


def test_a_marker_that_cannot_be_read_does_not_repeat_the_event_for_days(world: World) -> None:
    world.ended()
    world.bedrock.fault("GetObject", "AccessDenied", times=10**6)
    world.buckets.listable.clear()
    world.bedrock.fault("ListObjectsV2", "AccessDenied", times=10**6)

    for _ in range(300):
        world.clock.advance(900)
        invoke(world, world.schedule())

    assert world.told() == []


def test_without_the_right_to_list_a_missing_object_is_asked_for(world: World) -> None:
    job_arn = world.ended()
    world.buckets.listable.clear()

    world.deliver(world.event(job_arn))

    assert world.told() == [(job_id(job_arn), "good")]
    assert "list_objects_v2" in [method for method, _ in world.s3.calls]


@pytest.mark.parametrize("error", ["SlowDown", "ProxyPage200"])
def test_a_list_of_objects_that_fails_for_now_is_tried_again(world: World, error: str) -> None:
    job_arn = world.ended()
    world.buckets.listable.clear()
    world.bedrock.fault("ListObjectsV2", error, times=2)

    assert len(invoke(world, world.event(job_arn))) == 2
    assert world.told() == [(job_id(job_arn), "good")]


@pytest.mark.parametrize(("call", "count"), [("PutEvents", "FailedEntryCount"), ("PutObject", "ETag")])
def test_a_response_without_what_it_must_have_is_an_error(
    world: World, call: str, count: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_arn = world.ended()
    client, method = (world.bus, "put_events") if call == "PutEvents" else (world.s3, "put_object")
    whole, seen = getattr(client, method), []

    def half(**arguments: Any) -> dict[str, Any]:
        seen.append(call)
        answer: dict[str, Any] = whole(**arguments)
        return {name: value for name, value in answer.items() if name != count or len(seen) > 1}

    monkeypatch.setattr(client, method, half)

    assert [str(error) for error in invoke(world, world.event(job_arn))] == [f"{call}: UnreadableAnswer"]


@pytest.mark.parametrize("hidden", ["jobArn", "outputDataConfig"])
def test_a_job_without_what_it_must_have_is_an_error(hidden: str) -> None:
    world = build_world()
    job_arn = world.ended()
    event = world.event(job_arn)
    shown = world.bedrock.get_model_invocation_job
    world.bedrock.get_model_invocation_job = lambda **arguments: {  # type: ignore[method-assign] # a service that hides
        name: value for name, value in shown(**arguments).items() if name != hidden
    }

    assert [str(error) for error in invoke(world, event)] == ["GetModelInvocationJob: UnreadableAnswer"] * 3


def test_a_list_of_objects_without_its_count_is_an_error(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job_arn = world.ended()
    event = world.event(job_arn)
    world.buckets.listable.clear()
    whole = world.s3.list_objects_v2
    monkeypatch.setattr(
        world.s3,
        "list_objects_v2",
        lambda **arguments: {name: value for name, value in whole(**arguments).items() if name != "KeyCount"},
    )

    assert [str(error) for error in invoke(world, event)] == ["ListObjectsV2: UnreadableAnswer"] * 3


def test_a_body_that_breaks_off_is_read_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a run file would look like one that cannot be read."""
    job_arn = world.ended()
    whole, seen = world.s3.get_object, []

    def half(**arguments: Any) -> dict[str, Any]:
        answer = whole(**arguments)
        seen.append(arguments["Key"])
        return answer | ({"Body": io.BytesIO(b'{"out')} if len(seen) == 2 else {})

    monkeypatch.setattr(world.s3, "get_object", half)

    assert [str(error) for error in invoke(world, world.event(job_arn))] == ["GetObject: UnreadableAnswer"]
    assert world.bus.details()[0]["notes"] == []


def test_an_end_that_get_does_not_show_yet_is_looked_for_again() -> None:
    world = build_world()
    job_arn = world.start()
    event = world.event(job_arn, status="Completed")
    hook = _ends_at_call(world, job_arn, 3)

    world.deliver(event, hook=hook)

    assert world.told() == [(job_id(job_arn), "good")]


def test_an_end_that_get_does_not_show_for_long_is_tried_by_lambda_and_then_by_the_schedule(world: World) -> None:
    job_arn = world.start()
    event = world.event(job_arn, status="Completed")

    assert [type(error).__name__ for error in invoke(world, event)] == ["NotEndedError"] * 3
    world.end(job_arn)
    world.clock.advance(900)
    world.look()

    assert world.told() == [(job_id(job_arn), "good")]


def _ends_at_call(world: World, job_arn: str, number: int) -> Any:
    seen: list[str] = []

    def hook(call: str, when: str) -> None:
        seen.extend([call] * ((call, when) == ("get_model_invocation_job", "before")))
        if len(seen) == number and when == "before":
            world.end(job_arn)

    return hook
