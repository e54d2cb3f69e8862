"""Structured output in the embedded AWS: the answer satisfies the schema of the record."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from local.cloud import Cloud, allow, jsonl
from local.schemas import SCHEMAS, closed, satisfies

from bedrock_batch.families import Question, family_of, faults_of_schema
from bedrock_batch_local.inference.answers import DeterministicModel
from bedrock_batch_local.inference.one_record import Answer, Inference
from bedrock_batch_local.inference.prompt import count_tokens

CLAUDE = "anthropic.claude-haiku-4-5-20251001-v1:0"
STEPS = closed(
    {
        "steps": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "result": {"type": "number"},
        "mood": {"enum": ["calm", "tense"]},
        "due": {"type": "string", "format": "date"},
        "owner": {"anyOf": [{"$ref": "#/$defs/person"}, {"type": "null"}]},
    }
) | {"$defs": {"person": closed({"name": {"type": "string"}})}}
MEMBER = "output_config.format.schema"


def asked(schema: Any, *, converse: bool, text: str = "Which pump seals leak?", **options: Any) -> Answer:
    family = family_of(CLAUDE, converse=converse)
    assert family is not None
    assert family.body is not None
    body = family.body(Question(text=text, answer_schema=schema, **options))
    return Inference(DeterministicModel()).answer(json.loads(json.dumps(body)), CLAUDE, converse=converse)


def text_of(answer: Answer, *, converse: bool) -> str:
    family = family_of(CLAUDE, converse=converse)
    assert family is not None
    return family.answer(answer.output).text or ""


@settings(max_examples=200, deadline=None)
@given(schema=SCHEMAS)
def test_an_answer_satisfies_its_schema(schema: dict[str, Any]) -> None:
    assert [each for each in faults_of_schema(schema, "") if not each.is_doubtful] == []
    texts = {converse: text_of(asked(schema, converse=converse), converse=converse) for converse in (True, False)}

    assert texts[True] == texts[False]
    assert satisfies(json.loads(texts[True]), schema, schema)


@pytest.mark.parametrize("converse", [True, False])
def test_the_same_record_has_the_same_answer_and_another_one_another(converse: bool) -> None:
    texts = [text_of(asked(STEPS, converse=converse, text=text), converse=converse) for text in ("a?", "a?", "b?")]

    assert texts[0] == texts[1] != texts[2]


@pytest.mark.parametrize("converse", [True, False])
def test_the_tokens_are_those_of_the_text(converse: bool) -> None:
    answer = asked(STEPS, converse=converse)
    cut = asked(STEPS, converse=converse, max_tokens=5)

    assert answer.output_tokens == count_tokens(text_of(answer, converse=converse)) > 20
    assert cut.output_tokens <= 5
    assert "max_tokens" in json.dumps(cut.output)


@pytest.mark.parametrize("converse", [True, False])
@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "object"}, "For 'object' type, 'additionalProperties' must be explicitly set to false"),
        ({"type": "array", "maxItems": 3}, "For 'array' type, property 'maxItems' is not supported"),
        ({"type": "integer", "minimum": 1}, "For 'number' type, property 'minimum' is not supported"),
        ({"type": "array", "minItems": 2}, "For 'array' type, 'minItems' values other than 0 or 1 are not supported"),
        ({"oneOf": [{"type": "null"}]}, "Schema type 'oneOf' is not supported"),
        ({"$ref": "#"}, "Too many recursive definitions in schema"),
        (closed({"minItems": 1}), "Invalid schema: properties.minItems: must be an object: a schema"),
        ({"$ref": "#/$defs/a"}, "Invalid schema: $ref: refers to nothing in this schema"),
    ],
)
def test_a_wrong_schema_is_an_error_of_its_record(schema: Any, message: str, converse: bool) -> None:
    result = asked(schema, converse=converse)

    assert result.members() == {"error": {"errorCode": 400, "errorMessage": f"{MEMBER}: {message}"}}


def test_a_schema_whose_answer_would_be_huge_is_refused() -> None:
    parts: dict[str, Any] = {"a0": {"type": "string"}}
    for number in range(1, 40):
        parts[f"a{number}"] = closed({name: {"$ref": f"#/$defs/a{number - 1}"} for name in "xy"})

    answer = asked({"$ref": "#/$defs/a39", "$defs": parts}, converse=True)

    assert answer.error_message == f"{MEMBER}: Schema is too complex for compilation."


@pytest.mark.parametrize("converse", [True, False])
def test_each_answer_of_a_job_with_a_schema_parses(ready: Cloud, converse: bool) -> None:
    family = family_of(CLAUDE, converse=converse)
    assert family is not None
    assert family.body is not None
    body_of = family.body
    bad = {"steps": "string"}
    ready.upload(
        jsonl(
            120,
            lambda number: body_of(Question(text=f"report {number}", answer_schema=STEPS if number else bad)),
        )
    )
    role = ready.role(*ready.rights("bedrock:InvokeModel"), allow("bedrock:InvokeModel"))

    job = ready.finish(role, modelId=f"eu.{CLAUDE}", modelInvocationType="Converse" if converse else "InvokeModel")

    assert (job["status"], job["successRecordCount"], job["errorRecordCount"]) == ("Completed", 119, 1)
    lines = [line["modelOutput"] for line in ready.output(job, "x.jsonl.out") if "modelOutput" in line]
    answers = [json.loads(family.answer(line).text or "") for line in lines]
    assert len(answers) == 119
    assert all(satisfies(answer, STEPS, STEPS) for answer in answers)
    assert len({json.dumps(answer) for answer in answers}) > 100
