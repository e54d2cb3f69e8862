"""What is wrong with a JSON Schema that asks for structured output.

Sources: `schema_keywords`. The service refuses each record whose schema has what it does not take, with status 400.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bedrock_batch.families.fault import Fault
from bedrock_batch.families.schema_keywords import LISTS, MAPS, TAKEN
from bedrock_batch.families.schema_references import Web, target_of
from bedrock_batch.families.schema_rules import faults_of_one

# The limits of Claude's page. Bedrock's has none.
_MOST_OPTIONAL: Final = 24
_MOST_UNIONS: Final = 16
_MOST_FAULTS: Final = 100


def faults_of_schema(schema: Any, path: str) -> Sequence[Fault]:
    """What is wrong with a schema, the first hundred faults.

    :param path: of the schema, with which the members of the faults begin.
    """
    found: dict[Fault, None] = {}
    for fault in _Walk(schema, path).faults():
        found[fault] = None
        if len(found) == _MOST_FAULTS:
            break
    return tuple(found)


@dataclass(slots=True)
class _Walk:
    """A way through a schema and all that it holds."""

    root: Any
    path: str
    web: Web = field(default_factory=Web)
    optional: int = 0
    unions: int = 0

    def faults(self) -> Iterator[Fault]:
        # Not a recursion: a schema can be nested deeper than Python calls.
        pending = [(self.path, self.root)]
        seen: set[int] = set()
        while pending:
            path, schema = pending.pop()
            if isinstance(schema, bool) and path != self.path:
                yield Fault(path, "AWS does not document true or false as a schema", True)
            elif not isinstance(schema, dict):
                yield Fault(path, "must be an object: a schema")
            elif id(schema) not in seen:
                seen.add(id(schema))
                self._count(schema)
                yield from faults_of_one(path, schema)
                yield from self._faults_of_reference(path, schema)
                pending += reversed(list(self._next(path, schema)))
        yield from self._faults_of_all()

    def _faults_of_all(self) -> Iterator[Fault]:
        for reference in self.web.circles():
            yield Fault(reference, "the schema is recursive, which structured output does not take")
        if self.optional > _MOST_OPTIONAL:
            reason = f"{self.optional} properties are not in required, and Claude takes {_MOST_OPTIONAL} at most"
            yield Fault(self.path, reason, True)
        if self.unions > _MOST_UNIONS:
            reason = f"{self.unions} schemas have anyOf or a list of types, and Claude takes {_MOST_UNIONS} at most"
            yield Fault(self.path, reason, True)

    def _count(self, schema: dict[str, Any]) -> None:
        properties, required = schema.get("properties"), schema.get("required", [])
        if isinstance(properties, dict) and not TAKEN["required"](required):
            self.optional += len(properties.keys() - set(required))
        self.unions += "anyOf" in schema or isinstance(schema.get("type"), list)

    def _faults_of_reference(self, path: str, schema: dict[str, Any]) -> Iterator[Fault]:
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return
        if not reference.startswith("#"):
            yield Fault(f"{path}.$ref", "must refer to a part of this schema, such as #/$defs/name")
        elif self._target(schema) is None:
            yield Fault(f"{path}.$ref", "refers to nothing in this schema")

    def _target(self, schema: dict[str, Any]) -> dict[str, Any] | None:
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#"):
            return None
        try:
            target = target_of(self.root, reference)
        except LookupError:
            return None
        return target if isinstance(target, dict) else None

    def _next(self, path: str, schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """The schemas that a schema holds, and the one that it refers to, with their paths."""
        for place, inner in _held(path, schema):
            self.web.add(schema, inner)
            yield place, inner
        target = self._target(schema)
        if target is not None:
            # It may be where no keyword of a schema is.
            self.web.add(schema, target, f"{path}.$ref")
            yield f"{self.path}{schema['$ref'][1:].replace('/', '.')}", target


def _held(path: str, schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in schema.items():
        if name == "items":
            yield f"{path}.{name}", value
        elif name in LISTS and isinstance(value, list):
            yield from ((f"{path}.{name}", each) for each in value)
        elif name in MAPS and isinstance(value, dict):
            yield from ((f"{path}.{name}.{key}", each) for key, each in value.items())
