"""What a test makes go wrong on the way of an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from bedrock_batch_local.engine.quirks import Quirks


@dataclass
class EventFaults:
    """Faults of state change events: best effort, as AWS calls them. They may change while the server runs.

    The next ``dropped`` events are never sent, and the next ``doubled`` ones after those twice. All are sent
    ``lag_seconds`` (simulated) after the change that they tell. Of the calls of targets, for events of any kind, the
    next ``throttled`` are refused: EventBridge retries them.
    """

    dropped: int = 0
    doubled: int = 0
    lag_seconds: float = 0.0
    throttled: int = 0

    @classmethod
    def of(cls, quirks: Quirks) -> Self:
        """The faults that a server starts with."""
        return cls(quirks.dropped_events, quirks.doubled_events, quirks.event_lag_seconds)

    def set(self, wish: Any) -> None:
        """Replace those that are named. ``ValueError`` for other names, or for what is no number of 0 or more."""
        if not isinstance(wish, Mapping):
            raise ValueError("the body must be an object")  # noqa: TRY004  (a bad request, not a bug)
        names = {field.name for field in fields(self)}
        for name, amount in wish.items():
            if name not in names:
                raise ValueError(f"faults must be of {sorted(names)}, got {name!r}")
            if not isinstance(amount, int | float) or isinstance(amount, bool) or not 0 <= amount < float("inf"):
                raise ValueError(f"{name} must be 0 or more, got {amount!r}")
        for name, amount in wish.items():
            setattr(self, name, amount if name == "lag_seconds" else int(amount))

    def times(self) -> int:
        """How often the next event is sent."""
        if self.dropped:
            self.dropped -= 1
            return 0
        if self.doubled:
            self.doubled -= 1
            return 2
        return 1

    def is_throttled(self) -> bool:
        """Whether the next call of a target is refused."""
        if not self.throttled:
            return False
        self.throttled -= 1
        return True
