"""The last lines before the network: what is opened, how long it may take, and what is sent."""

import http.client
import random
import ssl
from typing import Any

import pytest

from model_invocation_job.core.errors import DeliveryError, RefusedDeliveryError
from model_invocation_job.io.delivery import deliver

ADDRESS = "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com:443/a"


class Wire:
    """Stands for a connection: answers with one status after another, or breaks."""

    def __init__(self, *outcomes: int | Exception) -> None:
        self.outcomes = list(outcomes)
        self.made: list[tuple[Any, ...]] = []
        self.sent: list[tuple[Any, ...]] = []
        self.status = 0

    def __call__(self, host: str, port: int | None, **options: Any) -> "Wire":
        self.made.append((host, port, options))
        return self

    def request(self, *arguments: Any) -> None:
        self.sent.append(arguments)

    def getresponse(self) -> "Wire":
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        self.status = outcome
        return self

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr(http.client, "HTTPSConnection", wire)
    return wire


def test_an_answer_goes_out_over_tls_that_is_checked_and_within_ten_seconds(wire: Wire) -> None:
    wire.outcomes = [200]
    deliver(ADDRESS, b"{}", lambda _: None)
    ((host, port, options),) = wire.made

    assert (host, port, options["timeout"]) == (ADDRESS.split("/")[2].split(":", maxsplit=1)[0], 443, 10)
    assert options["context"].verify_mode is ssl.CERT_REQUIRED
    assert wire.sent == [("PUT", "/a", b"{}", {"Content-Type": "", "Content-Length": "2"})]


def test_a_connection_on_loopback_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(200)
    monkeypatch.setattr(http.client, "HTTPConnection", wire)
    deliver("http://localhost:4566/a?b", b"{}", lambda _: None)

    assert wire.made == [("localhost", 4566, {"timeout": 10})]
    assert wire.sent[0][1] == "/a?b"


def test_a_broken_connection_is_tried_again_with_waits_that_double(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    wire.outcomes = [*[OSError("x")] * 4, http.client.BadStatusLine("x")]
    waits: list[float] = []
    with pytest.raises(DeliveryError, match=r"^CloudFormation could not be told: BadStatusLine$"):
        deliver(ADDRESS, b"{}", waits.append)

    assert waits == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize("status", [401, 403, 404, 499])
def test_a_refusal_is_told_by_its_status(wire: Wire, status: int) -> None:
    wire.outcomes = [status]
    with pytest.raises(RefusedDeliveryError, match=f"^CloudFormation refuses the answer: HTTP {status}$"):
        deliver(ADDRESS, b"{}", lambda _: None)


@pytest.mark.parametrize("status", [300, 399, 400, 408, 429, 500])
def test_anything_but_success_and_refusal_is_tried_again(wire: Wire, status: int) -> None:
    wire.outcomes = [status] * 5
    with pytest.raises(DeliveryError, match=f"^CloudFormation could not be told: HTTP {status}$"):
        deliver(ADDRESS, b"{}", lambda _: None)

    assert len(wire.sent) == 5
