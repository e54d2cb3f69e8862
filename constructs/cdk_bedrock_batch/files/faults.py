"""The mistakes in the files of a folder: all are told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cdk_bedrock_batch.files.place import Place

# Our own limit: nobody reads more at once.
_MOST_TOLD: Final = 100


class Faults:
    """Mistakes, each with its place, the keys that lead to it, and the reason."""

    def __init__(self) -> None:
        """Begin without one."""
        self._told: dict[str, tuple[str, int, int, int]] = {}
        self._keys: set[str] = set()
        self._added = 0

    def __len__(self) -> int:
        """How often a mistake was noted so far, each time that it was met: jobs share those of their defaults."""
        return self._added

    def add(self, place: Place, *said: str) -> None:
        """Note a mistake.

        :param said: the keys that lead to it, and the reason.
        """
        self._added += 1
        self._keys.update(said[:-1])
        told = ": ".join((str(place), *said))
        self._told.setdefault(told, (str(place.path), place.line, place.column, len(self._told)))

    def leave_open(self, key: str) -> None:
        """Let `tells_of` say yes: whether the key is there cannot be seen."""
        self._keys.add(key)

    def tells_of(self, key: str) -> bool:
        """Whether a value of this key is wrong somewhere, so that what follows of it is not told."""
        return key in self._keys

    def raise_if_any(self) -> None:
        """End here if there are mistakes.

        :raises ValueError: the text has a line for each, in the order of files and lines.
        """
        if not self._told:
            return
        lines = sorted(self._told, key=self._told.__getitem__)
        more = len(lines) - _MOST_TOLD
        rest = [f"... and {more:,} more mistake{'s' if more > 1 else ''}"] if more > 0 else []
        raise ValueError("\n".join([*lines[:_MOST_TOLD], *rest]))
