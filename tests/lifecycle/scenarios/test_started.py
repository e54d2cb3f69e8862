"""What was started is named, and what may have been started is looked for: a Create that fails leaves no orphan."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from bedrock_batch.run.identity import JOB_ARN
from handler.scenario import scenario
from handler.world import World, build_world

LAGS = [0.0, 5.0, 45.0, 120.0]
CREATE, GET = "create_model_invocation_job", "get_model_invocation_job"
PAGE = ResponseParserError("Unable to parse response, invalid XML received. Further retries may succeed: <html>")
UNFORESEEN = [
    RuntimeError("x"),
    KeyError("status"),
    RecursionError("x"),
    UnicodeDecodeError("utf-8", b"", 0, 1, "x"),
]

# A client that repeats by itself raises the last error: a connection that failed may follow a request with an effect.
NETWORK = [ReadTimeoutError(endpoint_url="x"), EndpointConnectionError(endpoint_url="x")]


def refused(code: str, *, repeated: int) -> ClientError:
    """An error of the API, after so many repetitions of the SDK's own."""
    metadata = {"RetryAttempts": repeated, "HTTPStatusCode": 400}
    error: ClientError = ClientError(
        {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": metadata},
        "CreateModelInvocationJob",
    )
    return error


def stopped_by_clean_up(world: World, answer: dict[str, Any]) -> bool:
    """Whether what CloudFormation does after a failed Create stops the one job that was paid for."""
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    assert world.delete(answer["PhysicalResourceId"])["Status"] == "SUCCESS"
    bill = world.engine.bill()
    return (bill.started, bill.stopped) == (1, 1)


@scenario(77)
@pytest.mark.parametrize("error", UNFORESEEN, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("lag", LAGS)
def test_a_job_that_was_started_is_named_whatever_comes_then(lag: float, error: Exception) -> None:
    """Create took effect, then anything unforeseen is raised -> FAILED carries the ARN; Delete stops it."""
    world = build_world(list_lag_seconds=lag)
    world.bedrock.fault(GET, error)

    answer = world.create()

    arn = answer["PhysicalResourceId"]
    assert answer["Status"] == "FAILED"
    assert JOB_ARN.fullmatch(arn)
    assert f"{arn} was started by this request and may be running and billing" in answer["Reason"]
    assert stopped_by_clean_up(world, answer)


@scenario(78)
@pytest.mark.parametrize("code", ["AccessDeniedException", "ServiceQuotaExceededException", "ValidationException"])
@pytest.mark.parametrize("lag", LAGS)
def test_a_refusal_after_a_repetition_proves_nothing(lag: float, code: str) -> None:
    """Effect, the answer was lost, a repetition is refused -> the job is looked for and answered with; one bill."""
    world = build_world(list_lag_seconds=lag)
    world.bedrock.fault(CREATE, refused(code, repeated=1), when="after")

    answer = world.create()

    assert (answer["Status"], [answer["PhysicalResourceId"]]) == ("SUCCESS", world.live())
    assert stopped_by_clean_up(world, answer)


@scenario(78)
@pytest.mark.parametrize("code", ["AccessDeniedException", "ServiceQuotaExceededException", "ThrottlingException"])
def test_a_job_that_shows_up_too_late_is_found_by_the_clean_up(code: str) -> None:
    """Effect, the answer was lost, the list shows nothing in time -> "may have been started"; Delete finds the job."""
    world = build_world(list_lag_seconds=200.0)
    world.bedrock.fault(CREATE, refused(code, repeated=1), when="after")
    world.bedrock.fault(CREATE, refused("AccessDeniedException", repeated=0), times=1000)

    answer = world.create()

    assert answer["PhysicalResourceId"].startswith("maybe-started:tickets-")
    assert "A job may have been started" in answer["Reason"]
    assert stopped_by_clean_up(world, answer)


@scenario(79)
@pytest.mark.parametrize("error", [*UNFORESEEN, PAGE, *NETWORK, "InternalServerException"], ids=str)
@pytest.mark.parametrize("lag", LAGS)
def test_an_answer_that_nobody_can_read_may_stand_for_a_job(lag: float, error: Exception | str) -> None:
    """An answer of Create that is no JSON (a proxy's page) -> nothing is paid twice, Delete finds what was started."""
    world = build_world(list_lag_seconds=lag, token_memory_seconds=0.0)
    world.bedrock.fault(CREATE, error, when="after", times=1)
    world.bedrock.fault(CREATE, "AccessDeniedException", times=1000)

    answer = world.create()

    assert answer["Status"] in ("SUCCESS", "FAILED")
    assert stopped_by_clean_up(world, answer)


@scenario(78)
@pytest.mark.parametrize(
    "error",
    [
        "ServiceQuotaExceededException",
        "ResourceNotFoundException",
        "ValidationException",
        NoCredentialsError(),
    ],
    ids=str,
)
def test_what_no_request_can_have_started_is_said_not_to_be(error: Exception | str) -> None:
    """No request left the function, or the only one was refused -> "not started"; Delete does not wait."""
    world = build_world()
    world.bedrock.fault(CREATE, error, times=1000)

    answer = world.create()

    assert answer["PhysicalResourceId"].startswith("not-started:")
    waited = sum(world.clock.slept)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    assert world.delete(answer["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert sum(world.clock.slept) == waited


OTHER_WORDS: dict[str, dict[str, Any]] = {
    "no final slash": {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://answers/tickets"}}},
    "no format": {"inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://assets/0123.jsonl"}}},
    "an id for the ARN": {"modelId": "us.anthropic.claude-haiku-4-5-20251001-v1:0"},
    "no configuration": {"inputDataConfig": {}, "outputDataConfig": {}},
    "another place": {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://elsewhere/"}}},
}


@scenario(76)
@pytest.mark.parametrize("words", OTHER_WORDS)
def test_a_job_that_this_call_made_is_not_refused_for_its_words(
    world: World, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """Get answers with the same job in other words -> Create SUCCESS; no refusal of the job that this call made."""
    read = world.bedrock.get_model_invocation_job
    monkeypatch.setattr(world.bedrock, GET, lambda **arguments: read(**arguments) | OTHER_WORDS[words])

    answer = world.create()

    assert (answer["Status"], [answer["PhysicalResourceId"]]) == ("SUCCESS", world.live())
    assert world.started == 1


@scenario(76)
@pytest.mark.parametrize("words", sorted(set(OTHER_WORDS) - {"another place"}))
def test_a_repeated_delivery_finds_it_in_other_words(world: World, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """List answers with the same job in other words -> a repeated Create answers with it, one job."""
    listed = world.bedrock.list_model_invocation_jobs

    def in_other_words(**arguments: Any) -> dict[str, Any]:
        answer = listed(**arguments)
        return {
            **answer,
            "invocationJobSummaries": [job | OTHER_WORDS[words] for job in answer["invocationJobSummaries"]],
        }

    monkeypatch.setattr(world.bedrock, "list_model_invocation_jobs", in_other_words)
    event = world.event("Create")

    assert world.deliver(event)["PhysicalResourceId"] == world.deliver(event)["PhysicalResourceId"]
    assert (world.answers[-1]["Status"], world.started) == ("SUCCESS", 1)
