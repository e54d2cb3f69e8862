"""What a schema refers to inside itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote


def target_of(root: Any, reference: str) -> Any:
    """What a reference such as `#/$defs/part` leads to.

    :raises LookupError: there is nothing.
    """
    pointer = unquote(reference.removeprefix("#"))
    if pointer and not pointer.startswith("/"):
        raise LookupError(reference)
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(root, Mapping):
            root = root[name]
        elif isinstance(root, list) and name.isdecimal():
            root = root[int(name)]
        else:
            raise LookupError(reference)
    return root


@dataclass(slots=True)
class Web:
    """Which schema holds or refers to which. Schemas are known by the identity of their objects."""

    arrows: dict[int, list[tuple[int, str | None]]] = field(default_factory=dict)
    """For each schema the others, with the path of the reference or None for what it holds."""

    def add(self, schema: Any, other: Any, reference: str | None = None) -> None:
        """Note that a schema leads to another one."""
        self.arrows.setdefault(id(schema), []).append((id(other), reference))

    def circles(self) -> Iterator[str]:
        """The path of a reference in each circle that is found."""
        done: set[int] = set()
        for start in self.arrows:
            if start not in done:
                yield from self._circles_from(start, done)

    def _circles_from(self, start: int, done: set[int]) -> Iterator[str]:
        # Not a recursion: a schema can be nested deeper than Python calls.
        way: dict[int, str | None] = {start: None}
        pending = [(start, iter(self.arrows[start]))]
        while pending:
            here, arrows = pending[-1]
            for there, reference in arrows:
                if there in way:
                    yield reference or _last_reference(way, there)
                elif there not in done:
                    way[there] = reference
                    pending.append((there, iter(self.arrows.get(there, ()))))
                    break
            else:
                done.add(here)
                del way[here]
                pending.pop()


def _last_reference(way: dict[int, str | None], since: int) -> str:
    """The last reference on a way after a schema. What only holds others is no circle."""
    inside = list(way)
    return next(found for each in reversed(inside[inside.index(since) + 1 :]) if (found := way[each]) is not None)
