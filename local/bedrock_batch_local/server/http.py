"""The small part of ASGI that the front needs: read a body, pass it on, respond with JSON."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any

Message = MutableMapping[str, Any]
HttpScope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[HttpScope, Receive, Send], Awaitable[None]]

# The largest legal request carries 200 tags, about 100 kB.
_LARGEST_BODY = 1 << 20


class BodyTooLargeError(Exception):
    """A request body that is larger than that of any call of the API."""


async def read_body(receive: Receive, largest: int = _LARGEST_BODY) -> bytes:
    """The whole request body. ``BodyTooLargeError`` beyond ``largest`` bytes."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > largest:
            raise BodyTooLargeError
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that returns ``body`` again, for an application that reads it after us."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


async def answer(send: Send, status: int, members: Any, headers: dict[str, str] | None = None) -> None:
    """A JSON response. Datetimes have the API's form (ISO 8601, UTC)."""
    body = json.dumps(members, default=_encoded).encode()
    fields = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    encoded = [(name.encode(), value.encode("latin-1", "replace")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


def _encoded(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    raise TypeError(f"{type(value).__name__} has no JSON form here")
