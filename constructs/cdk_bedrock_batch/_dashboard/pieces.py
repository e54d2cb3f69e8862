"""A list in pieces that fit into a widget each."""

from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


def pieces(items: Sequence[_T], most: int) -> list[list[_T]]:
    """Pieces of at most so many items; none for no items."""
    return [list(items[start : start + most]) for start in range(0, len(items), most)]
