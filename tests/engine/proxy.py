"""A proxy that answers every request with a page, and real clients whose calls end at it."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
from botocore.config import Config


class Proxy(ThreadingHTTPServer):
    """Answers whatever it is asked with one page."""

    status, page, requests = 200, b"", 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)

    def client(self, service: str) -> Any:
        """A boto3 client whose calls end here; it repeats none."""
        return boto3.client(
            service,
            region_name="eu-west-1",
            endpoint_url=f"http://127.0.0.1:{self.server_port}",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1, "mode": "standard"}, proxies={}),
        )


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.requests += 1
        self.send_response(self.server.status)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(self.server.page)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the base class's spelling

    def log_message(self, *_: object) -> None:
        """Say nothing."""
