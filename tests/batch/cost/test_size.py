"""The size of records, as `read_records` takes it in its one pass."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bedrock_batch.cost import InputSize, Sizing
from bedrock_batch.families import family_of
from bedrock_batch.records import read_records

CLAUDE = "anthropic.claude-haiku-4-5-20251001-v1:0"
NOVA = "amazon.nova-lite-v1:0"
Read = Callable[..., InputSize]


def claude(content: Any, **more: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": content}]
    return {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 200, "messages": messages, **more}


def converse(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": list(blocks)}], **more}


@pytest.fixture
def size_of(tmp_path: Path) -> Read:
    """The size of a file of some bodies, for a model or for none that is known."""

    def read(*bodies: dict[str, Any], model: str | None = None, form: bool = False) -> InputSize:
        path = tmp_path / "records.jsonl"
        path.write_text("".join(json.dumps({"modelInput": body}) + "\n" for body in bodies), "utf-8")
        family = None if model is None else family_of(model, converse=form)
        return read_records(path, family=family, min_records=1).size

    return read


def test_texts_and_limits_are_summed(size_of: Read) -> None:
    found = size_of(claude("four"), claude([{"type": "text", "text": "seven 7"}], system="ten bytes."), model=CLAUDE)

    assert found == InputSize(records=2, text_bytes=4 + 7 + 10, texts=3, output_tokens=400)


@pytest.mark.parametrize("model", [CLAUDE, None])
def test_a_text_has_its_bytes_however_it_is_escaped(size_of: Read, model: str | None) -> None:
    assert size_of(claude("\u4e2d\u6587"), model=model).text_bytes == 6


def test_parameters_are_no_text(size_of: Read) -> None:
    plain, full = claude("text"), claude("text", temperature=0.5, stop_sequences=["x" * 99], metadata={"user_id": "u"})

    assert size_of(plain, model=CLAUDE) == size_of(full, model=CLAUDE)


@pytest.mark.parametrize(
    "body",
    [
        claude("text", tools=[{"name": "search", "input_schema": {"type": "object"}}]),
        claude([{"type": "tool_use", "id": "1", "name": "search", "input": {"query": "x"}}]),
        {"messages": [{"role": "assistant", "content": "text", "tool_calls": [{"id": "1"}]}], "max_tokens": 200},
        converse({"guardContent": {"text": {"text": "text"}}}, inferenceConfig={"maxTokens": 200}),
        claude("text", a_new_member="x"),
    ],
)
def test_what_is_more_than_texts_counts_with_its_whole_line(size_of: Read, body: dict[str, Any]) -> None:
    found = size_of(body)

    assert found.text_bytes == len(json.dumps({"modelInput": body}))
    assert (found.texts, found.output_tokens, found.with_media) == (1, 200, 0)


@pytest.mark.parametrize(
    ("body", "text_bytes"),
    [
        (claude([{"type": "image", "source": {"data": "x" * 999}}, {"type": "text", "text": "text"}]), 4),
        (claude([{"type": "tool_result", "content": [{"type": "image", "source": {}}, {"text": "text"}]}]), 4),
        (converse({"image": {"format": "png", "source": {"bytes": "x" * 999}}}, {"text": "text"}), 4),
        (converse({"toolResult": {"content": [{"document": {"source": {}}}, {"text": "text"}]}}), 4),
        (converse({"guardContent": {"image": {"source": {}}}}), 0),
        (claude([{"type": "image_url", "image_url": {"url": "data:..."}}]), 0),
        ({"prompt": "text", "images": ["x" * 999]}, 4),
        ({"inputText": "text", "inputImage": "x" * 999}, 4),
        ({"inputs": [{"content": [{"type": "image_url", "image_url": {}}]}], "input_type": "search_document"}, 0),
        ({"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": {"video": {"source": {}}}}, 0),
    ],
)
def test_a_record_with_media_is_counted_with_its_texts_alone(
    size_of: Read, body: dict[str, Any], text_bytes: int
) -> None:
    found = size_of(body)

    assert (found.with_media, found.text_bytes) == (1, text_bytes)


@pytest.mark.parametrize(
    ("model", "body", "most"),
    [
        ("amazon.titan-embed-text-v2:0", {"inputText": "text"}, 0),
        ("cohere.embed-v4:0", {"texts": ["text"], "input_type": "search_query", "max_tokens": 9}, 0),
        ("meta.llama3-3-70b-instruct-v1:0", {"prompt": "text"}, 512),
        ("meta.llama3-3-70b-instruct-v1:0", {"prompt": "text", "max_gen_len": 9}, 9),
        ("mistral.mistral-7b-instruct-v0:2", {"prompt": "text"}, 8_192),
        ("amazon.titan-text-express-v1", {"inputText": "text", "textGenerationConfig": {"maxTokenCount": 9}}, 9),
        (NOVA, converse({"text": "text"}, inferenceConfig={"maxTokens": 9}), 9),
        (NOVA, converse({"text": "text"}, inferenceConfig={"max_new_tokens": 9}), 9),
        ("openai.gpt-oss-20b-1:0", {"messages": [{"role": "user", "content": "x"}], "max_completion_tokens": 9}, 9),
        ("qwen.qwen3-32b-v1:0", {"messages": [{"role": "user", "content": "x"}], "max_tokens": 9, "n": 3}, 27),
    ],
)
def test_each_family_knows_the_limit_of_its_bodies(size_of: Read, model: str, body: dict[str, Any], most: int) -> None:
    found = size_of(body, model=model)

    assert (found.output_tokens, found.without_limit) == (most, 0)


@pytest.mark.parametrize(
    ("body", "most"),
    [
        (claude("text"), 200),
        (converse({"text": "text"}, inferenceConfig={"maxTokens": 9}), 9),
        ({"prompt": "text", "max_gen_len": 9}, 9),
        ({"inputText": "text", "textGenerationConfig": {"maxTokenCount": 9}}, 9),
        ({"texts": ["text"], "input_type": "search_query", "max_tokens": 9}, 0),
        ({"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": {"text": {"value": "text"}}}, 0),
    ],
)
def test_a_limit_is_found_without_a_family(size_of: Read, body: dict[str, Any], most: int) -> None:
    found = size_of(body)

    assert (found.output_tokens, found.without_limit) == (most, 0)


@pytest.mark.parametrize(
    "body",
    [
        converse({"text": "text"}),
        converse({"text": "text"}, inferenceConfig={"temperature": 0.5}),
        {"prompt": "text"},
        {"inputText": "text"},
    ],
)
def test_a_record_without_a_limit_is_counted(size_of: Read, body: dict[str, Any]) -> None:
    found = size_of(body, body)

    assert (found.output_tokens, found.without_limit) == (0, 2)


@pytest.mark.parametrize("value", [None, 1, "x", [1], [None], [[]], {"a": 1}, [{"role": "user", "content": None}]])
@pytest.mark.parametrize("member", ["messages", "system", "prompt", "texts", "inputs", "max_tokens", "inferenceConfig"])
def test_any_body_has_a_size(member: str, value: Any) -> None:
    """Those with faults too: they are read to their end before all faults are told."""
    sizing = Sizing(None)
    sizing.add({member: value}, b"x" * 9)

    assert sizing.result(1).text_bytes in {0, 1, 9}


def test_bodies_of_many_shapes_are_not_kept() -> None:
    sizing = Sizing(None)
    for number in range(2_000):
        sizing.add({"prompt": "text", f"member-{number}": 1}, b"x")

    assert sizing.result(2_000).text_bytes == 2_000
    assert len(sizing._shapes) == 1_000


def test_sizes_of_files_add_up() -> None:
    one = InputSize(records=1, text_bytes=2, texts=3, output_tokens=4, without_limit=5, with_media=6)

    assert one + InputSize() == one
    assert one + one == InputSize(records=2, text_bytes=4, texts=6, output_tokens=8, without_limit=10, with_media=12)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "text": "a", "source": {"type": "base64", "media_type": "image/png", "data": "x" * 999}},
        {"type": "search_result", "text": "", "source": "s", "title": "t", "content": [{"text": "x" * 999}]},
        {"type": "text2", "text": "a", "more": "x" * 999},
    ],
    ids=lambda block: block["type"],
)
def test_a_text_beside_other_content_hides_nothing(size_of: Read, block: dict[str, Any]) -> None:
    found = size_of(claude([block]), model=CLAUDE)

    assert found.with_media == 1 or found.text_bytes > 999


def test_content_of_no_known_form_counts_with_its_line(size_of: Read) -> None:
    assert size_of(claude({"t": "x" * 999}), model=None).text_bytes > 999


@pytest.mark.parametrize(
    "extra",
    [{"inferenceConfig": {"maxTokens": 5_000}}, {"max_completion_tokens": 9, "n": 8}, {"a": [{"maxOutputTokens": 1}]}],
    ids=str,
)
def test_a_second_limit_is_no_limit(size_of: Read, extra: dict[str, Any]) -> None:
    limited = {"inferenceConfig": {"maxTokens": 1}}
    body = converse({"text": "a"}, additionalModelRequestFields=extra, **limited)
    harmless = converse({"text": "a"}, additionalModelRequestFields={"top_k": 3}, **limited)

    assert (size_of(body, model=NOVA, form=True).without_limit, size_of(body, model=NOVA, form=True).output_tokens) == (
        1,
        0,
    )
    assert size_of(harmless, model=NOVA, form=True).output_tokens == 1
