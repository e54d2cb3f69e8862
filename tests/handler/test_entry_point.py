"""What Lambda calls, with the clients and the clock that it really has."""

import importlib
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from handler.runtime import Context
from handler.world import OWN_STACK, REGION, STACK_ID
from model_invocation_job.invocation import Invocation
from model_invocation_job.io import clients
from model_invocation_job.io.deadline import SystemClock


def test_the_entry_point_hands_the_event_to_an_invocation_with_real_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    index = importlib.import_module("model_invocation_job.index")
    seen: list[Any] = []

    class Spy(Invocation):
        def run(self, raw_event: Any, context: Any) -> None:
            seen.extend([self._clients, self._own, raw_event, context])

    monkeypatch.setattr(index, "Invocation", Spy)
    monkeypatch.setenv("STACK_ID", STACK_ID)
    monkeypatch.setenv("URL_SUFFIX", "amazonaws.com")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    event: dict[str, Any] = {"RequestType": "Create"}
    context = Context()
    index.handler(event, context)

    assert isinstance(seen[0], clients.AwsClients)
    assert seen[1] == OWN_STACK
    assert seen[2] is event
    assert seen[3] is context


def test_the_clients_are_bounded_and_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    aws = clients.AwsClients()

    assert aws.bedrock is aws.bedrock
    found = ((aws.bedrock, "bedrock", 20), (aws.cloudformation, "cloudformation", 20), (aws.s3, "s3", 300))
    for client, service, seconds in found:
        assert client.meta.service_model.service_name == service
        assert (client.meta.config.connect_timeout, client.meta.config.read_timeout) == (5, seconds)
        assert client.meta.config.retries == {"mode": "standard", "total_max_attempts": 1}


def test_the_sdk_repeats_no_request_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would hide that a request before the one that was refused may have had its effect."""
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    sent: list[Any] = []
    client = clients.AwsClients().bedrock

    def fails(request: Any, **_: Any) -> None:
        sent.append(request)
        raise ReadTimeoutError(endpoint_url="x")

    client.meta.events.register("before-send", fails)
    with pytest.raises(ReadTimeoutError):
        client.list_model_invocation_jobs()

    assert len(sent) == 1


def test_the_time_of_day_has_its_zone() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
