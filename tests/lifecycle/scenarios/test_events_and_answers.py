"""Events that CloudFormation did not send, and answers that must fit and keep secrets."""

import json
from typing import Any

import pytest

from bedrock_batch_local.engine.errors import BatchApiError
from handler.hooks import CREATE, LIST
from handler.runtime import Context
from handler.scenario import scenario
from handler.world import OWN_STACK, World
from lifecycle.scenarios.response_bucket import response_bucket, run_for_real
from model_invocation_job.invocation import Invocation

SECRET = "5ec7e7"
AWAY = "?X-Amz-Date=20260101T000000Z&X-Amz-Signature=5ec7e7"


@scenario(49)
@pytest.mark.parametrize(
    "members",
    [
        {"RequestType": None},
        {"RequestType": "Destroy"},
        {"RequestType": ["Create"]},
        {"RequestId": ""},
        {"StackId": 7},
        {"LogicalResourceId": None},
        {"ResourceProperties": "none"},
        {"ResponseURL": None},
        {"ResponseURL": f"http://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/{AWAY}"},
        {"ResponseURL": f"https://example.org/{AWAY}"},
        {"ResponseURL": f"https://cloudformation-custom-resource-response-x.s3.amazonaws.com@example.org/{AWAY}"},
        {"ResponseURL": f"http://169.254.169.254/latest/{AWAY}"},
        {"ResponseURL": f"http://127.0.0.1:1/{AWAY}"},
    ],
    ids=str,
)
def test_an_event_that_is_not_cloudformation_s_does_nothing(
    world: World, capsys: pytest.CaptureFixture[str], members: dict[str, Any]
) -> None:
    """Missing or unknown RequestType, no ResponseURL, http or other host -> no PUT, no secret logged, no job."""
    puts: list[bytes] = []
    event = {name: value for name, value in (world.event("Create") | members).items() if value is not None}

    Invocation(world, OWN_STACK, world.clock, lambda _url, body, _sleep: puts.append(body)).run(event, Context())

    assert (puts, world.bedrock.calls, world.cloudformation.calls) == ([], [], [])
    assert SECRET not in capsys.readouterr().out


@scenario(49)
def test_a_redirect_is_not_followed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """ResponseURL answers with a redirect -> tried again at its own address, never followed, no secret logged."""
    with response_bucket(307, 301) as bucket:
        run_for_real(world, bucket.sign(world.event("Create")))

    assert (len(bucket.puts), len(bucket.heard), world.started) == (3, 1, 1)
    assert SECRET not in capsys.readouterr().out


@scenario(50)
@pytest.mark.parametrize("operation", [CREATE, LIST])
@pytest.mark.parametrize(
    "filling",
    ["é" * 10_000, "\r\n" * 5_000, '"\\' * 5_000, "\x00" * 10_000, "\N{GRINNING FACE}" * 10_000],
    ids=["two bytes", "line ends", "escapes", "control", "four bytes"],
)
@pytest.mark.parametrize("first", [True, False], ids=["address first", "address last"])
def test_an_error_of_any_length_fits_and_holds_no_address(
    world: World, capsys: pytest.CaptureFixture[str], operation: str, filling: str, first: bool
) -> None:
    """Exception with 10 KB unicode text, CR/LF, the URL inside -> <= 4096 bytes, valid JSON, no URL in it or logs."""
    event = world.event("Create")
    url = event["ResponseURL"]
    message = f"{url} {filling}" if first else f"{filling} {url}"
    error = BatchApiError("ValidationException", message)
    world.bedrock.fault(operation, error)

    answer = world.deliver(event)
    log = capsys.readouterr().out

    assert len(world.bodies[-1]) <= 4096
    assert answer["Status"] == "FAILED"
    assert answer["PhysicalResourceId"].startswith("not-started:")
    assert "ValidationException" in answer["Reason"]
    assert all(json.loads(line) for line in log.splitlines())
    for text in (world.bodies[-1].decode(), log):
        assert "X-Amz-" not in text
        assert SECRET not in text
