"""Faults of an input that records are built from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_SHOWN_KINDS: Final = 10


@dataclass(slots=True)
class Findings:
    """Faults by kind: each kind is told once, with the number of its lines."""

    name: str
    """Of the input: a path or an option."""
    _kinds: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, line: int, kind: str, detail: str = "") -> None:
        """Add a fault.

        :param line: of the file, or the position in the option, counted from 1.
        :param detail: what follows the text of the kind; that of the first line is shown.
        """
        text, others = self._kinds.get(kind, (f"{self.name}:{line}: {kind}{detail}", -1))
        self._kinds[kind] = text, others + 1

    def raise_if_any(self) -> None:
        """End the synthesis if there are faults.

        :raises ValueError: the text has the first ten kinds and the number of other kinds.
        """
        if not self._kinds:
            return
        texts = [f"{text} (and in {others:,} more)" if others else text for text, others in self._kinds.values()]
        more = len(texts) - _SHOWN_KINDS
        raise ValueError("\n".join([*texts[:_SHOWN_KINDS], *([f"... and {more:,} more"] if more > 0 else [])]))
