"""What a response body says, whatever its form."""

from collections.abc import Mapping
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


def tokens(usage: Any, member: str) -> int | None:
    """The count of tokens that a `usage` object has in a member; None without one."""
    count = usage.get(member) if isinstance(usage, Mapping) else None
    return count if isinstance(count, int) and not isinstance(count, bool) else None


def reason(value: Any) -> str | None:
    """A stop reason; None for anything that is not a string."""
    return value if isinstance(value, str) else None


def string(value: Any) -> str:
    """A string of an answer. `TypeError` for anything else."""
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value
