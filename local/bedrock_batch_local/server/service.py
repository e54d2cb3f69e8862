"""A service that the embedded AWS answers itself: what it is to the server, and what the server gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bedrock_batch_local.inference.model import Model
from bedrock_batch_local.server.http import Application, HttpScope
from bedrock_batch_local.settings import Settings, Started


@dataclass(frozen=True)
class Host:
    """The server as its services know it. ``otherwise`` answers what turns out to be none of theirs."""

    settings: Settings
    started: Started
    model: Model
    otherwise: Application


class Service(Protocol):
    """One service. It is made once, before the first request."""

    def application_for(self, scope: HttpScope) -> Application | None:
        """Who answers a request, as far as its head tells; ``None`` if it is not for this service."""

    async def run(self) -> None:
        """What goes on between requests. Cancelled when the server ends."""

    def close(self) -> None:
        """End what it started."""
