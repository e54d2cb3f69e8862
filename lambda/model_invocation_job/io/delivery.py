"""The PUT that sends a response to CloudFormation."""

import http.client
import ssl
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from model_invocation_job.core.errors import DeliveryError, RefusedDeliveryError
from model_invocation_job.io.waiting import Backoff

_ATTEMPTS = 5
_TIMEOUT_SECONDS = 10
# S3 returns 400 if a request takes too long (RequestTimeout), and 408 or 429 under load. Each may pass.
PASSING = frozenset({400, 408, 429})


def deliver(response_url: str, body: bytes, sleep: Callable[[float], None]) -> None:
    """PUT a response to a checked address, with up to five tries. Redirects are not followed.

    :raises RefusedDeliveryError: the response was refused for good, as when the address has expired (HTTP 403).
    :raises DeliveryError: every try failed.
    """
    url = urlsplit(response_url)
    backoff = Backoff(first=0.5, longest=8.0)
    last = "no attempt"
    for attempt in range(_ATTEMPTS):
        if attempt:
            sleep(backoff.next())
        try:
            status = put(url, body)
        except (OSError, http.client.HTTPException) as error:
            last = type(error).__name__
            continue
        if 200 <= status < 300:
            return
        last = f"HTTP {status}"
        if 400 <= status < 500 and status not in PASSING:
            raise RefusedDeliveryError(f"CloudFormation refuses the answer: {last}")
    raise DeliveryError(f"CloudFormation could not be told: {last}")


def put(url: SplitResult, body: bytes) -> int:
    """One PUT. Returns the HTTP status."""
    connection = (
        http.client.HTTPSConnection(
            url.hostname or "", url.port, timeout=_TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
        if url.scheme == "https"
        else http.client.HTTPConnection(url.hostname or "", url.port, timeout=_TIMEOUT_SECONDS)
    )
    try:
        # The signature requires an empty content type.
        path = f"{url.path}?{url.query}" if url.query else url.path
        connection.request("PUT", path, body, {"Content-Type": "", "Content-Length": str(len(body))})
        return connection.getresponse().status
    finally:
        connection.close()
