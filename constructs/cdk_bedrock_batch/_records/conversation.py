"""A request to a chat model, whatever the form of its body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Image:
    """An image inside a request: `png`, `jpeg`, `gif` or `webp`, in base64."""

    format: str
    data: str


Content = str | Image


@dataclass(frozen=True, slots=True)
class Turn:
    """What the user or the assistant says."""

    role: str
    content: tuple[Content, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Turns that begin with the user's, and how the model should answer."""

    turns: tuple[Turn, ...]
    system: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = field(default=())
    answer_schema: Mapping[str, Any] | None = None
