"""The run file decides whether an outcome is asked for: nothing is told of a job whose run file is not read."""

import json

import pytest

from batch_outcome.core.errors import UnfinishedError
from bedrock_batch.statuses import JobStatus
from outcome.lambda_service import invoke
from outcome.world import LOGICAL_ID, World, job_id

_NEVER_READ = 10**6
_DAYS = 3 * 86_400.0


def _refuse(world: World, *operations: str) -> None:
    for operation in operations:
        world.bedrock.fault(operation, "AccessDenied", times=_NEVER_READ)


def _is_silent(world: World, job_arn: str) -> bool:
    return world.told() == [] and world.metrics.data == {} and world.marker(job_arn) is None


def _logged(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [json.loads(line)["message"] for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("is_listable", [True, False])
@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.FAILED])
def test_a_job_whose_run_file_is_gone_is_never_told(
    world: World, status: JobStatus, is_listable: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    job_arn = world.ended(status=status)
    world.buckets.take(world.run_file(job_arn))
    if not is_listable:
        world.buckets.listable.clear()

    world.deliver(world.event(job_arn))
    world.clock.advance(900)
    world.look()
    world.clock.advance(3600)
    world.look()

    assert _is_silent(world, job_arn)
    assert _logged(capsys) == ["the run file is gone"] * 3


@pytest.mark.parametrize("is_first", [True, False])
def test_a_place_that_the_function_has_no_rights_on_is_that_of_a_job_without_outcome(
    world: World, is_first: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    job_arn = world.ended()
    _refuse(world, "GetObject", "ListObjectsV2")

    world.deliver(world.event(job_arn))
    world.clock.advance(900 if is_first else 7200)
    world.look()

    assert _is_silent(world, job_arn)
    assert _logged(capsys) == ["no right to read the run file"] * 2


def test_a_live_job_in_such_a_place_is_not_measured(world: World) -> None:
    world.start()
    _refuse(world, "GetObject", "ListObjectsV2")

    world.look()

    assert world.metrics.data == {}


def test_a_marker_alone_without_any_right_is_an_error_of_a_late_look(world: World) -> None:
    job_arn = world.ended()
    world.clock.advance(7200)
    for operation in ("GetObject", "ListObjectsV2"):
        world.bedrock.fault(operation, "AccessDenied")

    with pytest.raises(UnfinishedError, match="the first for ListObjectsV2: AccessDenied"):
        world.look()
    assert _is_silent(world, job_arn)

    world.look()
    assert world.told() == [(job_id(job_arn), "good")]


def test_a_run_file_that_is_there_and_refused_is_told_when_it_can_be_read(world: World) -> None:
    """Somebody changes a policy or a key just when the job ends."""
    job_arn = world.ended()
    _refuse(world, "GetObject")

    assert [str(error) for error in invoke(world, world.event(job_arn))] == ["GetObject: AccessDenied"] * 3
    world.clock.advance(900)
    with pytest.raises(UnfinishedError, match="the first for GetObject: AccessDenied"):
        world.look()
    assert _is_silent(world, job_arn)

    world.bedrock.faults.clear()
    world.clock.advance(900)
    world.look()
    assert world.told() == [(job_id(job_arn), "good")]
    assert world.bus.details()[0]["logicalResourceId"] == LOGICAL_ID


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b'{"a": NaN}', b'{"a": 1e999}', b"[" * 10**5, b" " * 10**7]
)
def test_a_run_file_that_is_none_is_an_error_until_it_can_be_read(world: World, body: bytes) -> None:
    job_arn = world.ended()
    ended_at, uri = world.clock.now(), world.run_file(job_arn)
    whole = world.buckets.take(uri)
    world.buckets.put(uri, body)

    errors = [str(error) for error in invoke(world, world.event(job_arn))]
    assert errors == [f"the run file of {job_arn} cannot be read"] * 3
    world.clock.advance(7200)
    with pytest.raises(UnfinishedError, match="1 things were not done, the first for the run file of"):
        world.look()
    assert _is_silent(world, job_arn)

    world.buckets.put(uri, whole)
    world.clock.advance(ended_at + _DAYS - world.clock.now())
    world.look()
    assert world.told() == [(job_id(job_arn), "good")]
    assert world.bus.details()[0]["logicalResourceId"] == LOGICAL_ID


def test_a_live_job_whose_run_file_is_none_is_an_error(world: World) -> None:
    world.buckets.put(world.run_file(world.start()), b"{")

    with pytest.raises(UnfinishedError, match="the first for the run file of"):
        world.look()
