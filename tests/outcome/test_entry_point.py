"""What Lambda calls, with the clients that it really has."""

import importlib
from typing import Any

import pytest

from batch_outcome.core.own_stack import OwnStack
from batch_outcome.io.clients import AwsClients
from batch_outcome.io.time_left import TimeLeft
from handler.runtime import Context
from handler.world import REGION, STACK_ID

_SERVICES = ("bedrock", "cloudwatch", "events", "s3")


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def test_the_entry_point_hands_the_event_to_an_invocation_with_real_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    index = importlib.import_module("batch_outcome.index")
    seen: list[Any] = []
    monkeypatch.setattr(index, "handle", lambda *arguments: seen.extend(arguments))
    monkeypatch.setenv("STACK_ID", STACK_ID)
    event: dict[str, Any] = {"source": "aws.events"}

    index.handler(event, Context(5000))

    assert seen[0] is event
    assert isinstance(seen[1], AwsClients)
    assert seen[2] == OwnStack(STACK_ID)
    assert isinstance(seen[3], TimeLeft)
    assert seen[3].seconds == 5.0


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("service", _SERVICES)
def test_the_clients_are_bounded_repeat_calls_and_are_made_once(service: str) -> None:
    aws = AwsClients()
    client = getattr(aws, service)

    assert client is getattr(aws, service)
    assert client.meta.service_model.service_name == {"cloudwatch": "cloudwatch"}.get(service, service)
    assert (client.meta.config.connect_timeout, client.meta.config.read_timeout) == (3, 10)
    assert client.meta.config.retries == {"mode": "standard", "total_max_attempts": 5}
