"""A policy with one thing taken away, in every way there is."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Statement = dict[str, Any]


@dataclass(frozen=True)
class Removal:
    """What was taken away, and the statements that are left."""

    what: str
    left: tuple[Statement, ...]


def removals(statements: Sequence[Statement]) -> Iterator[Removal]:
    """Each statement, then each action and each resource of those that have several, taken away in turn."""
    for index, statement in enumerate(statements):
        rest = [copy.deepcopy(each) for each in statements]
        removed = rest.pop(index)
        yield Removal(f"{_actions(removed)} on {_resources(removed)}", tuple(rest))
        for member in ("Action", "Resource"):
            values = _as_list(statement[member])
            for value in values if len(values) > 1 else ():
                changed = [copy.deepcopy(each) for each in statements]
                changed[index][member] = [each for each in values if each != value]
                where = f"on {_resources(statement)}" if member == "Action" else f"of {_actions(statement)}"
                yield Removal(f"{value} {where}", tuple(changed))


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _actions(statement: Statement) -> str:
    return ", ".join(_as_list(statement["Action"]))


def _resources(statement: Statement) -> str:
    return ", ".join(_as_list(statement["Resource"]))
