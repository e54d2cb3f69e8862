"""Copies inside S3 that take as long as those of gigabytes."""

from __future__ import annotations

import asyncio

from bedrock_batch_local.server.http import Application, HttpScope, Message, Receive, Send

_SOURCE = b"x-amz-copy-source"


class SlowCopies:
    """An ASGI application that delays the response to a copy. Its effect is there before."""

    def __init__(self, seconds: float, otherwise: Application) -> None:
        self._seconds = seconds
        self._otherwise = otherwise

    async def __call__(self, scope: HttpScope, receive: Receive, send: Send) -> None:
        async def send_late(message: Message) -> None:
            if message["type"] == "http.response.start":
                await asyncio.sleep(self._seconds)
            await send(message)

        is_copy = scope["type"] == "http" and any(name.lower() == _SOURCE for name, _ in scope["headers"])
        await self._otherwise(scope, receive, send_late if is_copy and self._seconds else send)
