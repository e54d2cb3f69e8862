"""Which failures of a job are followed by a second attempt, and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bedrock_batch.job import Job
from bedrock_batch.run.declaration import SUBMITTED, VALIDATED
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from bedrock_batch.statuses import JobStatus
from handler.new_rights import NO_GET
from handler.test_answer import an_event
from handler.world import OWN_STACK, build_world
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.second_attempt import (
    failed_for_rights,
    first_of,
    has_new_rights,
    is_first,
    is_in_time,
    may_be_unlisted,
    may_have_followed,
)
from model_invocation_job.core.stack_state import StackState

ISSUED = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
RUN = RunIdentity(ResourceIdentity(OWN_STACK.stack_id, "TicketsE1"), {"runId": "1"})


@pytest.mark.parametrize(
    "message",
    [
        NO_GET,
        "Could not validate ListBucket permissions for S3URI",
        "Could not validate PutObject permissions to access Amazon S3 bucket: out at key out/x.jsonl.out",
        "could not validate s3:PutObject permission to access the bucket",
        "Could not assume provided IAM role",
        "ValidationException: COULD NOT ASSUME arn:aws:iam::111122223333:role/Service",
    ],
)
def test_bedrock_s_words_for_missing_rights_are_known(message: str) -> None:
    assert failed_for_rights(Job("arn", status="Failed", message=message))
    assert not any(
        failed_for_rights(Job("arn", status=status, message=message)) for status in set(JobStatus) - {"Failed"}
    )


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Customer doesn't have permissions to invokeModel",
        "Could not find the file s3://in/x.jsonl",
        "The number of records is less than the minimum of 100",
        "Could not validate the records of s3://in/x.jsonl",
        "Model use case details have not been submitted for this account.",
    ],
)
def test_other_failures_are_final(message: str) -> None:
    assert not failed_for_rights(Job("arn", status="Failed", message=message))


def attempt(number: int, seconds: float | None, arn: str = "") -> Job:
    """An attempt at the run, submitted so many seconds after the request."""
    submitted_at = None if seconds is None else ISSUED + timedelta(seconds=seconds)
    return Job(arn or str(number), RUN.name("x", number), status="Failed", submitted_at=submitted_at)


@pytest.mark.parametrize(
    ("job", "listed", "first"),
    [
        (attempt(1, 10), [], True),
        (attempt(1, 10), [attempt(1, 10), attempt(2, 300)], True),
        (attempt(1, -60), [], False),
        (attempt(1, None), [], False),
        (attempt(2, 10), [attempt(1, -60), attempt(2, 10)], True),
        (attempt(2, 300), [attempt(1, 10), attempt(2, 300)], False),
        (attempt(2, 300), [attempt(2, 300)], False),
        (attempt(2, 300), [], False),
        (attempt(2, 300), [attempt(1, None)], False),
        (attempt(3, 300), [attempt(1, -60)], False),
        (Job("arn", "other", submitted_at=ISSUED), [attempt(1, -60)], False),
    ],
)
def test_a_job_is_the_first_attempt_only_if_the_one_before_it_is_known_to_be_older(
    job: Job, listed: list[Job], first: bool
) -> None:
    assert is_first(RUN, job, listed, ISSUED) is first
    assert not is_first(RUN, job, listed, None)


@pytest.mark.parametrize(
    ("status", "created_ago", "updated_ago", "may_be_new"),
    [
        ("CREATE_IN_PROGRESS", 900, None, True),
        ("CREATE_IN_PROGRESS", 901, None, False),
        ("UPDATE_IN_PROGRESS", 90_000, 900, True),
        ("UPDATE_IN_PROGRESS", 90_000, 901, False),
        ("CREATE_IN_PROGRESS", None, None, False),
        ("CREATE_COMPLETE", 60, None, False),
        ("ROLLBACK_IN_PROGRESS", 60, None, False),
        ("UPDATE_ROLLBACK_IN_PROGRESS", 60, 60, False),
        ("DELETE_IN_PROGRESS", 60, None, False),
        ("CREATE_FAILED", 60, None, False),
    ],
)
def test_rights_may_be_new_for_fifteen_minutes(
    status: str, created_ago: float | None, updated_ago: float | None, may_be_new: bool
) -> None:
    now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    updated_at, created_at = (
        None if ago is None else now - timedelta(seconds=ago) for ago in (updated_ago, created_ago)
    )

    assert has_new_rights(StackState(status, updated_at, created_at), an_event(), now) is may_be_new


def test_they_may_not_if_cloudformation_does_not_tell_or_the_stack_has_gone_on() -> None:
    world = build_world()
    request = ResourceEvent.parse(world.event("Create"))
    now, later = world.clock.now(), world.clock.now() + timedelta(seconds=60)

    assert has_new_rights(StackState("UPDATE_IN_PROGRESS", now), request, later)
    assert not has_new_rights(None, request, later)
    assert not has_new_rights(StackState("UPDATE_IN_PROGRESS", later), request, later)


@pytest.mark.parametrize(("age", "needed", "in_time"), [(570, 30, True), (571, 30, False), (420, 180, True)])
def test_the_bound_of_the_gate_counts_from_the_start_of_the_first_job(age: float, needed: float, in_time: bool) -> None:
    job = attempt(1, 0)

    assert is_in_time(job, 600, ISSUED + timedelta(seconds=age), needed) is in_time
    assert not is_in_time(attempt(1, None), 600, ISSUED, 0)


def failed(number: int, submitted: float | None, ended: float | None, message: str = NO_GET) -> Job:
    """An attempt that failed, with the seconds after the request at which it was submitted and ended."""
    ended_at = None if ended is None else ISSUED + timedelta(seconds=ended)
    return replace(attempt(number, submitted), ended_at=ended_at, message=message)


@pytest.mark.parametrize(
    ("before", "is_known"),
    [
        (failed(1, 10, 160), True),
        (failed(1, -60, 90), False),
        (failed(1, None, 160), False),
        (failed(1, 10, 160, "Too few records"), False),
        (failed(3, 10, 160), False),
    ],
)
def test_the_first_attempt_of_a_request_is_known_if_it_failed_for_rights_since(before: Job, is_known: bool) -> None:
    assert first_of(RUN, failed(2, 200, 350), [before], ISSUED) == (before if is_known else None)
    assert first_of(RUN, failed(2, 200, 350), [before], None) is None


@pytest.mark.parametrize(
    ("job", "listed", "now", "may_be"),
    [
        (failed(1, 10, 160), [], 1060, True),
        (failed(1, 10, 160), [], 1061, False),
        (failed(1, 10, None), [], 9000, True),
        (failed(1, 10, 160), [failed(1, 10, 160)], 200, True),
        # Attempt 2 is the second one of its request.
        (failed(2, 1060, 1210), [failed(1, 10, 160)], 1300, False),
        (failed(2, 170, 320), [failed(2, 170, 320)], 400, True),
        # It is the first one of another request.
        (failed(2, 1061, 1211), [failed(1, 10, 160)], 1300, True),
        (failed(2, 170, 320), [failed(1, 10, 160, "Too few records")], 400, True),
        (failed(3, 330, 480), [failed(1, 10, 160), failed(2, 170, 320)], 500, True),
        (failed(4, 500, 650), [failed(1, 10, 160), failed(2, 170, 320), failed(3, 330, 480)], 700, False),
        # It is not known.
        (failed(2, 170, 320), [failed(1, 10, None)], 400, True),
        (failed(2, None, 320), [failed(1, 10, 160)], 400, True),
    ],
)
def test_a_second_attempt_may_be_unlisted_for_fifteen_minutes_but_none_follows_a_second(
    job: Job, listed: list[Job], now: float, may_be: bool
) -> None:
    moment = ISSUED + timedelta(seconds=now)

    assert may_be_unlisted(RUN, VALIDATED, job, listed, moment) is may_be
    assert not may_be_unlisted(RUN, SUBMITTED, job, listed, moment)


@pytest.mark.parametrize(
    ("job", "began", "may_have"),
    [
        (failed(1, 0, 150), 0, True),
        (failed(1, 0, None), None, True),
        (failed(1, 0, 150), None, True),
        # The clocks may differ by 5 seconds.
        (failed(1, 0, 575), 0, True),
        (failed(1, 0, 576), 0, False),
        (failed(1, 0, 150), 150 - 905, True),
        (failed(1, 0, 150), 150 - 906, False),
    ],
)
def test_a_second_attempt_may_have_followed_if_it_might_be_started_when_the_first_failed(
    job: Job, began: float | None, may_have: bool
) -> None:
    state = None if began is None else StackState("CREATE_IN_PROGRESS", None, ISSUED + timedelta(seconds=began))

    assert may_have_followed(job, 600, state, 30.0) is may_have
