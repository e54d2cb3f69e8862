"""Bodies that are built have no faults, and say what was asked."""

import json

import pytest

from bedrock_batch.families import FAMILIES, Family, Question, family_of
from bedrock_batch.families.converse import CONVERSE

SHORT = Question(text="What leaks?")
LONG = Question(text="What leaks?", system="Be brief.", max_tokens=50, temperature=0.5)
SCHEMA = {"type": "object", "properties": {"part": {"type": "string"}}, "additionalProperties": False}
ROWS = [*FAMILIES, CONVERSE]
IDS = [f"{family.name} {family.models.pattern[:24]}" for family in ROWS]


@pytest.mark.parametrize("question", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize("family", ROWS, ids=IDS)
def test_a_built_body_has_no_faults(family: Family, question: Question) -> None:
    assert family.body is not None
    body = family.body(question)

    assert [fault for fault in family.check(body) if not fault.is_doubtful] == []
    assert "What leaks?" in json.dumps(body)
    if not family.dimensions:
        assert ("Be brief." in json.dumps(body)) is (question.system is not None)
        assert ("50" in json.dumps(body)) is (question.max_tokens is not None)


@pytest.mark.parametrize("family", [each for each in ROWS if each.takes_schema], ids=lambda each: each.name)
def test_a_body_asks_for_structured_output(family: Family) -> None:
    assert family.body is not None
    body = family.body(Question(text="What leaks?", answer_schema=SCHEMA))

    assert family.check(body) == []
    assert "part" in json.dumps(body)


@pytest.mark.parametrize(
    ("model_id", "prompt"),
    [
        (
            "meta.llama3-1-8b-instruct-v1:0",
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\nWhat leaks?<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n",
        ),
        (
            "meta.llama4-scout-17b-instruct-v1:0",
            "<|begin_of_text|><|header_start|>system<|header_end|>\n\nBe brief.<|eot|>"
            "<|header_start|>user<|header_end|>\n\nWhat leaks?<|eot|>"
            "<|header_start|>assistant<|header_end|>\n\n",
        ),
        ("mistral.mixtral-8x7b-instruct-v0:1", "<s>[INST] Be brief.\n\nWhat leaks? [/INST]"),
    ],
)
def test_a_prompt_has_the_template_of_its_model(model_id: str, prompt: str) -> None:
    family = family_of(model_id, converse=False)

    assert family is not None
    assert family.body is not None
    assert family.body(LONG)["prompt"] == prompt


def test_gpt_oss_takes_its_limit_under_another_name() -> None:
    for model_id, member in (("openai.gpt-oss-20b-1:0", "max_completion_tokens"), ("qwen.qwen3-32b", "max_tokens")):
        family = family_of(model_id, converse=False)
        assert family is not None
        assert family.body is not None
        assert family.body(LONG)[member] == 50
