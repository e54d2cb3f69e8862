"""Bodies that name media in S3."""

from typing import Any

import pytest
from batch.families.bodies import CHAT, CLAUDE, CONVERSE, NOVA_EMBEDDING, with_params

from bedrock_batch.families import names_media

IN_S3 = {"s3Location": {"uri": "s3://b/in/x.mp4"}}


def turn(*blocks: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": list(blocks)}]}


@pytest.mark.parametrize(
    "body",
    [
        turn({"text": "What is it?"}, {"video": {"format": "mp4", "source": IN_S3}}),
        turn({"image": {"format": "png", "source": {"s3Uri": "s3://b/in/x.png"}}}),
        turn({"toolResult": {"content": [{"document": {"name": "x", "source": IN_S3}}]}}),
        with_params(text={"truncationMode": "END", "source": IN_S3}),
    ],
)
def test_media_in_s3_are_found_wherever_they_stand(body: dict[str, Any]) -> None:
    assert names_media(body)


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
        {},
    ],
)
def test_other_bodies_name_none(body: dict[str, Any]) -> None:
    assert not names_media(body)


def test_a_body_may_be_nested_deeply() -> None:
    deep: Any = {"source": IN_S3}
    for _ in range(100_000):
        deep = [deep]

    assert names_media({"messages": deep})
