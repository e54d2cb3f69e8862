"""Caches what CDK says of a construct. Each call crosses two processes, and hundreds of jobs ask the same."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, Self, TypeVar, cast
from weakref import WeakKeyDictionary

_C = TypeVar("_C")


class AskedOnce(Generic[_C]):
    """Something that is known of a construct. `of` returns the same object to every caller."""

    _made: ClassVar[WeakKeyDictionary[Any, dict[type, Any]]] = WeakKeyDictionary()

    def __init__(self, construct: _C) -> None:
        """Keep the construct. Callers use `of`."""
        self.construct = construct

    @classmethod
    def of(cls, construct: _C) -> Self:
        """The one object of this class for a construct. The first call creates it."""
        made = AskedOnce._made.setdefault(construct, {})
        if cls not in made:
            made[cls] = cls(construct)
        return cast("Self", made[cls])
