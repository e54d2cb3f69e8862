"""What is wrong with a JSON Schema of answers, and the text that says so."""

import json
from typing import Any

import pytest

from bedrock_batch.families import faults_of_schema

TEXT: dict[str, Any] = {"type": "string"}
TYPES = "object, array, string, integer, number, boolean, null"
A_TYPE = f"type: must be one of {TYPES}, or a list of them"
TOO_MUCH = "structured output does not take it; say it in description"
UNKNOWN = "AWS does not document this keyword for structured output"
RECURSIVE = "the schema is recursive, which structured output does not take"


def closed(**members: Any) -> dict[str, Any]:
    """An object with all members required."""
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def said(schema: Any, *, doubtful: bool = False) -> list[str]:
    """The certain faults or the doubtful ones, as a user reads them."""
    found = faults_of_schema(schema, "answer_schema")
    return [f"{each.member}: {each.reason}" for each in found if each.is_doubtful is doubtful]


# Without the beginning `answer_schema`.
BAD: list[tuple[Any, str]] = [
    ({"type": "objekt"}, f".{A_TYPE}"),
    ({"type": []}, f".{A_TYPE}"),
    ({"type": ["string", 1]}, f".{A_TYPE}"),
    ({"type": None}, f".{A_TYPE}"),
    ({"type": ["null", "null"]}, ".type: has a type twice"),
    (
        {"steps": "string"},
        ': has no keyword of JSON Schema; an object is {"type": "object", "properties": {...}}',
    ),
    ({"typ": "object"}, ": has no keyword of JSON Schema; did you mean type?"),
    ([], ": must be an object: a schema"),
    (True, ": must be an object: a schema"),
    (closed(steps="string"), ".properties.steps: must be an object: a schema"),
    (closed(steps={"type": "text"}), f".properties.steps.{A_TYPE}"),
    (closed(steps={"anyOf": [{"type": "int"}, TEXT]}), f".properties.steps.anyOf.{A_TYPE}"),
    ({"type": "object"}, ".additionalProperties: required with type object, and must be false"),
    ({"type": ["object", "null"]}, ".additionalProperties: required with type object, and must be false"),
    (closed() | {"additionalProperties": True}, ".additionalProperties: must be false"),
    (closed() | {"additionalProperties": 0}, ".additionalProperties: must be false"),
    (closed() | {"additionalProperties": TEXT}, ".additionalProperties: must be false"),
    (closed(a=TEXT) | {"required": ["b"]}, ".required: names b, which is not in properties"),
    (closed(a=TEXT) | {"required": ["b" * 41]}, ".required: names a property that is not in properties"),
    (closed(a=TEXT) | {"required": "a"}, ".required: must be a list of strings"),
    (closed(a=TEXT) | {"required": True}, ".required: must be a list of strings"),
    ({**closed(), "properties": [TEXT]}, ".properties: must be an object with a schema for each name"),
    ({"type": "integer", "minimum": 1}, f".minimum: {TOO_MUCH}"),
    ({"type": "number", "multipleOf": 2}, f".multipleOf: {TOO_MUCH}"),
    ({"type": "string", "maxLength": 9}, f".maxLength: {TOO_MUCH}"),
    ({"type": "array", "items": TEXT, "maxItems": 3}, f".maxItems: {TOO_MUCH}"),
    ({"type": "array", "items": TEXT, "minItems": 2}, ".minItems: must be 0 or 1, which structured output takes only"),
    (
        {"type": "array", "items": TEXT, "minItems": True},
        ".minItems: must be 0 or 1, which structured output takes only",
    ),
    ({"type": "array", "items": [TEXT]}, ".items: must be an object: a schema"),
    ({"oneOf": [TEXT]}, ".oneOf: structured output does not take it; use anyOf"),
    ({"anyOf": []}, ".anyOf: must be a list of schemas that is not empty"),
    ({"anyOf": TEXT}, ".anyOf: must be a list of schemas that is not empty"),
    ({"enum": []}, ".enum: must be a list that is not empty"),
    ({"enum": "a"}, ".enum: must be a list that is not empty"),
    ({"enum": [{"a": 1}]}, ".enum: may hold strings, numbers, true, false and null only"),
    ({"type": "integer", "enum": ["1", True]}, ".enum: no value has the type of the schema"),
    ({"type": "string", "const": 1}, ".const: the value does not have the type of the schema"),
    ({"type": "string", "description": 1}, ".description: must be a string"),
    ({"type": "string", "readOnly": 1}, ".readOnly: must be true or false"),
    ({"$ref": "#/$defs/a"}, ".$ref: refers to nothing in this schema"),
    ({"$ref": "#a"}, ".$ref: refers to nothing in this schema"),
    ({"$ref": "#/enum/0", "enum": ["a"]}, ".$ref: refers to nothing in this schema"),
    ({"$ref": "https://example.com/a"}, ".$ref: must refer to a part of this schema, such as #/$defs/name"),
    ({"$ref": 1}, ".$ref: must be a string"),
    (closed(next={"$ref": "#"}), f".properties.next.$ref: {RECURSIVE}"),
    (
        {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}}},
        f".$defs.b.$ref: {RECURSIVE}",
    ),
    ({"$ref": "#/parts/a", "parts": {"a": {"type": "x"}}}, f".parts.a.{A_TYPE}"),
]


