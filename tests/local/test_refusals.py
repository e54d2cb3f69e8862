"""What the embedded AWS says of bodies that a model does not accept, and that it says something of any body."""

from __future__ import annotations

import json
from typing import Any

import pytest
from batch.families.bodies import CHAT, CLAUDE, COHERE, CONVERSE, with_params
from batch.families.test_any_body import BODIES
from hypothesis import given, settings
from hypothesis import strategies as st

from bedrock_batch_local.inference.answers import DeterministicModel
from bedrock_batch_local.inference.one_record import Answer, Inference
from bedrock_batch_local.work.results import result_of

CLAUDE_3 = "anthropic.claude-3-haiku-20240307-v1:0"
NOVA = "amazon.nova-lite-v1:0"
TITAN_V1 = "amazon.titan-embed-text-v1"
TITAN_V2 = "amazon.titan-embed-text-v2:0"
LLAMA = "meta.llama3-1-8b-instruct-v1:0"
COHERE_V3 = "cohere.embed-english-v3"
NOVA_EMBEDDINGS = "amazon.nova-2-multimodal-embeddings-v1:0"
MALFORMED = "Malformed input request: {}, please reformat your input and try again."
MODELS = [
    *(CLAUDE_3, NOVA, TITAN_V1, TITAN_V2, LLAMA, COHERE_V3, NOVA_EMBEDDINGS, "amazon.titan-embed-image-v1"),
    *("cohere.embed-v4:0", "amazon.titan-text-express-v1", "mistral.mistral-7b-instruct-v0:2", "ai21.jamba-1"),
    *("mistral.mistral-large-2402-v1:0", "qwen.qwen3-32b-v1:0", "abc123def456"),
]


def answer(body: dict[str, Any], model_id: str, *, converse: bool = False) -> Answer:
    return Inference(DeterministicModel()).answer(body, model_id, converse=converse)


@pytest.mark.parametrize(
    ("model_id", "body", "message"),
    [
        (CLAUDE_3, CHAT, "anthropic_version: Field required"),
        (CLAUDE_3, {**CLAUDE, "max_tokens": 0}, "max_tokens: must be a whole number above zero"),
        (NOVA, {}, MALFORMED.format("#: required key [messages] not found")),
        (NOVA, CLAUDE, MALFORMED.format("extraneous key [anthropic_version] is not permitted")),
        (TITAN_V1, {}, MALFORMED.format("#: required key [inputText] not found")),
        (
            TITAN_V1,
            {"inputText": "x", "dimensions": 256},
            MALFORMED.format("extraneous key [dimensions] is not permitted"),
        ),
        (
            TITAN_V1,
            {"inputText": "x", "textGenerationConfig": {}},
            MALFORMED.format("extraneous key [textGenerationConfig] is not permitted"),
        ),
        (
            TITAN_V1,
            {"inputText": "x" * 50_001},
            MALFORMED.format("#/inputText: expected maxLength: 50000, actual: 50001"),
        ),
        (
            TITAN_V2,
            {"inputText": "x", "dimensions": 384},
            MALFORMED.format("#/dimensions: 384 is not a valid enum value"),
        ),
        (
            COHERE_V3,
            {**COHERE, "texts": ["x", "x" * 2049]},
            MALFORMED.format("#/texts/1: expected maxLength: 2048, actual: 2049"),
        ),
        (LLAMA, CONVERSE, MALFORMED.format("#: required key [prompt] not found")),
        (
            NOVA_EMBEDDINGS,
            {"taskType": "SINGLE_EMBEDDING"},
            MALFORMED.format("#: required key [singleEmbeddingParams] not found"),
        ),
        (
            NOVA_EMBEDDINGS,
            {"taskType": "SEGMENTED_EMBEDDING", "segmentedEmbeddingParams": {}},
            MALFORMED.format("#/taskType: SEGMENTED_EMBEDDING is not a valid enum value"),
        ),
        (
            "amazon.titan-embed-image-v1",
            {"inputText": None, "inputImage": None},
            MALFORMED.format("#: must have inputText, inputImage or both"),
        ),
        (COHERE_V3, {**COHERE, "texts": None}, MALFORMED.format("#: must have either texts or images")),
        (CLAUDE_3, {**CLAUDE, "messages": [{"role": "user", "content": []}]}, "messages.content: must not be empty"),
        (
            NOVA,
            {"messages": [{"role": "user", "content": [{"text": 5}]}]},
            MALFORMED.format("#/messages/content/text: must be a string that is not empty"),
        ),
        (
            "anthropic.claude-3-7-sonnet-20250219-v1:0",
            {**CLAUDE, "max_tokens": 9, "thinking": {"type": "enabled", "budget_tokens": 5000}},
            "`max_tokens` must be greater than `thinking.budget_tokens`.",
        ),
        ("qwen.qwen3-32b-v1:0", {**CHAT, "temperature": -1}, "temperature: must be a number, zero or more"),
        ("qwen.qwen3-32b-v1:0", {**CHAT, "tools": ["x"]}, "tools: must be a list of objects"),
        ("qwen.qwen3-32b-v1:0", {**CHAT, "stop": 5}, "stop: must be a string, or a list of strings"),
        (
            COHERE_V3,
            {"input_type": "image", "images": ["https://x"]},
            MALFORMED.format("#/images: must be data URIs, such as data:image/png;base64,..."),
        ),
        (
            "cohere.embed-v4:0",
            {"input_type": "clustering", "inputs": [{"content": []}]},
            MALFORMED.format("#/inputs/content: must not be empty"),
        ),
        (
            NOVA_EMBEDDINGS,
            with_params(text=None, image={"format": "png", "source": {}}),
            MALFORMED.format("#/singleEmbeddingParams/image/source: must have either bytes or s3Location"),
        ),
        ("abc123def456", {}, MALFORMED.format("no known member")),
        ("abc123def456", {"anthropic_version": "x", "messages": []}, "max_tokens: Field required"),
    ],
)
def test_a_refusal_has_the_words_of_the_service(model_id: str, body: dict[str, Any], message: str) -> None:
    assert answer(body, model_id).members() == {"error": {"errorCode": 400, "errorMessage": message}}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (CLAUDE, "anthropic_version: Extra inputs are not permitted"),
        ({**CONVERSE, "modelId": "x"}, "modelId: the job names the model; leave it out"),
        ({**CONVERSE, "toolConfig": {}}, "toolConfig is not supported in batch inference"),
        ({"messages": [{"role": "user", "content": []}]}, "messages.content: must not be empty"),
        (
            {"messages": [{"role": "user", "content": [{"text": ""}]}]},
            "messages.content.text: must be a string that is not empty",
        ),
        ({"messages": [{"role": "boss", "content": []}]}, "messages.role: must be one of user, assistant"),
    ],
)
def test_a_converse_job_refuses_other_bodies(body: dict[str, Any], message: str) -> None:
    assert answer(body, NOVA, converse=True).error_message == message


