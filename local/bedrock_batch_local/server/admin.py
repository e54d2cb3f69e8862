"""The server's own pages below ``/_bedrock-batch/``: the bill, the clock, faults. For the root of any account."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.clock import ManualClock, ScaledClock
from bedrock_batch_local.server.event_faults import EventFaults
from bedrock_batch_local.server.http import HttpScope, Receive, Send, answer, read_body
from bedrock_batch_local.server.simulation import Simulation

PREFIX = "/_bedrock-batch/"


class Admin:
    """The pages and what they take.

    ``GET bill?account=&region=``, ``GET clock``, ``POST clock {"advanceSeconds": n}`` or ``{"speed": n}``,
    ``POST event-faults`` with fields of ``EventFaults``.
    """

    def __init__(
        self, engine: BatchEngine, clock: ManualClock | ScaledClock, simulation: Simulation, faults: EventFaults
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._simulation = simulation
        self._faults = faults

    async def __call__(self, scope: HttpScope, receive: Receive, send: Send) -> None:
        call = (scope["method"], scope["path"].removeprefix(PREFIX))
        try:
            if call == ("GET", "bill"):
                await answer(send, 200, self._bill(scope))
            elif call == ("GET", "clock"):
                await answer(send, 200, self._time())
            elif call == ("POST", "clock"):
                await self._move(json.loads(await read_body(receive)))
                await answer(send, 200, self._time())
            elif call == ("POST", "event-faults"):
                self._faults.set(json.loads(await read_body(receive)))
                await answer(send, 200, asdict(self._faults))
            else:
                await answer(send, 404, {"message": "no such page"})
        except ValueError as error:
            await answer(send, 400, {"message": str(error)})

    def _bill(self, scope: HttpScope) -> dict[str, int]:
        query = parse_qs(scope.get("query_string", b"").decode())
        return asdict(self._engine.bill(*(query.get(name, [None])[0] for name in ("account", "region"))))

    def _time(self) -> dict[str, Any]:
        now = datetime.fromtimestamp(self._clock.now(), UTC).isoformat()
        return {"now": now, "speed": 0 if isinstance(self._clock, ManualClock) else self._clock.speed}

    async def _move(self, wish: Any) -> None:
        if not isinstance(wish, dict) or len(wish) != 1:
            raise ValueError("the body must be an object with advanceSeconds or speed")
        ((name, amount),) = wish.items()
        if not isinstance(amount, int | float) or isinstance(amount, bool):
            raise ValueError(f"{name} must be a number, got {amount!r}")  # noqa: TRY004  (a bad request, not a bug)
        if name == "advanceSeconds":
            await self._simulation.advance(self._clock, amount)
        elif name == "speed" and isinstance(self._clock, ScaledClock):
            self._clock.speed = amount
        else:
            allowed = "advanceSeconds" + (" or speed" if isinstance(self._clock, ScaledClock) else "")
            raise ValueError(f"this clock takes {allowed}, got {name}")
