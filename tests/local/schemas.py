"""JSON Schemas that structured output takes, drawn at random, and a check of what satisfies them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from bedrock_batch.families import target_of, types_of

_FORMATS: dict[str, Callable[[str], Any]] = {
    "date": datetime.fromisoformat,
    "date-time": datetime.fromisoformat,
    "time": lambda text: datetime.fromisoformat(f"2026-01-01T{text}"),
    "duration": re.compile(r"P(?:T\d+M)").fullmatch,
    "email": re.compile(r"[^@\s]+@[\w.]+").fullmatch,
    "hostname": re.compile(r"[\w.]+").fullmatch,
    "uri": re.compile(r"https://\S+").fullmatch,
    "ipv4": ip_address,
    "ipv6": ip_address,
    "uuid": UUID,
}
_NAMES = st.text('abcdé"{}$ .', min_size=1, max_size=4)
_SCALARS = st.none() | st.booleans() | st.integers() | st.text('ab"\\\n', max_size=5)
_REFERENCE = st.builds(lambda name: {"$ref": f"#/$defs/{name}"}, st.sampled_from(["word", "thing"]))
_LEAVES = (
    st.sampled_from([{"type": name} for name in ("string", "integer", "number", "boolean", "null")])
    | st.builds(lambda name: {"type": "string", "format": name}, st.sampled_from([*_FORMATS, "other"]))
    | st.builds(lambda values: {"enum": values}, st.lists(_SCALARS, min_size=1, max_size=4))
    | st.builds(lambda values: {"type": "string", "enum": [*values, "a"]}, st.lists(_SCALARS, max_size=3))
    | st.builds(lambda value: {"const": value}, _SCALARS)
    | st.just({"type": ["null", "string", "integer"]})
    | _REFERENCE
)


def closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


_INNER = st.recursive(
    _LEAVES,
    lambda inner: (
        st.builds(closed, st.dictionaries(_NAMES, inner, max_size=4))
        | st.builds(lambda items, least: {"type": "array", "items": items, "minItems": least}, inner, st.integers(0, 1))
        | st.builds(lambda parts: {"anyOf": parts}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda part: {"allOf": [part], "description": "one"}, inner)
    ),
    max_leaves=12,
)
SCHEMAS = st.builds(
    lambda schema, thing: schema | {"$defs": {"word": {"type": "string"}, "thing": closed({"a": thing})}},
    _INNER,
    st.sampled_from([{"type": "string"}, {"$ref": "#/$defs/word"}, {"anyOf": [{"type": "null"}, {"type": "number"}]}]),
)


def satisfies(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Whether a value satisfies a schema. Only the keywords that `SCHEMAS` draws are known."""
    types = schema.get("type", [])
    return (
        (not types or _has_type(value, types))
        and ("enum" not in schema or any(_same(value, each) for each in schema["enum"]))
        and ("const" not in schema or _same(value, schema["const"]))
        and ("$ref" not in schema or satisfies(value, target_of(root, schema["$ref"]), root))
        and all(satisfies(value, part, root) for part in schema.get("allOf", []))
        and ("anyOf" not in schema or any(satisfies(value, part, root) for part in schema["anyOf"]))
        and (not isinstance(value, str) or _has_format(value, schema.get("format")))
        and (not isinstance(value, dict) or _has_members(value, schema, root))
        and (not isinstance(value, list) or _has_items(value, schema, root))
    )


def _has_type(value: Any, types: Any) -> bool:
    return bool(set(types_of(value)) & ({types} if isinstance(types, str) else set(types)))


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _has_format(value: str, name: str | None) -> bool:
    try:
        return name not in _FORMATS or bool(_FORMATS[name](value))
    except ValueError:
        return False


def _has_members(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any]) -> bool:
    if "properties" not in schema:
        return True
    properties = schema["properties"]
    return list(value) == list(properties) and all(satisfies(value[name], properties[name], root) for name in value)


def _has_items(value: list[Any], schema: dict[str, Any], root: dict[str, Any]) -> bool:
    return "items" not in schema or (
        schema.get("minItems", 0) <= len(value) <= 3 and all(satisfies(each, schema["items"], root) for each in value)
    )
