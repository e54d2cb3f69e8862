"""The embedded AWS as one process: MiniStack, the batch service in front of it, both on one loopback port."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import Callable

from hypercorn.asyncio import serve as serve_http
from hypercorn.config import Config

from bedrock_batch_local.emulator import release
from bedrock_batch_local.inference.answers import DeterministicModel
from bedrock_batch_local.inference.endpoint import EndpointModel
from bedrock_batch_local.inference.model import Model
from bedrock_batch_local.server.surroundings import (
    bind_nothing_more,
    bound_socket,
    own_folder,
    parent_gone,
    prepare_environment,
)
from bedrock_batch_local.settings import Settings, Started

_SHUTDOWN_SECONDS = 1.0

Ready = Callable[[Started], None]


def serve(settings: Settings, ready: Ready) -> None:
    """Run until a signal arrives or the parent process has ended.

    ``ready`` is called as soon as requests are handled. ``OSError`` if the port is taken, ``ValueError`` for invalid
    settings, ``WrongReleaseError`` for a MiniStack that is not supported. All files of the server are removed at the
    end.
    """
    release.check()
    model = _model(settings)
    with own_folder() as folder, bound_socket(settings.port) as listener:
        port = listener.getsockname()[1]
        started = Started(f"http://127.0.0.1:{port}", secrets.token_hex(20), str(folder))
        prepare_environment(folder, port)
        bind_nothing_more()
        # Not asyncio.run: at its end it waits for every worker thread, and a function that never responds to its custom
        # resource keeps one busy for an hour.
        loop = asyncio.new_event_loop()
        loop.run_until_complete(_serve(settings, model, listener.detach(), started, ready))


async def _serve(settings: Settings, model: Model, descriptor: int, started: Started, ready: Ready) -> None:
    # MiniStack reads its settings from the environment when it is imported, so no part of it may be imported earlier.
    from bedrock_batch_local.server.door import Door  # noqa: PLC0415  (see above)
    from bedrock_batch_local.server.front import Front  # noqa: PLC0415  (see above)

    front = Front(settings, model, started, on_ready=lambda: ready(started))
    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = _SHUTDOWN_SECONDS
    config.loglevel = "ERROR"
    try:
        await serve_http(Door(front, started.endpoint_url), config, shutdown_trigger=_end)  # type: ignore[arg-type]  # hypercorn types ASGI scopes as its own classes
    finally:
        front.close()


async def _end() -> None:
    """Return at the first reason to stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    reasons = [asyncio.ensure_future(stopped.wait()), asyncio.ensure_future(parent_gone())]
    await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
    for reason in reasons:
        reason.cancel()


def _model(settings: Settings) -> Model:
    if settings.inference_url is None:
        return DeterministicModel()
    if not settings.inference_model:
        raise ValueError("an inference url needs the name of a model")
    return EndpointModel(settings.inference_url, settings.inference_model)
