"""Waits between two tries, the words of an error, and which errors are waited for."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from handler.vocabulary import NOT_ASSUMABLE, refusal
from handler.world import World
from model_invocation_job.core.errors import AwsError, UnreadableAnswerError
from model_invocation_job.io.aws_errors import called
from model_invocation_job.io.deadline import Deadline
from model_invocation_job.io.retries import patiently
from model_invocation_job.io.waiting import Backoff

_PASS_ROLE = refusal("AccessDeniedException", "x is not authorized to perform: iam:PassRole on y")
_LIST_JOBS = refusal("AccessDeniedException", "x is not authorized to perform: bedrock:ListModelInvocationJobs on y")
_DESCRIBE = refusal("AccessDenied", "x is not authorized to perform: cloudformation:DescribeStacks on y")


def page(status: int) -> ClientError:
    """The page of a proxy with a status, as botocore reads it."""
    answer = {"Error": {"Code": str(status)}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error: ClientError = ClientError(answer, "X")
    return error


def failing(error: Exception, times: int = 1000) -> Callable[[], str]:
    """A call that fails some times and then returns."""
    left = iter([error] * times)

    def call() -> str:
        for fault in left:
            raise fault
        return "done"

    return lambda: called("X", call)


@pytest.mark.parametrize("response", [{}, {"Error": {}}])
def test_an_error_without_a_body_has_its_class_for_a_code_and_no_words(response: dict[str, Any]) -> None:
    bare: ClientError = ClientError({"Error": {}}, "X")
    bare.response = response

    with pytest.raises(AwsError) as raised:
        called("X", failing(bare))
    assert (raised.value.code, raised.value.message) == ("ClientError", "")


def test_waits_are_drawn_between_half_and_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, float]] = []
    monkeypatch.setattr(random, "uniform", lambda low, high: drawn.append((low, high)) or high)  # type: ignore[func-returns-value]  # append and go on
    backoff = Backoff(first=1.0, longest=3.0)

    assert [backoff.next(), backoff.next(), backoff.next(), backoff.next()] == [1.0, 2.0, 3.0, 3.0]
    assert drawn == [(0.5, 1.0)] * 4


def test_a_wait_is_never_longer_than_its_bound() -> None:
    waits = [Backoff(first=1.0, longest=1.0).next() for _ in range(100)]

    assert all(0.5 <= seconds <= 1.0 for seconds in waits)
    assert min(waits) < 0.75 < max(waits)


PASSING = [
    *(
        refusal(code, "x")
        for code in (
            "ThrottlingException",
            "Throttling",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "InternalServerException",
            "InternalFailure",
            "ServiceUnavailableException",
            "ServiceUnavailable",
        )
    ),
    refusal("SomethingNew", "x", status=500),
    *(page(status) for status in (302, 403, 499, 502)),
    ClientError({}, "X"),
    ConnectTimeoutError(endpoint_url="x"),
    EndpointConnectionError(endpoint_url="x"),
    ProxyConnectionError(proxy_url="x"),
    ReadTimeoutError(endpoint_url="x"),
    ConnectionClosedError(endpoint_url="x"),
    ResponseParserError("<html>"),
    UnreadableAnswerError("X"),
]
FINAL = [
    *(
        refusal(code, "x")
        for code in (
            "AccessDeniedException",
            "ConflictException",
            "ResourceNotFoundException",
            "ServiceQuotaExceededException",
            "ValidationException",
        )
    ),
    refusal("SomethingNew", "x", status=499),
    refusal("ConflictException", "a role"),
    refusal("AccessDeniedException", "x is not authorized to perform: s3:GetObject on y"),
    ParamValidationError(report="x"),
    NoCredentialsError(),
]


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_a_fault_that_passes_is_waited_out(world: World, error: Exception) -> None:
    assert patiently(failing(error, 3), deadline=Deadline(world.clock, 60), iam_seconds=0) == "done"
    assert len(world.clock.slept) == 3


@pytest.mark.parametrize("error", FINAL, ids=repr)
def test_an_error_that_waiting_cannot_cure_is_raised_at_once(world: World, error: Exception) -> None:
    with pytest.raises(AwsError) as raised:
        patiently(failing(error), deadline=Deadline(world.clock, 60), iam_seconds=60)

    assert raised.value.__cause__ is error
    assert world.clock.slept == []


def test_a_fault_is_waited_out_until_the_deadline_and_its_waits_stay_below_ten_seconds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    with pytest.raises(AwsError, match=r"^X: ReadTimeoutError$"):
        patiently(failing(ReadTimeoutError(endpoint_url="x")), deadline=Deadline(world.clock, 37.5), iam_seconds=0)

    assert world.clock.slept == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 2.5]


def test_a_call_is_made_once_when_no_time_is_left(world: World) -> None:
    with pytest.raises(AwsError, match=r"^X: ReadTimeoutError$"):
        patiently(failing(ReadTimeoutError(endpoint_url="x"), 1), deadline=Deadline(world.clock, 0), iam_seconds=0)

    assert world.clock.slept == []


@pytest.mark.parametrize("error", [_PASS_ROLE, _LIST_JOBS, _DESCRIBE, NOT_ASSUMABLE], ids=repr)
def test_rights_that_may_be_new_are_waited_for_in_steps_of_five_seconds(
    world: World, monkeypatch: pytest.MonkeyPatch, error: ClientError
) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    with pytest.raises(AwsError):
        patiently(failing(error), deadline=Deadline(world.clock, 60), iam_seconds=12)

    assert world.clock.slept == [5.0, 5.0], "a third step would pass the bound"


def test_the_words_of_a_page_are_not_told(world: World) -> None:
    with pytest.raises(UnreadableAnswerError, match=r"^X: UnreadableAnswerError$"):
        patiently(failing(ResponseParserError("<html>")), deadline=Deadline(world.clock, 0), iam_seconds=0)


def test_an_unforeseen_error_is_raised_at_once(world: World) -> None:
    with pytest.raises(RuntimeError):
        patiently(failing(RuntimeError("x")), deadline=Deadline(world.clock, 60), iam_seconds=60)

    assert world.clock.slept == []
