"""What CDK says of a construct, asked once: each answer crosses two processes, and hundreds of jobs ask the same."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, Self, TypeVar, cast
from weakref import WeakKeyDictionary

_C = TypeVar("_C")


class AskedOnce(Generic[_C]):
    """Something known of a construct; `of` gives every caller the same object."""

    _made: ClassVar[WeakKeyDictionary[Any, dict[type, Any]]] = WeakKeyDictionary()

    def __init__(self, construct: _C) -> None:
        """Take a construct; callers use `of`."""
        self.construct = construct

    @classmethod
    def of(cls, construct: _C) -> Self:
        """The one object of this class for a construct."""
        made = AskedOnce._made.setdefault(construct, {})
        if cls not in made:
            made[cls] = cls(construct)
        return cast("Self", made[cls])
