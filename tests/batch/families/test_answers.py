"""Answers that are read from response bodies."""

from typing import Any

import pytest

from bedrock_batch.families import Answer, family_of

ANSWERS: list[tuple[str, dict[str, Any], Answer]] = [
    (
        "anthropic.claude-3-haiku-20240307-v1:0",
        {
            "content": [
                {"type": "thinking", "thinking": "?"},
                {"type": "text", "text": "A"},
                {"type": "text", "text": "B"},
            ],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 3, "output_tokens": 2},
        },
        Answer(text="AB", stop_reason="end_turn", input_tokens=3, output_tokens=2),
    ),
    (
        "converse",
        {
            "output": {"message": {"role": "assistant", "content": [{"text": "A", "image": None}, {"text": None}]}},
            "stopReason": "max_tokens",
            "usage": {"inputTokens": 3, "outputTokens": 2},
        },
        Answer(text="A", stop_reason="max_tokens", input_tokens=3, output_tokens=2),
    ),
    (
        "amazon.nova-lite-v1:0",
        {"output": {"message": {"content": [{"text": "A"}]}}, "stopReason": "end_turn"},
        Answer(text="A", stop_reason="end_turn"),
    ),
    (
        "openai.gpt-oss-20b-1:0",
        {
            "choices": [{"message": {"content": "A"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 2},
        },
        Answer(text="A", stop_reason="stop", input_tokens=3, output_tokens=2),
    ),
    (
        "mistral.mistral-large-2402-v1:0",
        {"choices": [{"message": {"content": "", "tool_calls": [{"id": "1"}]}, "stop_reason": "tool_calls"}]},
        Answer(stop_reason="tool_calls", has_more=True),
    ),
    (
        "mistral.mistral-large-2402-v1:0",
        {"outputs": [{"text": "A", "stop_reason": "stop"}], "choices": None},
        Answer(text="A", stop_reason="stop"),
    ),
    (
        "mistral.mistral-7b-instruct-v0:2",
        {"outputs": [{"text": "A", "stop_reason": "length"}]},
        Answer(text="A", stop_reason="length"),
    ),
    (
        "meta.llama3-1-8b-instruct-v1:0",
        {"generation": "A", "prompt_token_count": 3, "generation_token_count": 2, "stop_reason": "stop"},
        Answer(text="A", stop_reason="stop", input_tokens=3, output_tokens=2),
    ),
    (
        "amazon.titan-text-express-v1",
        {"inputTextTokenCount": 3, "results": [{"tokenCount": 2, "outputText": "A", "completionReason": "FINISH"}]},
        Answer(text="A", stop_reason="FINISH", input_tokens=3, output_tokens=2),
    ),
    (
        "amazon.titan-embed-text-v1",
        {"embedding": [0.1], "inputTextTokenCount": 3},
        Answer(vectors=[0.1], input_tokens=3),
    ),
    (
        "amazon.titan-embed-text-v2:0",
        {"embedding": [0.1], "embeddingsByType": {"float": [0.1]}, "inputTextTokenCount": 3},
        Answer(vectors={"float": [0.1]}, input_tokens=3),
    ),
    (
        "mistral.mistral-large-2402-v1:0",
        {"outputs": None, "choices": [{"message": {"content": "A"}}]},
        Answer(text="A"),
    ),
    (
        "amazon.titan-embed-text-v2:0",
        {"embedding": [0.1], "embeddingsByType": None, "inputTextTokenCount": 3},
        Answer(vectors=[0.1], input_tokens=3),
    ),
    (
        "amazon.titan-embed-text-v2:0",
        {"embedding": None, "embeddingsByType": {"float": None, "binary": [0, 1]}},
        Answer(vectors={"binary": [0, 1]}),
    ),
    (
        "amazon.nova-2-multimodal-embeddings-v1:0",
        {"embeddings": [{"embeddingType": "TEXT", "embedding": [0.1]}]},
        Answer(vectors=[[0.1]]),
    ),
    (
        "cohere.embed-v4:0",
        {"embeddings": {"int8": [[1]]}, "response_type": "embeddings_by_type"},
        Answer(vectors={"int8": [[1]]}),
    ),
    (
        "cohere.embed-english-v3",
        {"embeddings": [[0.1], [1]], "response_type": "embeddings_floats"},
        Answer(vectors=[[0.1], [1]]),
    ),
]


@pytest.mark.parametrize(("model", "output", "answer"), ANSWERS)
def test_an_answer_is_read(model: str, output: dict[str, Any], answer: Answer) -> None:
    family = family_of(model, converse=model == "converse")

    assert family is not None
    assert family.answer(output) == answer


@pytest.mark.parametrize("usage", [None, "many", {"input_tokens": True, "output_tokens": "2"}])
def test_counts_that_are_none_are_not_told(usage: Any) -> None:
    family = family_of("anthropic.claude-opus-5", converse=False)

    assert family is not None
    assert family.answer({"content": [], "usage": usage, "stop_reason": 7}) == Answer()