def test_nova_answers_blocks_that_end_what_is_cached() -> None:
    point = {"cachePoint": {"type": "default"}}
    body = {"system": [{"text": "s", **point}], "messages": [{"role": "user", "content": [{"text": "hi", **point}]}]}

    assert answer(body, NOVA).succeeded
    assert not answer(body, NOVA, converse=True).succeeded


def test_what_is_doubtful_is_answered() -> None:
    assert answer({**CLAUDE, "seed": 1, "system": None}, CLAUDE_3).succeeded
    assert answer({**CONVERSE, "seed": 1, "inferenceConfig": None}, NOVA, converse=True).succeeded


@pytest.mark.parametrize(
    ("model_id", "body"),
    [
        ("anthropic.claude-haiku-4-5-20251001-v1:0", {**CLAUDE, "temperature": 0.5, "top_p": None}),
        (COHERE_V3, {**COHERE, "images": None}),
        ("mistral.mistral-large-2402-v1:0", {**CHAT, "prompt": None}),
        ("mistral.mistral-large-2402-v1:0", {"prompt": "Hello", "messages": None}),
        ("qwen.qwen3-32b-v1:0", {**CHAT, "max_completion_tokens": None, "max_tokens": 1}),
    ],
)
def test_null_stands_for_a_member_that_is_left_out(model_id: str, body: dict[str, Any]) -> None:
    given = {member: value for member, value in body.items() if value is not None}
    found, expected = answer(body, model_id), answer(given, model_id)

    assert found.succeeded
    assert {**found.output, "id": ""} == {**expected.output, "id": ""}


@settings(max_examples=300, deadline=None)
@given(
    body=BODIES
    | st.builds(lambda base, more: {**base, **more}, st.sampled_from([CLAUDE, CONVERSE, CHAT, COHERE]), BODIES),
    model_id=st.sampled_from(MODELS),
    converse=st.booleans(),
)
def test_any_body_becomes_a_line_of_output(body: dict[str, Any], model_id: str, converse: bool) -> None:
    found = answer(body, model_id, converse=converse)
    line = json.loads(result_of({"recordId": "R1", "modelInput": body}, found).line)

    assert line["recordId"] == "R1"
    assert ("modelOutput" in line) is not ("error" in line)
    assert found.succeeded or found.error_code == 400


@pytest.mark.parametrize("model_id", MODELS)
def test_a_body_that_is_nested_too_deeply_is_an_error_of_this_record(model_id: str) -> None:
    deep: Any = "x"
    for _ in range(5_000):
        deep = [deep]
    body = {**CLAUDE, "metadata": {"deep": deep}}
    line = json.loads(result_of({"recordId": "R1", "modelInput": body}, answer(body, model_id)).line)

    assert line["error"]["errorCode"] == 400
