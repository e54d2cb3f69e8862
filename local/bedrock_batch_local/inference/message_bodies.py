"""Bodies with a list of messages: Converse, Anthropic, Nova, and the chat form that many other models take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bedrock_batch.families import schema_of_claude, schema_of_converse
from bedrock_batch_local.inference.bodies import (
    TextFormat,
    number,
    response_id,
    text_of,
    turns_of,
)
from bedrock_batch_local.inference.model import Completion
from bedrock_batch_local.inference.prompt import Prompt


class Nova(TextFormat):
    """Amazon Nova: the Converse shapes, without ``metrics``."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        config = body.get("inferenceConfig") or {}
        return Prompt(
            turns_of(body["messages"]),
            text_of(body.get("system") or []),
            number(_either(config, "maxTokens", "max_new_tokens"), int),
            number(config.get("temperature"), float),
        )

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002  (one signature for all formats)
        return {
            "output": {"message": {"role": "assistant", "content": [{"text": completion.text}]}},
            "stopReason": "max_tokens" if completion.truncated else "end_turn",
            "usage": {
                "inputTokens": completion.input_tokens,
                "outputTokens": completion.output_tokens,
                "totalTokens": completion.input_tokens + completion.output_tokens,
            },
        }


class Converse(Nova):
    """The Converse API, the same for every model."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:
        return replace(super().read(body, model_id), answer_schema=schema_of_converse(body))

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        # Latency is made up from the length: it must be present, and the same for the same record.
        return super().write(completion, model_id, body) | {
            "metrics": {"latencyMs": 180 + 12 * completion.output_tokens}
        }


class Anthropic(TextFormat):
    """Anthropic's messages API as InvokeModel takes it."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        return Prompt(
            turns_of(body["messages"]),
            text_of(body.get("system") or []),
            number(body["max_tokens"], int),
            number(body.get("temperature"), float),
            schema_of_claude(body),
        )

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": response_id("msg_bdrk_", body),
            "type": "message",
            "role": "assistant",
            "model": model_id.partition(".")[2] or model_id,
            "content": [{"type": "text", "text": completion.text}],
            "stop_reason": "max_tokens" if completion.truncated else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": completion.input_tokens, "output_tokens": completion.output_tokens},
        }


class Chat(TextFormat):
    """The chat completion form (gpt-oss, Qwen, DeepSeek, Mistral's newer models and others)."""

    def read(self, body: Mapping[str, Any], model_id: str) -> Prompt:  # noqa: ARG002  (one signature for all formats)
        turns = turns_of(body["messages"])
        return Prompt(
            tuple(turn for turn in turns if turn.role not in ("system", "developer")),
            "\n".join(turn.text for turn in turns if turn.role in ("system", "developer")),
            number(_either(body, "max_completion_tokens", "max_tokens"), int),
            number(body.get("temperature"), float),
        )

    def write(self, completion: Completion, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": completion.text},
            "finish_reason": "length" if completion.truncated else "stop",
        }
        return {
            "id": response_id("chatcmpl-", body),
            "object": "chat.completion",
            "model": model_id,
            "choices": [choice],
            "usage": {
                "prompt_tokens": completion.input_tokens,
                "completion_tokens": completion.output_tokens,
                "total_tokens": completion.input_tokens + completion.output_tokens,
            },
        }


def _either(body: Mapping[str, Any], one: str, other: str) -> Any:
    """The value of one member, or of the other one if the first is null or left out."""
    value = body.get(one)
    return body.get(other) if value is None else value
