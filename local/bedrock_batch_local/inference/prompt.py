"""The content of a request body, whatever its format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")


def count_tokens(text: str) -> int:
    """A plausible token count: words count by their length, punctuation marks count one each."""
    return sum(1 + len(piece) // 7 for piece in _WORD_OR_MARK.findall(text))


@dataclass(frozen=True)
class Turn:
    """One message of a conversation; ``role`` is ``user`` or ``assistant``."""

    role: str
    text: str


@dataclass(frozen=True)
class Prompt:
    """Turns and system text. ``None`` stands for what the body does not set."""

    turns: tuple[Turn, ...]
    system: str = ""
    max_tokens: int | None = None
    temperature: float | None = None
    answer_schema: Mapping[str, Any] | None = None

    @property
    def text(self) -> str:
        return "\n".join([self.system, *(turn.text for turn in self.turns)]).strip()

    @property
    def question(self) -> str:
        """The last thing that the user said."""
        return next((turn.text for turn in reversed(self.turns) if turn.role == "user"), self.text)

    @property
    def tokens(self) -> int:
        return count_tokens(self.text)
