"""The body format of a record: that of the model's family, or of the family that the body is written for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bedrock_batch.families import family_like, family_of
from bedrock_batch_local.inference import refusals
from bedrock_batch_local.inference.bodies import BodyFormat, RefusedBody
from bedrock_batch_local.inference.embedding_bodies import (
    CohereEmbedding,
    NovaEmbedding,
    TitanMultimodalEmbedding,
    TitanTextEmbedding,
)
from bedrock_batch_local.inference.message_bodies import Anthropic, Chat, Converse, Nova
from bedrock_batch_local.inference.prompt_bodies import Meta, Mistral, MistralLarge, TitanText

_BY_FAMILY: Mapping[str, BodyFormat] = {
    "Amazon Nova": Nova(),
    "Amazon Nova Multimodal Embeddings": NovaEmbedding(),
    "Amazon Titan Multimodal Embeddings": TitanMultimodalEmbedding(),
    "Amazon Titan Text": TitanText(),
    "Amazon Titan Text Embeddings V1": TitanTextEmbedding(dimensions=1536, by_type=False),
    "Amazon Titan Text Embeddings V2": TitanTextEmbedding(dimensions=1024, by_type=True),
    "Anthropic Claude": Anthropic(),
    "Cohere Embed v3": CohereEmbedding(dimensions=1024),
    "Cohere Embed v4": CohereEmbedding(dimensions=1536),
    "Meta Llama": Meta(),
    "Mistral AI text completion": Mistral(),
    "Mistral Large": MistralLarge(),
    "chat completions": Chat(),
    "the Converse API": Converse(),
}
# The service's own text.
_NO_CHAT_MODEL = (
    "This action doesn't support the model that you provided. Try again with a supported text or chat model."
)


def format_of(body: Mapping[str, Any], model_id: str, *, converse: bool) -> BodyFormat:
    """The format of a ``modelInput``. ``RefusedBody`` if the model would not accept it."""
    if converse and (own := family_of(model_id, converse=False)) is not None and own.dimensions:
        raise RefusedBody(_NO_CHAT_MODEL)
    # The names of application inference profiles and of new models do not tell the family.
    family = family_of(model_id, converse=converse) or family_like(body)
    if family is None:
        raise RefusedBody("Malformed input request: no known member, please reformat your input and try again.")
    refusals.check(family, body)
    return _BY_FAMILY[family.name]
