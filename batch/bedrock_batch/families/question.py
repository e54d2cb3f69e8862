"""What a builder asks a model, whatever the form of its request body."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One text for a model, and how it should answer."""

    text: str
    system: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    answer_schema: Mapping[str, Any] | None = None
    """JSON Schema of the answer, for models that the service documents structured output for."""
