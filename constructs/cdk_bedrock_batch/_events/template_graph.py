"""What refers to what in a template: AWS CloudFormation makes the one first that another one names."""

from __future__ import annotations

import re
from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_VARIABLE = re.compile(r"\$\{([^!}.]+)[^}]*\}")


class TemplateGraph:
    """The resources and parameters of a template, by logical id."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        """Read a template."""
        self._resources: Mapping[str, Any] = template.get("Resources", {})

    @cached_property
    def _needed(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(_needs(resource)) for name, resource in self._resources.items()}

    def path(self, starts: Iterable[str], goal: str) -> list[str] | None:
        """A shortest way from one of some resources to another one, both ends included. None if there is none."""
        came_from = self._reached(starts)
        if goal not in came_from:
            return None
        way = [goal]
        while (previous := came_from[way[-1]]) is not None:
            way.append(previous)
        return way[::-1]

    def reached(self, starts: Iterable[str]) -> set[str]:
        """Some resources, and the resources and parameters that they need, also through others."""
        return set(self._reached(starts))

    def named_in_parameters(self, nested: str, parameters: Iterable[str]) -> list[str]:
        """What the values of some parameters of a nested stack name."""
        values = self._resources[nested].get("Properties", {}).get("Parameters", {})
        return sorted({name for each in parameters for name in _referred(values.get(each))})

    def shown(self, name: str) -> str:
        """The path of a construct, or the logical id if the template does not tell it."""
        path: str = self._resources.get(name, {}).get("Metadata", {}).get("aws:cdk:path", name)
        return path.removesuffix("/Resource")

    def _reached(self, starts: Iterable[str]) -> dict[str, str | None]:
        """Each resource that is reached, and the one before it."""
        came_from: dict[str, str | None] = dict.fromkeys(starts)
        queue = deque(came_from)
        while queue:
            here = queue.popleft()
            for name in sorted(self._needed.get(here, ())):
                if name not in came_from:
                    came_from[name] = here
                    queue.append(name)
        return came_from


def _needs(resource: Mapping[str, Any]) -> Iterator[str]:
    needed = resource.get("DependsOn", [])
    yield from [needed] if isinstance(needed, str) else needed
    yield from _referred(resource.get("Properties"))


def _referred(value: Any) -> Iterator[str]:
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *more]}:
            yield name
            yield from _referred(more)
        case {"Fn::GetAtt": str(text)}:
            yield text.partition(".")[0]
        case {"Fn::Sub": [str(text), dict(values)]}:
            yield from (name for name in _VARIABLE.findall(text) if name not in values)
            yield from _referred(values)
        case {"Fn::Sub": str(text)}:
            yield from _VARIABLE.findall(text)
        case dict():
            for item in value.values():
                yield from _referred(item)
        case list():
            for item in value:
                yield from _referred(item)
