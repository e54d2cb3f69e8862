"""Answers that satisfy a JSON Schema. The schema has no fault: the table of families has looked at it.

A regular expression (`pattern`) is not obeyed.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from bedrock_batch.families import target_of, types_of
from bedrock_batch_local.inference.bodies import RefusedBody
from bedrock_batch_local.inference.phrases import ACTIONS

_MOST_VALUES = 10_000
_MOST_ITEMS = 3
Schema = Mapping[str, Any]


def value_of(schema: Schema, topics: Sequence[str], seed: int) -> Any:
    """A JSON value that satisfies the schema, always the same. ``RefusedBody`` if it would be huge."""
    return _Composer(schema, topics, random.Random(seed)).value(schema)  # noqa: S311  (the same answer each time)


class _Composer:
    def __init__(self, root: Schema, topics: Sequence[str], chosen: random.Random) -> None:
        self._root = root
        self._topics = topics
        self._chosen = chosen
        self._values = 0

    def value(self, schema: Schema | bool) -> Any:
        self._values += 1
        if self._values > _MOST_VALUES:
            # The text is the service's own.
            raise RefusedBody("output_config.format.schema: Schema is too complex for compilation.")
        whole = self._whole(schema)
        types = _types(whole)
        if "const" in whole:
            return whole["const"]
        if "enum" in whole:
            return self._chosen.choice([each for each in whole["enum"] if not types or types & set(types_of(each))])
        return self._of_type(self._type(whole, types), whole)

    def _whole(self, schema: Schema | bool) -> Schema:
        """The schema with what it refers to, with all of `allOf` and one of `anyOf`."""
        if isinstance(schema, bool):
            return {}
        own = {name: each for name, each in schema.items() if name not in {"$ref", "allOf", "anyOf"}}
        if "$ref" in schema:
            own = _both(self._whole(target_of(self._root, schema["$ref"])), own)
        for part in schema.get("allOf", ()):
            own = _both(own, self._whole(part))
        if "anyOf" in schema:
            own = _both(own, self._whole(self._chosen.choice(schema["anyOf"])))
        return own

    def _type(self, schema: Schema, types: set[str]) -> str:
        if types:
            return self._chosen.choice(sorted(types))
        return "object" if "properties" in schema else "array" if "items" in schema else "string"

    def _of_type(self, kind: str, schema: Schema) -> Any:
        if kind == "object":
            return {name: self.value(each) for name, each in schema.get("properties", {}).items()}
        if kind == "array":
            return [self.value(schema.get("items", True)) for _ in range(self._chosen.randint(1, _MOST_ITEMS))]
        if kind == "null":
            return None
        if kind == "string":
            return self._text(schema.get("format"))
        number = self._chosen.randint(0, 10_000)
        return {"boolean": number % 2 == 0, "integer": number % 100, "number": number / 100}[kind]

    def _text(self, form: str | None) -> str:
        number = self._chosen.randrange(1 << 30)
        day = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
        time = f"{number % 24:02}:{number % 60:02}:00Z"
        texts = {
            "date": day,
            "date-time": f"{day}T{time}",
            "time": time,
            "duration": f"PT{number % 90 + 1}M",
            "email": f"person{number % 1000}@example.com",
            "hostname": f"host{number % 1000}.example.com",
            "uri": f"https://example.com/{number % 1000}",
            "ipv4": f"192.0.2.{number % 256}",
            "ipv6": f"2001:db8::{number % 65536:x}",
            "uuid": str(uuid.UUID(int=self._chosen.getrandbits(128), version=4)),
        }
        return texts.get(form or "") or self._chosen.choice(ACTIONS).format(*self._topics)


def _types(schema: Schema) -> set[str]:
    types = schema.get("type", [])
    found = {types} if isinstance(types, str) else set(types)
    # A whole number is a number.
    return found - {"integer"} if "number" in found else found


def _both(one: Schema, other: Schema) -> dict[str, Any]:
    """A schema whose values satisfy both, if that is easily possible."""
    both = {**one, **other}
    if "properties" in one and "properties" in other:
        mine, others = one["properties"], other["properties"]
        both["properties"] = {
            name: {"allOf": [mine[name], others[name]]} if name in mine and name in others else {**mine, **others}[name]
            for name in {**mine, **others}
        }
    if "items" in one and "items" in other:
        both["items"] = {"allOf": [one["items"], other["items"]]}
    if "type" in one and "type" in other:
        mine, others = _types(one), _types(other)
        common = mine & others or {"integer"} & (mine | others)
        both["type"] = sorted(common or others)
    if "enum" in one and "enum" in other:
        both["enum"] = [each for each in one["enum"] if each in other["enum"]] or other["enum"]
    return both
