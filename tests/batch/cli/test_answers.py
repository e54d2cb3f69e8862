"""Whether an answer satisfies the schema that its record asks for."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from bedrock_batch.cli.answers import Answers

SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "kind": {"enum": ["a", "b"]}},
    "required": ["n"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ('{"n": 1}', True),
        (' {"n": 1, "kind": "b"}\n', True),
        ('{"n": 1.5}', False),
        ('{"n": "1"}', False),
        ('{"kind": "a"}', False),
        ('{"n": 1, "kind": "c"}', False),
        ('{"n": 1, "more": 2}', False),
        ('{"n": 1', False),
        ("Here it is: {}", False),
        ("", False),
        ("[" * 100_000, False),
    ],
)
def test_an_answer_is_held_to_its_schema(text: str, is_valid: bool) -> None:
    assert Answers().are_valid(text, SCHEMA) is is_valid


def test_the_schema_may_change_from_record_to_record() -> None:
    answers = Answers()

    assert answers.are_valid('{"n": 1}', SCHEMA)
    assert not answers.are_valid('{"n": 1}', {"type": "string"})
    assert not answers.are_valid("{}", SCHEMA)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "objekt"},
        {"$ref": "#/nowhere"},
        {"$ref": "http://127.0.0.1:9/schema"},
        {"type": "object", "properties": 5},
        {"type": "string", "pattern": "("},
    ],
)
def test_a_schema_that_is_none_makes_no_answer_invalid(schema: dict[str, Any]) -> None:
    assert Answers().are_valid('"x"', schema)


def test_without_jsonschema_an_answer_must_be_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema", None)

    assert Answers().are_valid('{"kind": "c"}', SCHEMA)
    assert not Answers().are_valid("{", SCHEMA)
