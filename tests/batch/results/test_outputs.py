"""What the row of an answer says, if it is more or less than a text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from batch.results.test_collect import files, lines

from bedrock_batch.families import family_of
from bedrock_batch.results import Outcome, Row, collect, row_of

CLAUDE, NOVA, OPENAI = "anthropic.claude-opus-5", "amazon.nova-lite-v1:0", "openai.gpt-oss-20b-1:0"
TITAN, NOVA_EMBEDDINGS, COHERE = (
    "amazon.titan-embed-text-v2:0",
    "amazon.nova-2-multimodal-embeddings-v1:0",
    "cohere.embed-v4:0",
)
THINKING = {"type": "thinking", "thinking": "?"}
TOOL = {"type": "tool_use", "name": "t", "input": {}}
THOUGHT = {"reasoningContent": {"reasoningText": {"text": "?"}}}
CITED = {"citationsContent": {"content": [{"text": "A"}], "citations": [{"title": "T"}]}}
TOOL_USE = {"toolUse": {"name": "t", "input": {}}}


def claude(*content: Any, reason: str = "end_turn") -> dict[str, Any]:
    return {"content": [*content], "stop_reason": reason, "usage": {"input_tokens": 3, "output_tokens": 2}}


def converse(*content: Any, reason: str = "end_turn") -> dict[str, Any]:
    usage = {"inputTokens": 3, "outputTokens": 2}
    return {"output": {"message": {"content": [*content]}}, "stopReason": reason, "usage": usage}


def chat(reason: str = "stop", **message: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 3, "completion_tokens": 2}
    return {"choices": [{"message": {"role": "assistant", **message}, "finish_reason": reason}], "usage": usage}


def row(model: str | None, output: Any, body: dict[str, Any] | None = None, **options: Any) -> Row:
    family = None if model is None else family_of(model, converse=model == "converse")
    assert model is None or family is not None
    return row_of({"recordId": "r", "modelInput": body, "modelOutput": output}, family, **options)


WITH_MORE: list[tuple[str | None, dict[str, Any], str | None]] = [
    (CLAUDE, claude(TOOL, reason="tool_use"), None),
    (CLAUDE, claude({"type": "text", "text": ""}, THINKING, TOOL, reason="tool_use"), None),
    (CLAUDE, claude({"type": "text", "text": "A"}, TOOL, reason="tool_use"), "A"),
    (None, claude(TOOL, reason="tool_use"), None),
    ("converse", converse(TOOL_USE, reason="tool_use"), None),
    ("converse", converse({"text": None, **TOOL_USE}, reason="tool_use"), None),
    ("converse", converse({"text": "A"}, THOUGHT, TOOL_USE, reason="tool_use"), "A"),
    ("converse", converse(CITED), "A"),
    ("converse", converse({"image": {"format": "png"}}), None),
    (NOVA, converse(TOOL_USE, reason="tool_use"), None),
    (OPENAI, chat("tool_calls", content=None, tool_calls=[{"id": "1"}]), None),
    (OPENAI, chat("tool_calls", tool_calls=[{"id": "1"}]), None),
    (OPENAI, chat("tool_calls", content="A", tool_calls=[{"id": "1"}]), "A"),
]


@pytest.mark.parametrize(("model", "output", "text"), WITH_MORE)
def test_an_answer_in_another_declared_form_is_kept(
    model: str | None, output: dict[str, Any], text: str | None
) -> None:
    found = row(model, output)
    assert (found.outcome, found.text, found.output) == (Outcome.SUCCESS, text, output)
    assert (found.input_tokens, found.output_tokens) == (3, 2)


NOTHING: list[tuple[str | None, dict[str, Any], str]] = [
    (CLAUDE, claude(THINKING, reason="max_tokens"), "max_tokens"),
    (CLAUDE, claude({"type": "redacted_thinking", "data": "?"}, {"type": "text", "text": ""}), "end_turn"),
    (CLAUDE, claude(reason="refusal"), "refusal"),
    (CLAUDE, claude({"type": "text", "text": None}), "end_turn"),
    (CLAUDE, {**claude(), "content": "A"}, "end_turn"),
    (None, claude(reason="refusal"), "refusal"),
    ("converse", converse(), "end_turn"),
    ("converse", converse(THOUGHT, reason="max_tokens"), "max_tokens"),
    ("converse", converse({"text": None}), "end_turn"),
    ("converse", converse({"text": 1}), "end_turn"),
    ("converse", converse("A"), "end_turn"),
    (NOVA, converse(THOUGHT), "end_turn"),
    (OPENAI, chat(content=None, refusal="no"), "stop"),
    (OPENAI, chat("length", content="", reasoning_content="?"), "length"),
    (OPENAI, chat(content=1), "stop"),
    (OPENAI, claude({"type": "text", "text": "A"}), "end_turn"),
]


@pytest.mark.parametrize(("model", "output", "reason"), NOTHING)
def test_an_answer_without_anything_to_use_is_kept_with_its_counts(
    model: str | None, output: dict[str, Any], reason: str
) -> None:
    found = row(model, output)
    assert (found.outcome, found.text, found.output) == (Outcome.INVALID_OUTPUT, None, output)
    assert (found.stop_reason, found.input_tokens, found.output_tokens) == (reason, 3, 2)


COUNTED: list[tuple[str, dict[str, Any], tuple[str | None, int | None, int | None]]] = [
    (
        "meta.llama3-1-8b-instruct-v1:0",
        {"generation": None, "stop_reason": "length", "prompt_token_count": 3, "generation_token_count": 2},
        ("length", 3, 2),
    ),
    (
        "amazon.titan-text-express-v1",
        {"inputTextTokenCount": 3, "results": [{"outputText": None, "tokenCount": 2, "completionReason": "LENGTH"}]},
        ("LENGTH", 3, 2),
    ),
    (TITAN, {"embedding": None, "inputTextTokenCount": 3}, (None, 3, None)),
    (CLAUDE, {"usage": "many", "stop_reason": 7, "choices": [], "outputs": ["?"]}, (None, None, None)),
]


@pytest.mark.parametrize(("model", "output", "counts"), COUNTED)
def test_an_answer_of_another_form_keeps_its_counts(
    model: str, output: dict[str, Any], counts: tuple[Any, ...]
) -> None:
    found = row(model, output)
    assert found.outcome == Outcome.INVALID_OUTPUT
    assert (found.stop_reason, found.input_tokens, found.output_tokens) == counts


def test_an_empty_text_is_an_answer() -> None:
    for model, output in ((CLAUDE, claude({"type": "text", "text": ""})), (OPENAI, chat(content=""))):
        found = row(model, output)
        assert (found.outcome, found.text, found.output) == (Outcome.SUCCESS, "", None)


def test_parts_of_a_text_are_joined() -> None:
    found = row(OPENAI, chat(content=[THINKING, {"type": "text", "text": "A"}, {"type": "text", "text": "B"}]))
    assert (found.outcome, found.text, found.output) == (Outcome.SUCCESS, "AB", None)


SCHEMA: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
ASKED = {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}
AS_TEXT = {"outputConfig": {"textFormat": {"structure": {"jsonSchema": {"schema": json.dumps(SCHEMA)}}}}}


def test_a_call_of_a_tool_does_not_satisfy_a_schema() -> None:
    found = row(CLAUDE, claude(TOOL, reason="tool_use"), ASKED, is_valid=lambda *_: True)
    assert (found.outcome, found.stop_reason) == (Outcome.INVALID_OUTPUT, "tool_use")


@pytest.mark.parametrize(
    ("model", "output", "body"),
    [(CLAUDE, claude({"type": "text", "text": "A"}), ASKED), ("converse", converse({"text": "A"}), AS_TEXT)],
)
def test_an_answer_that_does_not_satisfy_the_schema_keeps_its_text(
    model: str, output: dict[str, Any], body: dict[str, Any]
) -> None:
    for is_right, outcome in ((False, Outcome.INVALID_OUTPUT), (True, Outcome.SUCCESS)):
        found = row(model, output, body, is_valid=lambda _, schema, right=is_right: right and schema == SCHEMA)
        assert (found.outcome, found.text) == (outcome, "A")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"output_config": None},
        {"output_config": {"format": {}}},
        {"output_config": {"format": {"schema": 5}}},
    ],
)
def test_a_record_that_asks_for_no_schema_is_held_to_none(body: dict[str, Any] | None) -> None:
    found = row(CLAUDE, claude({"type": "text", "text": "A"}), body, is_valid=lambda *_: False)
    assert found.outcome == Outcome.SUCCESS


NO_VECTORS: list[tuple[str, dict[str, Any]]] = [
    (TITAN, {"embedding": "oops"}),
    (TITAN, {"embedding": []}),
    (TITAN, {"embedding": [None]}),
    (TITAN, {"embedding": [True]}),
    (TITAN, {"embedding": [10**400]}),
    (TITAN, {"embedding": None, "embeddingsByType": {}}),
    (TITAN, {"embedding": [0.1], "embeddingsByType": {"float": "oops"}}),
    (NOVA_EMBEDDINGS, {"embeddings": []}),
    (NOVA_EMBEDDINGS, {"embeddings": [{"embedding": None}]}),
    (NOVA_EMBEDDINGS, {"embeddings": [{"embedding": [0.1]}, {"embedding": "oops"}]}),
    (COHERE, {"embeddings": []}),
    (COHERE, {"embeddings": {}}),
    (COHERE, {"embeddings": {"float": [[]]}}),
    (COHERE, {"embeddings": "oops"}),
]


@pytest.mark.parametrize(("model", "output"), NO_VECTORS)
def test_what_is_no_vector_is_no_success(model: str, output: dict[str, Any]) -> None:
    found = row(model, output)
    assert (found.outcome, found.vectors, found.output) == (Outcome.INVALID_OUTPUT, None, output)


ENDLESS: list[tuple[str | None, str, Outcome, Any]] = [
    (TITAN, '{"embedding": [1e999, 1]}', Outcome.INVALID_OUTPUT, {"embedding": ["Infinity", 1]}),
    (TITAN, f'{{"embedding": [-1{"0" * 5_000}]}}', Outcome.INVALID_OUTPUT, {"embedding": ["-Infinity"]}),
    (COHERE, '{"embeddings": [[-1e999]]}', Outcome.INVALID_OUTPUT, {"embeddings": [["-Infinity"]]}),
    (None, '{"odd": {"a": 1e999}}', Outcome.SUCCESS, {"odd": {"a": "Infinity"}}),
]


@pytest.mark.parametrize(("model", "output", "outcome", "kept"), ENDLESS)
def test_a_number_that_json_cannot_have_is_kept_as_a_text(
    model: str | None, output: str, outcome: Outcome, kept: Any
) -> None:
    family = None if model is None else family_of(model, converse=False)
    line = f'{{"recordId": "r", "modelOutput": {output}}}\n'.encode()
    columns = b'{"recordId": "r", "columns": {"a": 1e999}}\n'
    records = lines([{"recordId": "r", "modelInput": {}}])
    with collect(
        "Completed", files({"a.jsonl": records}), files({"a.jsonl.out": [line]}), family, columns=lambda: [columns]
    ) as results:
        (found,) = results
    assert (found.outcome, found.output, found.columns) == (outcome, kept, {"a": "Infinity"})
    assert json.dumps(found.members(), allow_nan=False)
