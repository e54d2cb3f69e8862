"""What is wrong with one schema, whatever holds it: its keywords, and what they say together."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from bedrock_batch.families.fault import Fault
from bedrock_batch.families.schema_keywords import TAKEN, doubt_of_format, doubt_of_pattern, hint, is_keyword, refusal

_NO_KEYWORD: Final = "has no keyword of JSON Schema"
_EXAMPLE: Final = '; an object is {"type": "object", "properties": {...}}'
_SAY_A_TYPE: Final = frozenset({"type", "enum", "const", "anyOf", "allOf", "oneOf", "$ref"})
_LONGEST_NAME: Final = 40
_KINDS: Final[tuple[tuple[str, tuple[type, ...]], ...]] = (
    ("object", (dict,)),
    ("array", (list,)),
    ("string", (str,)),
    ("integer", (int,)),
    ("number", (int, float)),
    ("null", (type(None),)),
)


def faults_of_one(path: str, schema: dict[str, Any]) -> Iterator[Fault]:
    """The faults of a schema, without those of the schemas that it holds."""
    if schema and not any(map(is_keyword, schema)):
        near = next(filter(None, map(hint, schema)), _EXAMPLE)
        yield Fault(path, f"{_NO_KEYWORD}{near}")
        return
    for name, value in schema.items():
        check = TAKEN.get(name)
        if check is None:
            yield Fault(f"{path}.{name}", *refusal(name))
        elif reason := check(value):
            yield Fault(f"{path}.{name}", reason)
    if not schema.keys() & _SAY_A_TYPE:
        yield Fault(path, "has no type, which some models refuse", True)
    yield from _of_an_object(path, schema)
    yield from _of_values(path, schema)
    yield from _doubts(path, schema)


def types_of(value: Any) -> Collection[str]:
    """The types that a JSON value has."""
    if isinstance(value, bool):
        return ("boolean",)
    if isinstance(value, float) and value.is_integer():
        return ("integer", "number")
    return [name for name, kinds in _KINDS if isinstance(value, kinds)]


def _types(schema: dict[str, Any]) -> frozenset[str]:
    """The types that a schema names; none if it names none, or wrong ones."""
    types = schema.get("type")
    if types is None or TAKEN["type"](types):
        return frozenset()
    return frozenset({types} if isinstance(types, str) else types)


def _of_an_object(path: str, schema: dict[str, Any]) -> Iterator[Fault]:
    if "object" in _types(schema) and "additionalProperties" not in schema:
        yield Fault(f"{path}.additionalProperties", "required with type object, and must be false")
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(properties, dict) or TAKEN["required"](required):
        return
    for name in required:
        if name not in properties:
            is_short = name.isprintable() and 0 < len(name) <= _LONGEST_NAME
            which = f"{name}, which" if is_short else "a property that"
            yield Fault(f"{path}.required", f"names {which} is not in properties")


def _of_values(path: str, schema: dict[str, Any]) -> Iterator[Fault]:
    types, values = _types(schema), schema.get("enum")
    if not types:
        return
    if isinstance(values, list) and values and not any(types.intersection(types_of(each)) for each in values):
        yield Fault(f"{path}.enum", "no value has the type of the schema")
    if "const" in schema and not types.intersection(types_of(schema["const"])):
        yield Fault(f"{path}.const", "the value does not have the type of the schema")


def _doubts(path: str, schema: dict[str, Any]) -> Iterator[Fault]:
    for name, doubt_of in (("format", doubt_of_format), ("pattern", doubt_of_pattern)):
        value = schema.get(name)
        if isinstance(value, str) and (reason := doubt_of(value)):
            yield Fault(f"{path}.{name}", reason, True)
    parts = schema.get("allOf")
    if isinstance(parts, list) and any(isinstance(each, dict) and "$ref" in each for each in parts):
        yield Fault(f"{path}.allOf", "Claude takes no $ref in allOf", True)
