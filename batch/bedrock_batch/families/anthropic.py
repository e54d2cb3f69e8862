"""Anthropic Claude: the Messages API."""

import re
from collections.abc import Iterator
from typing import Any, Final

from bedrock_batch.families.answer import Answer
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import Fault
from bedrock_batch.families.messages import faults_of_messages
from bedrock_batch.families.question import Question

VERSION: Final = "bedrock-2023-05-31"
# Required by the API, so a builder must choose one.
_DEFAULT_MAX_TOKENS: Final = 1024


def _body(question: Question) -> dict[str, Any]:
    body: dict[str, Any] = {
        "anthropic_version": VERSION,
        "max_tokens": question.max_tokens or _DEFAULT_MAX_TOKENS,
        "messages": [{"role": "user", "content": [{"type": "text", "text": question.text}]}],
    }
    if question.system is not None:
        body["system"] = question.system
    if question.temperature is not None:
        body["temperature"] = question.temperature
    if question.answer_schema is not None:
        body["output_config"] = {"format": {"type": "json_schema", "schema": dict(question.answer_schema)}}
    return body


def _faults(body: Body) -> Iterator[Fault]:
    if "messages" in body:
        yield from faults_of_messages(body["messages"], system="modelInput.system")
    if body.get("anthropic_version", VERSION) != VERSION:
        yield Fault("modelInput.anthropic_version", f"must be {VERSION}")
    limit = body.get("max_tokens", 1)
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        yield Fault("modelInput.max_tokens", "must be a whole number above zero")


def _answer(output: Body) -> Answer:
    usage = output.get("usage") or {}
    return Answer(
        text="".join(block["text"] for block in output["content"] if block.get("type") == "text"),
        stop_reason=output.get("stop_reason"),
        input_tokens=usage.get("input_tokens"),
        output_tokens=usage.get("output_tokens"),
    )


ANTHROPIC: Final = Family(
    name="Anthropic Claude",
    models=re.compile(r"anthropic\."),
    source="bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html, 2026-11-27",
    required=("anthropic_version", "max_tokens", "messages"),
    optional=frozenset(
        {
            "anthropic_beta",
            "metadata",
            "output_config",
            "stop_sequences",
            "system",
            "temperature",
            "thinking",
            "tool_choice",
            "tools",
            "top_k",
            "top_p",
        }
    ),
    faults=_faults,
    body=_body,
    takes_schema=True,
    answer=_answer,
)
