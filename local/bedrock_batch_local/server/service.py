"""The interface of a service that the embedded AWS handles itself, and what the server gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bedrock_batch_local.inference.model import Model
from bedrock_batch_local.server.http import Application, HttpScope
from bedrock_batch_local.settings import Settings, Started


@dataclass(frozen=True)
class Host:
    """The server as its services see it. ``otherwise`` handles requests that are not theirs."""

    settings: Settings
    started: Started
    model: Model
    otherwise: Application


class Service(Protocol):
    """One service. It is made once, before the first request."""

    def application_for(self, scope: HttpScope) -> Application | None:
        """The application for a request, from its headers. ``None`` if it is not for this service."""

    async def run(self) -> None:
        """What the service does between requests. It is cancelled when the server ends."""

    def close(self) -> None:
        """End what the service started."""
