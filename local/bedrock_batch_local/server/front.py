"""The ASGI application of the server: it passes each request to its service, or to MiniStack.

Import this only after the environment is prepared (see ``surroundings``): it imports MiniStack.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bedrock_batch_local.emulator import application
from bedrock_batch_local.inference.model import Model
from bedrock_batch_local.server.http import Application, HttpScope, Message, Receive, Send
from bedrock_batch_local.server.service import Host
from bedrock_batch_local.server.services import SERVICES
from bedrock_batch_local.server.slow_copies import SlowCopies
from bedrock_batch_local.settings import Settings, Started

_FORWARDED = b"x-forwarded-proto"


class Front:
    """Runs the services while the server runs. ``on_ready`` is called as soon as requests are handled."""

    def __init__(self, settings: Settings, model: Model, started: Started, on_ready: Callable[[], None]) -> None:
        self._emulator: Application = application.start(started.secret)
        self._otherwise = SlowCopies(settings.copy_seconds, self._emulator)
        host = Host(settings, started, model, self._otherwise)
        self._services = [service(host) for service in SERVICES.values()]
        self._on_ready = on_ready
        self._running: list[asyncio.Task[None]] = []

    async def __call__(self, scope: HttpScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        scope = _over_tls(scope)
        found = (service.application_for(scope) for service in self._services)
        answering = next((one for one in found if one is not None), self._otherwise)
        await answering(scope, receive, send)

    def close(self) -> None:
        """End what the services and MiniStack still run: background threads and function processes."""
        for service in self._services:
            service.close()
        application.stop()

    async def _live(self, scope: HttpScope, receive: Receive, send: Send) -> None:
        async def send_and_start(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                self._running = [asyncio.create_task(service.run()) for service in self._services]
                self._on_ready()

        await self._emulator(scope, receive, send_and_start)
        for task in self._running:
            task.cancel()


def _over_tls(scope: HttpScope) -> HttpScope:
    """Mark a request as sent over TLS: bucket policies deny plain HTTP, and this is loopback.

    A caller without TLS can say so: ``x-forwarded-proto: http``.
    """
    if any(name.lower() == _FORWARDED and value == b"http" for name, value in scope["headers"]):
        return scope
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != _FORWARDED]
    return {**scope, "headers": [*headers, (_FORWARDED, b"https")]}
