"""Which kind of body an object is, by members that others do not have."""

from collections.abc import Mapping
from typing import Any, Final

from bedrock_batch.families.values import given

CLAUDE: Final = "Anthropic Claude"
CONVERSE: Final = "the Converse API"
CHAT: Final = "chat completions"
LLAMA: Final = "Meta Llama"
PROMPT: Final = "text completion"
TITAN_TEXT: Final = "Amazon Titan Text"
TITAN_EMBEDDINGS: Final = "Amazon Titan embeddings"
NOVA_EMBEDDINGS: Final = "Amazon Nova embeddings"
COHERE: Final = "Cohere Embed"
OPENAI_LINE: Final = "OpenAI's batch files"

# The first that is found counts.
_MARKS: Final = (
    ("anthropic_version", CLAUDE),
    ("custom_id", OPENAI_LINE),
    ("singleEmbeddingParams", NOVA_EMBEDDINGS),
    ("segmentedEmbeddingParams", NOVA_EMBEDDINGS),
    ("texts", COHERE),
    ("input_type", COHERE),
    ("inputImage", TITAN_EMBEDDINGS),
    ("embeddingConfig", TITAN_EMBEDDINGS),
    ("textGenerationConfig", TITAN_TEXT),
    ("max_gen_len", LLAMA),
)
_WEAK_MARKS: Final = (("inputText", TITAN_EMBEDDINGS), ("prompt", PROMPT))


def kind_of(body: Mapping[str, Any]) -> str | None:
    """The kind of a body; None if nothing tells."""
    for member, kind in _MARKS:
        if given(body, member):
            return kind
    if given(body, "messages"):
        return CONVERSE if _has_untyped_blocks(body["messages"]) else CHAT
    for member, kind in _WEAK_MARKS:
        if given(body, member):
            return kind
    return None


def _has_untyped_blocks(messages: Any) -> bool:
    first = messages[0] if isinstance(messages, list) and messages else None
    content = first.get("content") if isinstance(first, Mapping) else None
    block = content[0] if isinstance(content, list) and content else None
    return isinstance(block, Mapping) and "type" not in block
