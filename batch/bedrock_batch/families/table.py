"""The table of families."""

import re
from collections.abc import Mapping
from typing import Any, Final

from bedrock_batch.families import kinds
from bedrock_batch.families.anthropic import ANTHROPIC, ANTHROPIC_4_1, ANTHROPIC_4_5, ANTHROPIC_4_7
from bedrock_batch.families.chat import CHAT, OPENAI
from bedrock_batch.families.cohere import COHERE_V3, COHERE_V4
from bedrock_batch.families.converse import CONVERSE
from bedrock_batch.families.family import Family
from bedrock_batch.families.nova import NOVA
from bedrock_batch.families.nova_embeddings import NOVA_EMBEDDINGS
from bedrock_batch.families.prompts import LLAMA, LLAMA_4, MISTRAL_LARGE, MISTRAL_PROMPT
from bedrock_batch.families.titan import TITAN_EMBEDDINGS_V1, TITAN_EMBEDDINGS_V2, TITAN_MULTIMODAL, TITAN_TEXT
from bedrock_batch.families.values import given

# The first that matches counts: the general one of Anthropic stands after the others.
FAMILIES: Final = (
    ANTHROPIC_4_7,
    ANTHROPIC_4_5,
    ANTHROPIC_4_1,
    ANTHROPIC,
    NOVA,
    NOVA_EMBEDDINGS,
    TITAN_EMBEDDINGS_V1,
    TITAN_EMBEDDINGS_V2,
    TITAN_MULTIMODAL,
    TITAN_TEXT,
    COHERE_V3,
    COHERE_V4,
    LLAMA,
    LLAMA_4,
    MISTRAL_PROMPT,
    MISTRAL_LARGE,
    CHAT,
    OPENAI,
)
_PROFILE: Final = re.compile(r"^(?:[a-z]{2}(?:-[a-z]+)?|amer|apac|global)\.(?=[^.]+\.)")
_BY_KIND: Final[Mapping[str, Family]] = {
    kinds.CHAT: CHAT,
    kinds.CLAUDE: ANTHROPIC,
    kinds.COHERE: COHERE_V3,
    kinds.CONVERSE: NOVA,
    kinds.LLAMA: LLAMA,
    kinds.NOVA_EMBEDDINGS: NOVA_EMBEDDINGS,
    kinds.PROMPT: MISTRAL_PROMPT,
    kinds.TITAN_EMBEDDINGS: TITAN_EMBEDDINGS_V2,
    kinds.TITAN_TEXT: TITAN_TEXT,
}


def family_of(model_id: str, *, converse: bool) -> Family | None:
    """The family of a model; None if its name does not tell (an application inference profile, a new model).

    :param model_id: id or ARN of a foundation model, a custom model or a system-defined inference profile.
    :param converse: whether the records are Converse requests.
    """
    if converse:
        return CONVERSE
    # The resource of an ARN is `foundation-model/<id>`, or `custom-model/<id of the base model>.<form>/<own id>`.
    resource = model_id.partition("/")[2] if model_id.startswith("arn:") else model_id
    name = _PROFILE.sub("", resource.partition("/")[0])
    return next((each for each in FAMILIES if each.models.match(name)), None)


def family_like(body: Mapping[str, Any]) -> Family | None:
    """The family that a body is written for, as far as its members tell; None if they do not."""
    kind = kinds.kind_of(body)
    if kind == kinds.COHERE and (given(body, "output_dimension") or given(body, "inputs")):
        return COHERE_V4
    if kind == kinds.TITAN_EMBEDDINGS and (given(body, "inputImage") or given(body, "embeddingConfig")):
        return TITAN_MULTIMODAL
    return None if kind is None else _BY_KIND.get(kind)
