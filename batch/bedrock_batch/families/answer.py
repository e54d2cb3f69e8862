"""What a response body says, whatever its form."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer in a `modelOutput`. What the body does not say is None."""

    text: str | None = None
    vectors: Any = None
    """The vector of an embedding, or vectors by type or input, as the model writes them."""
    stop_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
