"""Bodies that name media in S3."""

import json
from typing import Any

import pytest
from batch.families.bodies import CHAT, CLAUDE, CONVERSE, NOVA_EMBEDDING, with_params

from bedrock_batch.families import Fault, names_media
from bedrock_batch.record import unusual_in

IN_S3 = {"s3Location": {"uri": "s3://b/in/x.mp4"}}


def told(body: dict[str, Any]) -> list[Fault]:
    """What is said of an uploaded file with this body."""
    return list(unusual_in(json.dumps({"modelInput": body}).encode(), may_name_media=False))


def turn(*blocks: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": list(blocks)}]}


@pytest.mark.parametrize(
    "body",
    [
        turn({"text": "What is it?"}, {"video": {"format": "mp4", "source": IN_S3}}),
        turn({"image": {"format": "png", "source": {"s3Uri": "s3://b/in/x.png"}}}),
        turn({"toolResult": {"content": [{"document": {"name": "x", "source": IN_S3}}]}}),
        turn({"toolResult": {"content": [{"text": "x"}, {"video": {"source": IN_S3}}]}}),
        turn({"audio": {"format": "mp3", "source": IN_S3}}),
        turn({"type": "image", "source": {"s3Uri": "s3://b/in/x.png"}}),
        turn({"type": "tool_result", "content": [{"type": "document", "source": IN_S3}]}),
        {"messages": [*CONVERSE["messages"], *turn({"image": {"source": IN_S3}})["messages"]]},
        with_params(text={"truncationMode": "END", "source": IN_S3}),
        {"segmentedEmbeddingParams": {"video": {"source": IN_S3}}},
    ],
)
def test_media_in_s3_are_found_where_the_models_read_them(body: dict[str, Any]) -> None:
    assert names_media(body)
    assert told(body)


@pytest.mark.parametrize(
    "body",
    [
        CHAT,
        CLAUDE,
        CONVERSE,
        NOVA_EMBEDDING,
        turn({"image": {"format": "png", "source": {"bytes": "eA=="}}}),
        turn({"text": "source s3Location s3://b/in/x.mp4"}),
        {**CHAT, "response_format": {"schema": {"properties": {"s3Location": {"type": "object"}}}}},
        {"source": "s3Uri"},
        {"source": IN_S3},
        {"video": {"source": IN_S3}},
        turn({"type": "tool_use", "name": "copy", "input": {"source": {"s3Uri": "s3://b/k"}}}),
        turn({"type": "tool_use", "name": "copy", "input": {"content": [{"image": {"source": IN_S3}}]}}),
        turn({"toolUse": {"name": "copy", "input": {"image": {"source": IN_S3}}}}),
        turn({"toolResult": {"content": [{"json": {"image": {"source": IN_S3}}}]}}),
        {**CHAT, "tools": [{"input_schema": {"properties": {"source": IN_S3}}}]},
        {**CHAT, "metadata": {"image": {"source": IN_S3}}},
        {},
    ],
)
def test_other_bodies_name_none(body: dict[str, Any]) -> None:
    assert not names_media(body)
    assert told(body) == []


def test_a_body_may_be_nested_deeply() -> None:
    deep: Any = {"source": IN_S3}
    for _ in range(100_000):
        deep = [deep]

    assert not names_media({"messages": deep})
