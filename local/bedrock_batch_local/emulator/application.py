"""MiniStack as one ASGI application, corrected where it behaves otherwise than AWS."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import ministack.app
from ministack.core import lambda_runtime

from bedrock_batch_local.emulator import corrections

# Pages that configure and empty MiniStack, under its own name and that of another emulator.
_MAINTENANCE = ("/_ministack/", "/_localstack/")


def start(root_secret: str) -> Callable[..., Awaitable[None]]:
    """The application, once per process. ``root_secret`` is that of every account's root."""
    corrections.install(root_secret)
    application: Callable[..., Awaitable[None]] = ministack.app.app
    return application


def stop() -> None:
    """End the processes of functions."""
    lambda_runtime.reset()


def is_maintenance(path: str) -> bool:
    """Whether a path is a page of MiniStack itself, which AWS does not have."""
    return path.startswith(_MAINTENANCE)
