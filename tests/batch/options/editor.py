"""What an editor offers at a place in a file, found in the schema as yaml-language-server finds it.

Of the branches of `oneOf` and `anyOf` it takes those without faults, else those with the most known keys, and joins
branches that are equally good (its `genericComparison`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jsonschema import Draft7Validator

Schema = dict[str, Any]
Path = Sequence[str | int]


def keys_at(schema: Schema, value: Any, path: Path = ()) -> dict[str, str]:
    """The keys that are offered in the mapping at a path and are not yet there, each with its description."""
    there = _follow(value, path)
    return {
        name: option["description"]
        for found in _schemas_at(schema, value, path)
        for name, option in found.get("properties", {}).items()
        if name not in (there or {})
    }


def values_at(schema: Schema, value: Any, path: Path) -> list[Any]:
    """The values that are offered at a path: words, switches, defaults and examples."""
    found: list[Any] = []
    for each in _schemas_at(schema, value, path):
        found += each.get("enum", [])
        found += [each[name] for name in ("const", "default") if name in each]
        found += each.get("examples", [])
        found += [True, False] if each.get("type") == "boolean" else []
    return found


def fault(schema: Schema, value: Any) -> str:
    """The message of the first fault, in the words that the schema gives; empty if there is none."""
    return _fault(schema, schema, value)


def _fault(root: Schema, schema: Schema, value: Any) -> str:
    for error in _of(root, schema).iter_errors(value):
        if error.validator in ("oneOf", "anyOf"):
            branches = _branches(root, error.schema, error.instance)
            return _fault(root, branches[0], error.instance)
        return str(error.schema.get("errorMessage", error.message))
    return ""


def _schemas_at(schema: Schema, value: Any, path: Path) -> list[Schema]:
    found = _applicable(schema, schema, value)
    for depth, step in enumerate(path):
        value_there = _follow(value, path[: depth + 1])
        found = [
            leaf
            for each in found
            for below in [each.get("items") if isinstance(step, int) else _property(each, step)]
            if below is not None
            for leaf in _applicable(schema, below, value_there)
        ]
    return found


def _property(schema: Schema, name: str) -> Schema | None:
    known = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
    return known if isinstance(known, dict) else None


def _applicable(root: Schema, schema: Schema, value: Any) -> list[Schema]:
    schema = _resolved(root, schema)
    branches = [leaf for each in _branches(root, schema, value) for leaf in _applicable(root, each, value)]
    return [schema, *branches]


def _branches(root: Schema, schema: Schema, value: Any) -> list[Schema]:
    alternatives = [_resolved(root, each) for key in ("oneOf", "anyOf") for each in schema.get(key, [])]
    ranks = [_rank(root, each, value) for each in alternatives]
    return [each for each, rank in zip(alternatives, ranks, strict=True) if rank == max(ranks)]


def _rank(root: Schema, schema: Schema, value: Any) -> tuple[bool, int]:
    known = schema.get("properties", {})
    return _of(root, schema).is_valid(value), len(known.keys() & value.keys()) if isinstance(value, dict) else 0


def _of(root: Schema, schema: Schema) -> Draft7Validator:
    """A validator for a part of a schema, with the definitions of the whole."""
    return Draft7Validator({**schema, "definitions": root.get("definitions", {})})


def _resolved(root: Schema, schema: Schema) -> Schema:
    name = schema.get("$ref")
    return schema if name is None else root["definitions"][name.rpartition("/")[2]]


def _follow(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step] if value else None
    return value
