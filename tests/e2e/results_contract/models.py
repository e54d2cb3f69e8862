"""Models of several families: bodies that they take, bodies that they refuse, and what their answers say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Model:
    """A model. `said` reads a `modelOutput` without the code under test: the text, or the vectors."""

    model_id: str
    body: Callable[[str], Body]
    said: Callable[[Any], Any]
    converse: bool = False
    embeds: bool = False


def _converse(text: str) -> Body:
    return {"messages": [{"role": "user", "content": [{"text": text}]}]}


def _chat(text: str) -> Body:
    return {"messages": [{"role": "user", "content": text}]}


def _claude(text: str) -> Body:
    return {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 64, **_chat(text)}


def _nova_embedding(text: str) -> Body:
    place = {"truncationMode": "END", "value": text}
    params = {"embeddingPurpose": "GENERIC_INDEX", "embeddingDimension": 256, "text": place}
    return {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": params}


def _message(output: Any) -> Any:
    return output["output"]["message"]["content"][0]["text"]


def _choice(output: Any) -> Any:
    return output["choices"][0]["message"]["content"]


MODELS = (
    Model("amazon.nova-lite-v1:0", _converse, _message, converse=True),
    Model("anthropic.claude-3-haiku-20240307-v1:0", _converse, _message, converse=True),
    Model("amazon.nova-lite-v1:0", _converse, _message),
    Model("anthropic.claude-3-haiku-20240307-v1:0", _claude, lambda output: output["content"][0]["text"]),
    Model(
        "meta.llama3-1-8b-instruct-v1:0",
        lambda text: {"prompt": text, "max_gen_len": 20},
        lambda output: output["generation"],
    ),
    Model(
        "mistral.mistral-7b-instruct-v0:2",
        lambda text: {"prompt": text, "max_tokens": 20},
        lambda output: output["outputs"][0]["text"],
    ),
    Model("qwen.qwen3-32b-v1:0", _chat, _choice),
    Model("acme.a-model-of-tomorrow-v1:0", _chat, _choice),
    Model(
        "amazon.titan-text-express-v1",
        lambda text: {"inputText": text},
        lambda output: output["results"][0]["outputText"],
    ),
    Model(
        "amazon.titan-embed-text-v2:0",
        lambda text: {"inputText": text, "dimensions": 256, "embeddingTypes": ["float", "binary"]},
        lambda output: output["embeddingsByType"],
        embeds=True,
    ),
    Model(
        "amazon.titan-embed-image-v1:0",
        lambda text: {"inputText": text, "embeddingConfig": {"outputEmbeddingLength": 256}},
        lambda output: output["embedding"],
        embeds=True,
    ),
    Model(
        "amazon.nova-2-multimodal-embeddings-v1:0",
        _nova_embedding,
        lambda output: [each["embedding"] for each in output["embeddings"]],
        embeds=True,
    ),
    Model(
        "cohere.embed-v4:0",
        lambda text: {"input_type": "search_document", "texts": [text], "output_dimension": 256},
        lambda output: output["embeddings"],
        embeds=True,
    ),
)


def refused_bodies(body: Body) -> tuple[Body, ...]:
    """Bodies that a model refuses, made from a good one."""
    return {}, {"nonsense": 1}, {**body, "unheard_of": True}, dict.fromkeys(body)