@pytest.mark.parametrize(("schema", "text"), BAD, ids=[json.dumps(schema)[:60] for schema, _ in BAD])
def test_a_wrong_schema_has_one_fault(schema: Any, text: str) -> None:
    assert said(schema) == [f"answer_schema{text}"]


GOOD: list[Any] = [
    TEXT,
    closed(),
    closed(steps=TEXT, result={"type": "number"}),
    closed(type=TEXT, required={"type": "boolean"}, minimum={"type": "null"}),
    {"type": "array", "items": {"type": "integer"}, "minItems": 1},
    {"enum": ["a", 1, None, False]},
    {"type": "integer", "enum": [1, 2.0]},
    {"const": "a"},
    {"anyOf": [TEXT, {"type": "null"}], "title": "t", "description": "d", "default": None, "examples": ["a"]},
    {"allOf": [closed(a=TEXT)]},
    {"type": ["string", "null"], "format": "date-time"},
    closed(a={"$ref": "#/$defs/a~1b%20c"}, b={"$ref": "#/$defs/a~1b%20c"}) | {"$defs": {"a/b c": TEXT}},
    closed(a={"$ref": "#/properties/b/items"}, b={"type": "array", "items": TEXT}),
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/definitions/a", "definitions": {"a": TEXT}},
    {"type": "string", "pattern": "^[a-z]+$"},
]


@pytest.mark.parametrize("schema", GOOD, ids=lambda schema: json.dumps(schema)[:60])
def test_a_good_schema_has_no_fault(schema: Any) -> None:
    assert faults_of_schema(schema, "answer_schema") == ()


DOUBTFUL: list[tuple[Any, str]] = [
    ({}, ": has no type, which some models refuse"),
    ({"type": "array", "items": True}, ".items: AWS does not document true or false as a schema"),
    ({"type": "array", "itmes": TEXT}, ".itmes: not a keyword of JSON Schema; did you mean items?"),
    ({"type": "string", "x-order": 1}, ".x-order: not a keyword of JSON Schema"),
    ({"type": "array", "prefixItems": [TEXT]}, f".prefixItems: {UNKNOWN}"),
    (
        {"type": "string", "format": "phone"},
        ".format: AWS documents these formats only: date-time, time, date, duration, email, hostname, uri, ipv4, ipv6, "
        "uuid",
    ),
    ({"type": "string", "pattern": "(?=a)"}, ".pattern: Claude takes no lookaround, backreference or word boundary"),
    ({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": TEXT}}, ".allOf: Claude takes no $ref in allOf"),
    (
        closed(**{f"a{number}": TEXT for number in range(25)}) | {"required": []},
        ": 25 properties are not in required, and Claude takes 24 at most",
    ),
    (
        closed(**{f"a{number}": {"type": ["string", "null"]} for number in range(17)}),
        ": 17 schemas have anyOf or a list of types, and Claude takes 16 at most",
    ),
]


@pytest.mark.parametrize(("schema", "text"), DOUBTFUL, ids=[text[:40] for _, text in DOUBTFUL])
def test_what_a_model_may_take_is_doubtful(schema: Any, text: str) -> None:
    assert said(schema) == []
    assert said(schema, doubtful=True) == [f"answer_schema{text}"]


def test_a_schema_of_any_depth_and_size_can_be_checked() -> None:
    deep: dict[str, Any] = TEXT
    for _ in range(5_000):
        deep = {"type": "array", "items": deep}

    assert faults_of_schema(deep, "answer_schema") == ()
    assert len(faults_of_schema(closed(**{f"a{number}": 1 for number in range(300)}), "answer_schema")) == 100
