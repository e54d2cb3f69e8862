"""One invocation: one response in time, none that CloudFormation no longer waits for, no secret in the log."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from handler.runtime import Context
from handler.vocabulary import created, started_and_running
from handler.world import OWN_STACK, World
from model_invocation_job.core.errors import DeliveryError, RefusedDeliveryError
from model_invocation_job.invocation import Invocation
from model_invocation_job.out_of_time import Watchdog


@pytest.mark.parametrize("missing", ["RequestType", "RequestId", "ResponseURL", "LogicalResourceId"])
def test_an_event_without_a_member_is_refused_without_a_call(
    world: World, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    event = world.event("Create")
    del event[missing]
    Invocation(world, OWN_STACK, world.clock, _no_delivery).run(event, Context())

    assert world.bedrock.calls == []
    assert f"{missing} is missing" in capsys.readouterr().out


@pytest.mark.parametrize(
    "members",
    [
        {"RequestType": "Destroy"},
        {"ResourceProperties": "none"},
        {"ResponseURL": "https://example.org/?X-Amz-Signature=5ec7e7"},
        {"ResponseURL": "http://localhost:1/?X-Amz-Signature=5ec7e7"},
    ],
)
def test_a_strange_event_starts_nothing_and_shows_no_secret(
    world: World, members: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    Invocation(world, OWN_STACK, world.clock, _no_delivery).run(world.event("Create") | members, Context())

    assert world.bedrock.calls == []
    assert "5ec7e7" not in capsys.readouterr().out


def test_an_answer_goes_to_the_address_of_its_event(world: World) -> None:
    addresses: list[str] = []
    event = world.event("Create")
    Invocation(world, OWN_STACK, world.clock, lambda address, *_: addresses.append(address)).run(event, Context())

    assert addresses == [event["ResponseURL"]]


def test_an_answer_that_cannot_be_delivered_lets_lambda_try_again(world: World) -> None:
    def fails(*_: Any) -> None:
        raise DeliveryError("CloudFormation could not be told: HTTP 500")

    event = world.event("Create")
    with pytest.raises(DeliveryError):
        Invocation(world, OWN_STACK, world.clock, fails).run(event, Context())
    world.clock.sleep(60)

    assert world.deliver(event)["Status"] == "SUCCESS"
    assert world.started == 1


def test_an_answer_that_is_refused_for_good_ends_the_invocation(world: World) -> None:
    def refused(*_: Any) -> None:
        raise RefusedDeliveryError("CloudFormation refuses the answer: HTTP 403")

    Invocation(world, OWN_STACK, world.clock, refused).run(world.event("Create"), Context())


def test_a_call_that_hangs_is_answered_by_the_watchdog_once(world: World) -> None:
    answers: list[dict[str, Any]] = []
    answered = threading.Event()
    unblocked = threading.Event()

    def put(_url: str, body: bytes, _sleep: Any) -> None:
        answers.append(json.loads(body))
        answered.set()

    def hangs(**_: Any) -> dict[str, Any]:
        assert answered.wait(10)
        unblocked.set()
        return {"invocationJobSummaries": []}

    world.bedrock.list_model_invocation_jobs = hangs  # type: ignore[method-assign]  # stands for a socket that hangs

    left = iter([15_100, 600_000])  # time for the watchdog to bite, then enough for the work to go on

    Invocation(world, OWN_STACK, world.clock, put).run(world.event("Create"), Context(lambda: next(left)))

    assert unblocked.is_set()
    assert [answer["Status"] for answer in answers] == ["FAILED"]
    assert answers[0]["Reason"] == (
        "ListModelInvocationJobs was not answered in time, and nothing was started. Deploy again."
    )
    assert world.started == 0, "nothing may start once the answer is out"


def hanging(world: World, method: str, **event: Any) -> list[dict[str, Any]]:
    """The answers to a request in which a call has its effect and then hangs until the watchdog has answered."""
    answers: list[dict[str, Any]] = []
    answered = threading.Event()
    call = getattr(world.bedrock, method)

    def put(_url: str, body: bytes, _sleep: Any) -> None:
        answers.append(json.loads(body))
        answered.set()

    def hangs(**arguments: Any) -> Any:
        answer = call(**arguments)
        assert answered.wait(10)
        return answer

    setattr(world.bedrock, method, hangs)

    left = iter([15_500, 600_000])  # work counts on more time than the watchdog does

    request = world.event(event.pop("RequestType", "Create"), **event)
    Invocation(world, OWN_STACK, world.clock, put).run(request, Context(lambda: next(left)))
    return answers


def test_a_delete_that_hangs_is_told_as_one_whose_job_may_be_running(world: World) -> None:
    """Nothing was to be started, and no clean-up follows a Delete."""
    job_arn = created(world)
    (answer,) = hanging(world, "get_model_invocation_job", RequestType="Delete", PhysicalResourceId=job_arn)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", job_arn)
    assert answer["Reason"] == "AWS did not answer in time. The job may be running and billing; delete again."


def test_a_start_that_hangs_is_answered_with_the_name_of_the_attempt(world: World) -> None:
    (answer,) = hanging(world, "create_model_invocation_job")

    assert answer["PhysicalResourceId"] == "maybe-started:tickets-0a1b2c3dicketsE1-704dce9f-1"
    assert answer["Reason"] == (
        "AWS did not answer in time. A job may have been accepted meanwhile: a rollback finds it by its name and stops"
        " it, and deploying the same again takes it."
    )
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.delete(answer["PhysicalResourceId"])
    assert (world.started, world.live()) == (1, [])


def test_a_call_that_hangs_after_the_start_is_answered_with_the_job(world: World) -> None:
    (answer,) = hanging(world, "get_model_invocation_job")

    (job_arn,) = world.live()
    assert answer["PhysicalResourceId"] == job_arn
    assert answer["Reason"].endswith(started_and_running(job_arn))


def test_an_unexpected_exception_is_answered_without_its_text(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.bedrock.fault("create_model_invocation_job", RuntimeError("prompt text"))

    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert "Unexpected RuntimeError" in answer["Reason"]
    assert "prompt text" not in answer["Reason"] + capsys.readouterr().out


def test_log_lines_are_json_and_hold_no_address_and_no_signature(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    created = world.create()
    world.delete(created["PhysicalResourceId"])
    lines = capsys.readouterr().out.splitlines()

    assert {"request", "job started", "job stopped", "answered"} <= {json.loads(line)["message"] for line in lines}
    assert not any("X-Amz-" in line or "5ec7e7" in line or "https://" in line for line in lines)


def test_the_watchdog_leaves_no_thread_behind(world: World) -> None:
    before = set(threading.enumerate())
    world.create()
    deadline = time.monotonic() + 5
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        threading.Event().wait(0.01)

    assert set(threading.enumerate()) - before == set()


def _no_delivery(*_: Any) -> None:
    raise AssertionError("nothing may be delivered")


@pytest.mark.parametrize(("remaining", "seconds"), [(600_000, 585), (16_000, 1), (15_000, 0.1), (10, 0.1)])
def test_the_watchdog_bites_fifteen_seconds_before_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch, remaining: int, seconds: float
) -> None:
    set_to: list[float] = []

    class Timer(threading.Timer):
        def __init__(self, interval: float, function: Callable[[], None]) -> None:
            set_to.append(interval)
            super().__init__(3600, function)

    monkeypatch.setattr(threading, "Timer", Timer)
    world.deliver(world.event("Delete", PhysicalResourceId="not-started:0"), remaining_milliseconds=remaining)

    assert set_to == [seconds]


def test_a_watchdog_never_keeps_the_process_alive() -> None:
    with Watchdog(3600, lambda: None) as watchdog:
        assert watchdog._timer.daemon is True


def test_an_answer_is_delivered_with_waits_on_the_handlers_own_clock(world: World) -> None:
    def put(_url: str, _body: bytes, sleep: Callable[[float], None]) -> None:
        sleep(0.25)

    Invocation(world, OWN_STACK, world.clock, put).run(world.event("Create"), Context())

    assert world.clock.slept == [0.25]
