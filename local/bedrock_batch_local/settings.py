"""The settings of a server at its start, and what it tells its parent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

# A job of 120 records, 12.5 simulated minutes, passes in about six seconds.
DEFAULT_SPEED = 120.0


@dataclass(frozen=True)
class Settings:
    """``port`` 0 is a free one. ``speed`` is simulated seconds per second. A ``manual_clock`` stands still until moved.

    ``inference_url`` is the base of an OpenAI-compatible API, ``inference_model`` the name of its model. Without them
    answers are deterministic. A copy inside S3 takes ``copy_seconds``. ``quirks`` are the fields of ``Quirks`` that
    differ from the defaults, in JSON form. ``pacing`` are those of ``Pacing``.
    """

    port: int = 0
    speed: float = DEFAULT_SPEED
    manual_clock: bool = False
    inference_url: str | None = None
    inference_model: str | None = None
    copy_seconds: float = 0.0
    quirks: Mapping[str, Any] = field(default_factory=dict)
    pacing: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        return cls(**json.loads(text))


@dataclass(frozen=True)
class Started:
    """What a server tells its parent as soon as it handles requests.

    ``secret`` signs for the root of every account, and is new at each start. ``folder`` has all files of the server.
    """

    endpoint_url: str
    secret: str
    folder: str

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Started:
        return cls(**json.loads(text))
