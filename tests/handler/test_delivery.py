"""The PUT to CloudFormation, against a real server on loopback."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from model_invocation_job.core.errors import DeliveryError, RefusedDeliveryError
from model_invocation_job.io.delivery import deliver


class Receiver:
    """Answers each PUT with the next status of a list and keeps what it got."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[str, str | None, bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 2  # a body that is shorter than it says must not hold the test up

            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, self.headers["Content-Type"], body))
                self.send_response(receiver.statuses.pop(0))
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Keep the test's output clean."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/answer?token=5ec7e7"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def test_puts_the_body_with_an_empty_content_type(receiver: Receiver) -> None:
    receiver.statuses = [200]
    deliver(receiver.url, b'{"Status":"SUCCESS"}', lambda _: None)

    assert receiver.got == [("/answer?token=5ec7e7", "", b'{"Status":"SUCCESS"}')]


def test_tries_again_after_faults_of_the_service_with_growing_waits(receiver: Receiver) -> None:
    receiver.statuses = [500, 503, 200]
    waits: list[float] = []
    deliver(receiver.url, b"{}", waits.append)

    assert len(receiver.got) == 3
    assert 0 < waits[0] < waits[1] * 1.01


def test_gives_up_after_five_tries_without_showing_the_address(receiver: Receiver) -> None:
    receiver.statuses = [500] * 9
    with pytest.raises(DeliveryError) as raised:
        deliver(receiver.url, b"{}", lambda _: None)

    assert len(receiver.got) == 5
    assert "5ec7e7" not in str(raised.value)


@pytest.mark.parametrize("status", [403, 404])
def test_an_expired_address_is_not_tried_again(receiver: Receiver, status: int) -> None:
    receiver.statuses = [status] * 2
    with pytest.raises(RefusedDeliveryError):
        deliver(receiver.url, b"{}", lambda _: None)

    assert len(receiver.got) == 1


def test_a_redirect_is_never_followed(receiver: Receiver) -> None:
    receiver.statuses = [307] * 5
    with pytest.raises(DeliveryError):
        deliver(receiver.url, b"{}", lambda _: None)

    assert {path for path, _, _ in receiver.got} == {"/answer?token=5ec7e7"}
