"""Anthropic Claude: the Messages API."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from bedrock_batch.families import kinds, values
from bedrock_batch.families.answer import Answer, reason, tokens, typed_content
from bedrock_batch.families.answer_limit import OF_CLAUDE
from bedrock_batch.families.blocks import TypedBlocks
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import NONE, Fault
from bedrock_batch.families.messages import Messages
from bedrock_batch.families.question import Question
from bedrock_batch.families.structured import output_config_of_claude, schema_of_claude
from bedrock_batch.families.values import given

VERSION: Final = "bedrock-2023-05-31"
# Required by the API, so a builder must choose one.
_DEFAULT_MAX_TOKENS: Final = 1024
_INTERLEAVED: Final = "interleaved-thinking"
_THINKING: Final = values.structure(
    {"budget_tokens": values.at_least(1_024), "display": values.text, "type": values.text}, required=("type",)
)
# Texts with backquotes are the service's own.
_SMALL_LIMIT: Final = "`max_tokens` must be greater than `thinking.budget_tokens`."
_ONE_SAMPLER: Final = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
_NO_SAMPLER: Final = "this model may refuse it"

# platform.claude.com/docs/en/api/messages: each type with a member that it must have.
_CONTENT: Final = TypedBlocks(
    types={
        "bash_code_execution_tool_result": "tool_use_id",
        "code_execution_tool_result": "tool_use_id",
        "container_upload": "file_id",
        "document": "source",
        "image": "source",
        "mcp_tool_result": "tool_use_id",
        "mcp_tool_use": "name",
        "redacted_thinking": "data",
        "search_result": "content",
        "server_tool_use": "name",
        "text": "text",
        "text_editor_code_execution_tool_result": "tool_use_id",
        "thinking": "thinking",
        "tool_result": "tool_use_id",
        "tool_search_tool_result": "tool_use_id",
        "tool_use": "name",
        "web_fetch_tool_result": "tool_use_id",
        "web_search_tool_result": "tool_use_id",
    },
    foreign=frozenset({"file", "image_url", "input_audio", "input_image", "input_text"}),
)
_SYSTEM: Final = TypedBlocks(types={"text": "text"})
# "Extra inputs are not permitted".
_OF_CHAT: Final = frozenset({"function_call", "name", "reasoning_content", "refusal", "tool_call_id", "tool_calls"})


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


def _version(path: str, value: Any) -> Sequence[Fault]:
    return NONE if value == VERSION else (Fault(path, f"must be {VERSION}"),)


def _system(path: str, value: Any) -> Sequence[Fault]:
    return _SYSTEM.check(path, value) if value or not isinstance(value, (str, list)) else NONE


def _budget(body: Body) -> Sequence[Fault]:
    thinking = body.get("thinking")
    if not isinstance(thinking, dict) or thinking.get("type") != "enabled":
        return NONE
    if not given(thinking, "budget_tokens"):
        return (Fault("modelInput.thinking.budget_tokens", "required if type is enabled"),)
    budget, most = thinking["budget_tokens"], body.get("max_tokens")
    if type(budget) is not int or type(most) is not int or budget < most or _may_interleave(body):
        return NONE
    # Between calls of tools, some models may think for longer than one answer.
    return (Fault("modelInput.thinking.budget_tokens", _SMALL_LIMIT, given(body, "tools")),)


def _may_interleave(body: Body) -> bool:
    betas = body.get("anthropic_beta")
    return isinstance(betas, list) and any(isinstance(each, str) and _INTERLEAVED in each for each in betas)


def _one_sampler(body: Body) -> Sequence[Fault]:
    # Most bodies have neither: to look them up is the shortest way.
    faults = _budget(body) if "thinking" in body else NONE
    if "top_p" in body and given(body, "top_p") and given(body, "temperature"):
        return (*faults, Fault("modelInput.top_p", _ONE_SAMPLER))
    return faults


def _no_sampler(body: Body) -> Iterator[Fault]:
    yield from _one_sampler(body)
    for member in ("temperature", "top_p", "top_k"):
        if given(body, member):
            yield Fault(f"modelInput.{member}", _NO_SAMPLER, True)


def _answer(output: Body) -> Answer:
    content = typed_content(output["content"])
    usage = output.get("usage")
    return replace(
        content,
        stop_reason=reason(output.get("stop_reason")),
        input_tokens=tokens(usage, "input_tokens"),
        output_tokens=tokens(usage, "output_tokens"),
    )


ANTHROPIC: Final = Family(
    name=kinds.CLAUDE,
    models=re.compile(r"anthropic\."),
    source="bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html, 2026-11-27",
    # A body with neither version nor limit is taken for one of chat completions.
    kinds=frozenset({kinds.CLAUDE, kinds.CHAT}),
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
    values={
        "anthropic_version": _version,
        "max_tokens": values.whole_number,
        "messages": Messages(
            content=_CONTENT.check, takes_late_system=True, may_end_empty=True, foreign=_OF_CHAT
        ).check,
        "output_config": output_config_of_claude,
        "stop_sequences": values.texts,
        "system": _system,
        "temperature": values.share,
        "thinking": _THINKING,
        "tools": values.objects,
        "top_k": values.count,
        "top_p": values.share,
    },
    faults=_budget,
    body=_body,
    asked_schema=schema_of_claude,
    answer=_answer,
    answer_limit=OF_CLAUDE,
    bytes_per_token=2.7,
)

# Seen of the service from Claude Opus 4.1 on: github.com/open-webui/pipelines/pull/546.
ANTHROPIC_4_1: Final = replace(ANTHROPIC, models=re.compile(r"anthropic\.claude-opus-4-1(?!\d)"), faults=_one_sampler)

# bedrock/latest/userguide/structured-output.html: the models that take a schema.
ANTHROPIC_4_5: Final = replace(
    ANTHROPIC_4_1, models=re.compile(r"anthropic\.claude-(?:opus|sonnet|haiku)-4-[56](?!\d)"), takes_schema=True
)

# The model card of Claude Opus 4.7 drops the samplers; which later models keep them is not known.
ANTHROPIC_4_7: Final = replace(
    ANTHROPIC_4_5,
    models=re.compile(r"anthropic\.claude-[a-z]+-(?:4-[7-9](?!\d)|[5-9])"),
    faults=_no_sampler,
    # Its tokenizer makes more tokens of a text: platform.claude.com/docs, "What's new in Claude Opus 4.7".
    bytes_per_token=2.0,
)
