"""CloudFormation's end of a ResponseURL on loopback: it answers each PUT with the next of given statuses."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

from handler.runtime import Context
from handler.world import OWN_STACK, World
from model_invocation_job.invocation import Invocation


class ResponseBucket:
    """Keeps the body of every PUT; only those with status 200 count as heard."""

    def __init__(self, statuses: list[int]) -> None:
        self.statuses = statuses
        self.puts: list[bytes] = []
        self.heard: list[dict[str, Any]] = []
        bucket = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = bucket.statuses.pop(0) if bucket.statuses else 200
                bucket.puts.append(body)
                if status == 200:
                    bucket.heard.append(json.loads(body))
                self.send_response(status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Keep the test's output clean."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port

    def sign(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event with an address in this bucket, signed at the same time."""
        query = event["ResponseURL"].partition("?")[2]
        return event | {"ResponseURL": f"http://127.0.0.1:{self.port}/answer?{query}"}


@contextmanager
def response_bucket(*statuses: int) -> Iterator[ResponseBucket]:
    """A bucket for the time of a test; after the given statuses it answers 200."""
    bucket = ResponseBucket(list(statuses))
    threading.Thread(target=bucket.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield bucket
    finally:
        bucket.server.shutdown()
        bucket.server.server_close()


def run_for_real(world: World, event: dict[str, Any]) -> None:
    """Run the handler with its own delivery, as a function of the embedded AWS whose address the event has."""
    own = replace(OWN_STACK, endpoint_url=f"http://{urlsplit(event['ResponseURL']).netloc}")
    Invocation(world, own, world.clock).run(event, Context())
