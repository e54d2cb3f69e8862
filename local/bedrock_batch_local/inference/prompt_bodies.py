"""Bodies with one text: Titan text and embeddings, Meta, Mistral."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Any

from bedrock_batch_local.inference.bodies import RefusedBody, TextFormat, key_required, number
from bedrock_batch_local.inference.model import Completion, Model
from bedrock_batch_local.inference.prompt import Prompt, Turn

_EMBEDDING_DIMENSIONS = (1024, 512, 384, 256)


class TitanText(TextFormat):
    """Amazon Titan text: ``inputText`` and ``textGenerationConfig``."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        key_required(body, "inputText")
        config = body.get("textGenerationConfig") or {}
        turns = (Turn("user", str(body["inputText"])),)
        return Prompt(
            turns,
            max_tokens=number(config.get("maxTokenCount"), int),
            temperature=number(config.get("temperature"), float),
        )

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002  (one signature for all formats)
        result = {
            "tokenCount": completion.output_tokens,
            "outputText": completion.text,
            "completionReason": "LENGTH" if completion.truncated else "FINISH",
        }
        return {"inputTextTokenCount": completion.input_tokens, "results": [result]}


class TitanEmbedding:
    """Amazon Titan embeddings: ``inputText`` and ``dimensions`` (default 1024). The vector depends on the text only."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        key_required(body, "inputText")
        if body.get("dimensions", _EMBEDDING_DIMENSIONS[0]) not in _EMBEDDING_DIMENSIONS:
            problem = f"#/dimensions: {body['dimensions']} is not a valid enum value"
            raise RefusedBody(f"Malformed input request: {problem}, please reformat your input and try again.")
        return Prompt((Turn("user", str(body["inputText"])),))

    def complete(self, model: Model, prompt: Prompt) -> Completion:  # noqa: ARG002  (a vector needs no text model)
        return Completion(prompt.text, prompt.tokens, 0)

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002  (one signature for all formats)
        vector = _unit_vector(completion.text, body.get("dimensions", _EMBEDDING_DIMENSIONS[0]))
        return {"embedding": vector, "inputTextTokenCount": completion.input_tokens}


class Meta(TextFormat):
    """Meta Llama: ``prompt`` and ``max_gen_len``."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        return _prompt(body, "max_gen_len")

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002  (one signature for all formats)
        return {
            "generation": completion.text,
            "prompt_token_count": completion.input_tokens,
            "generation_token_count": completion.output_tokens,
            "stop_reason": "length" if completion.truncated else "stop",
        }


class Mistral(TextFormat):
    """Mistral's text completion, also for unknown models whose body has a ``prompt``."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        return _prompt(body, "max_tokens")

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002  (one signature for all formats)
        return {"outputs": [{"text": completion.text, "stop_reason": "length" if completion.truncated else "stop"}]}


def _prompt(body: Mapping[str, Any], limit: str) -> Prompt:
    key_required(body, "prompt")
    return Prompt(
        (Turn("user", str(body["prompt"])),),
        max_tokens=number(body.get(limit), int),
        temperature=number(body.get("temperature"), float),
    )


def _unit_vector(text: str, dimensions: int) -> list[float]:
    raw = [0.0] * dimensions
    for word in text.lower().split():
        digest = hashlib.sha256(word.encode()).digest()
        # Texts with common words have vectors with a common direction, as in an embedding.
        for position in range(0, 32, 4):
            raw[int.from_bytes(digest[position : position + 2]) % dimensions] += digest[position + 2] / 127.5 - 1
    length = math.sqrt(sum(value * value for value in raw)) or 1.0
    return [round(value / length, 6) for value in raw]
