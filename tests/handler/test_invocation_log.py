"""What the log says of answers that do not go out, and of requests that nobody made."""

import io
import json
import re
import sys
from typing import Any

import pytest

from bedrock_batch.run import identity
from handler.runtime import Context
from handler.test_answer import an_event
from handler.world import OWN_STACK, World
from model_invocation_job.core.answer import Answer, Status
from model_invocation_job.core.errors import DeliveryError, RefusedDeliveryError
from model_invocation_job.invocation import Invocation
from model_invocation_job.io.log import log
from model_invocation_job.outbox import Outbox


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_request_that_is_refused_is_logged_with_the_reason(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    Invocation(world, OWN_STACK, world.clock).run(world.event("Create", RequestId=""), Context())

    assert lines(capsys) == [{"message": "event refused", "reason": "RequestId is missing"}]


def test_an_answer_that_is_refused_is_logged_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    def refused(_: bytes) -> None:
        raise RefusedDeliveryError("HTTP 403")

    Outbox(an_event(), refused).send(Answer(Status.FAILED, "id"))

    assert lines(capsys) == [{"message": "answer refused", "reason": "HTTP 403"}]


def test_an_answer_that_comes_second_is_logged_and_not_sent(capsys: pytest.CaptureFixture[str]) -> None:
    sent: list[bytes] = []
    outbox = Outbox(an_event(), sent.append)
    outbox.send(Answer(Status.FAILED, "id"))
    outbox.send(Answer(Status.SUCCESS, "other"))

    assert len(sent) == 1
    assert lines(capsys) == [
        {"message": "answered", "status": "FAILED", "physical_id": "id"},
        {"message": "answer not sent, the time was up", "status": "SUCCESS"},
    ]


def test_an_answer_of_the_watchdog_that_is_not_delivered_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(_: bytes) -> None:
        raise DeliveryError("HTTP 500")

    Outbox(an_event(), fails).send_late(Answer(Status.FAILED, "id"))

    assert capsys.readouterr().out == '{"message": "answer not delivered", "reason": "HTTP 500"}\n'


def test_a_line_is_out_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda may freeze or end the process right after it."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="utf-8"))
    log("told")

    assert raw.getvalue() == b'{"message": "told"}\n'


def test_an_error_that_nobody_foresaw_is_logged_with_its_places_and_without_its_values(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.bedrock.fault("get_model_invocation_job", RuntimeError("a prompt"))
    world.create()

    printed = capsys.readouterr().out
    (line,) = [told for told in map(json.loads, printed.splitlines()) if told["message"] == "unexpected error"]
    places, own_places = line.pop("places").split(" < "), line.pop("own_places").split(" < ")
    assert line == {
        "message": "unexpected error",
        "error": "RuntimeError",
        "request_id": "request-1",
        "step": "GetModelInvocationJob",
    }
    assert re.match(r"faults\.py:\d+ \w", places[0]), "the innermost first"
    assert any(place.startswith("bedrock.py:") for place in places)
    assert own_places[0].startswith("bedrock.py:")
    assert not [place for place in own_places if place.startswith(("faults.py:", "client.py:"))]
    assert "a prompt" not in printed


def test_an_error_of_the_handler_itself_has_no_places(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.create()

    assert [line["message"] for line in lines(capsys)] == ["request", "waiting", "request failed", "answered"]


def test_a_property_that_cannot_be_used_has_no_places(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.create(RunId="")

    assert [line["message"] for line in lines(capsys)] == ["request", "request failed", "answered"]


def test_the_package_beside_the_handler_counts_as_its_own(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "tail_of", None)
    world.create()

    (line,) = [told for told in lines(capsys) if told["message"] == "unexpected error"]
    assert line["own_places"].startswith("identity.py:")


def test_each_wait_is_one_line_with_its_reason_and_its_bound(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.bedrock.fault("get_model_invocation_job", "ThrottlingException", times=5)
    arn = world.create()["PhysicalResourceId"]
    world.delete(arn)

    assert [line for line in lines(capsys) if line["message"] == "waiting"] == [
        {"message": "waiting", "reason": "GetModelInvocationJob: ThrottlingException", "at_most_seconds": 575},
        {"message": "waiting", "reason": "a job that was stopped has not ended yet", "at_most_seconds": 240},
    ]
