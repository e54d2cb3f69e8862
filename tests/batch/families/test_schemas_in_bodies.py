"""Request bodies that ask for structured output: their schemas are checked, each once."""

import json
from typing import Any

import pytest
from batch.families.bodies import CLAUDE, CONVERSE
from batch.families.test_schemas import A_TYPE, TEXT, closed

from bedrock_batch.families import Body, Fault, family_of

HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0"


def check(body: Body, *, converse: bool) -> list[Fault]:
    family = family_of(HAIKU, converse=converse)
    assert family is not None
    return list(family.check(body))


def in_converse(definition: Any, **more: Any) -> dict[str, Any]:
    structure = {"jsonSchema": definition}
    return {**CONVERSE, "outputConfig": {"textFormat": {"type": "json_schema", "structure": structure, **more}}}


def in_claude(schema: Any, **more: Any) -> dict[str, Any]:
    return {**CLAUDE, "output_config": {"format": {"type": "json_schema", "schema": schema}, **more}}


DEFINITION = "outputConfig.textFormat.structure.jsonSchema"
MEMBERS: list[tuple[dict[str, Any], bool, str, str]] = [
    (in_converse({"schema": '{"type": "objekt"}'}), True, f"{DEFINITION}.schema.type", A_TYPE.removeprefix("type: ")),
    (in_converse({"schema": "{"}), True, f"{DEFINITION}.schema", "is not the text of a JSON document"),
    (in_converse({"schema": "[" * 100_000}), True, f"{DEFINITION}.schema", "the JSON is nested too deeply"),
    (in_converse({"schema": TEXT}), True, f"{DEFINITION}.schema", "must be a string: the schema as a JSON text"),
    (in_converse({"name": "a"}), True, f"{DEFINITION}.schema", "required"),
    (
        in_converse({"schema": "{}"}, type="text"),
        True,
        "outputConfig.textFormat.type",
        "must be one of json_schema",
    ),
    (
        {**CONVERSE, "outputConfig": {"textFormat": {"type": "json_schema"}}},
        True,
        "outputConfig.textFormat.structure",
        "required",
    ),
    ({**CONVERSE, "outputConfig": 1}, True, "outputConfig", "must be an object"),
    (in_claude({"type": "objekt"}), False, "output_config.format.schema.type", A_TYPE.removeprefix("type: ")),
    (in_claude("{}"), False, "output_config.format.schema", "must be an object"),
    (in_claude(None), False, "output_config.format.schema", "required"),
    ({**CLAUDE, "output_config": {"format": {"type": "text"}}}, False, "output_config.format.schema", "required"),
    ({**CLAUDE, "output_config": {"format": 1}}, False, "output_config.format", "must be an object"),
    ({**CLAUDE, "output_config": 1}, False, "output_config", "must be an object"),
]


@pytest.mark.parametrize(("body", "converse", "member", "reason"), MEMBERS)
def test_a_schema_in_a_body_is_checked(body: dict[str, Any], converse: bool, member: str, reason: str) -> None:
    found = [each for each in check(body, converse=converse) if not each.is_doubtful]

    assert found[0] == Fault(f"modelInput.{member}", reason)


def test_a_body_without_a_schema_is_good() -> None:
    assert check({**CONVERSE, "outputConfig": {}}, converse=True) == []
    assert check({**CLAUDE, "output_config": {"effort": "low", "format": None}}, converse=False) == []
    assert check(in_claude(TEXT, effort="low"), converse=False) == []


@pytest.mark.parametrize("converse", [True, False])
def test_what_is_remembered_of_a_schema_is_said_of_no_other(converse: bool) -> None:
    """Also if the same object has changed."""
    schema = closed(a=dict(TEXT))

    def faults() -> int:
        body = in_converse({"name": "a", "schema": json.dumps(schema)}) if converse else in_claude(schema)
        return len(check(body, converse=converse))

    assert [faults(), faults()] == [0, 0]
    schema["properties"]["a"]["type"] = "text"
    assert [faults(), faults()] == [1, 1]
    schema["properties"]["a"]["type"] = "string"
    assert [faults(), faults()] == [0, 0]
