"""The body format of a record, from the model's name, or from the body if the name does not tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bedrock_batch_local.inference.bodies import BodyFormat, RefusedBody
from bedrock_batch_local.inference.message_bodies import Anthropic, Chat, Converse, Nova
from bedrock_batch_local.inference.prompt_bodies import Meta, Mistral, TitanEmbedding, TitanText

_BY_NAME: tuple[tuple[str, BodyFormat], ...] = (
    ("anthropic.", Anthropic()),
    ("amazon.nova", Nova()),
    ("amazon.titan-embed", TitanEmbedding()),
    ("amazon.titan", TitanText()),
    ("meta.", Meta()),
)

# The names of application inference profiles and custom models do not tell the format.
_BY_MEMBER: tuple[tuple[str, BodyFormat], ...] = (
    ("anthropic_version", Anthropic()),
    ("inferenceConfig", Nova()),
    ("messages", Chat()),
    ("textGenerationConfig", TitanText()),
    ("inputText", TitanEmbedding()),
    ("max_gen_len", Meta()),
    ("prompt", Mistral()),
)


def format_of(body: Mapping[str, Any], model_id: str, *, converse: bool) -> BodyFormat:
    """The format of a ``modelInput``. ``RefusedBody`` if none fits."""
    if converse:
        return Converse()
    for prefix, body_format in _BY_NAME:
        if model_id.startswith(prefix):
            return body_format
    for member, body_format in _BY_MEMBER:
        if member in body:
            return body_format
    raise RefusedBody("Malformed input request: no known member, please reformat your input and try again.")
