"""Bodies with one text: Titan text, Meta, Mistral."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bedrock_batch_local.inference.bodies import TextFormat, number
from bedrock_batch_local.inference.message_bodies import Chat
from bedrock_batch_local.inference.model import Completion
from bedrock_batch_local.inference.prompt import Prompt, Turn


class TitanText(TextFormat):
    """Amazon Titan text: ``inputText`` and ``textGenerationConfig``."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        config = body.get("textGenerationConfig") or {}
        turns = (Turn("user", body["inputText"]),)
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


class MistralLarge(TextFormat):
    """Mistral Large of 2024, which takes both of Mistral's forms."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:
        return _form_of(body).read(body, model_id)

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return _form_of(body).write(completion, model_id, body)


def _form_of(body: Mapping[str, Any]) -> Chat | Mistral:
    return Chat() if body.get("messages") is not None else Mistral()


def _prompt(body: Mapping[str, Any], limit: str) -> Prompt:
    return Prompt(
        (Turn("user", body["prompt"]),),
        max_tokens=number(body.get(limit), int),
        temperature=number(body.get("temperature"), float),
    )
