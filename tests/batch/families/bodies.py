"""Bodies of each family that a test can change."""

from typing import Any

CLAUDE: dict[str, Any] = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
}
CONVERSE: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}
CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": "Hello"}]}
NOVA_EMBEDDING: dict[str, Any] = {
    "taskType": "SINGLE_EMBEDDING",
    "singleEmbeddingParams": {
        "embeddingPurpose": "GENERIC_INDEX",
        "text": {"truncationMode": "END", "value": "Hello"},
    },
}
COHERE: dict[str, Any] = {"input_type": "search_document", "texts": ["Hello"]}


def with_params(**params: Any) -> dict[str, Any]:
    """The body for Nova's embeddings with other members in its parameters."""
    return {**NOVA_EMBEDDING, "singleEmbeddingParams": {**NOVA_EMBEDDING["singleEmbeddingParams"], **params}}
