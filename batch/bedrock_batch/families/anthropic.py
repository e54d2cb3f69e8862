"""Anthropic Claude: the Messages API."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from bedrock_batch.families import kinds, values
from bedrock_batch.families.answer import Answer, reason, tokens
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import NONE, Fault
from bedrock_batch.families.messages import TYPED, Messages, is_text_or_typed_blocks
from bedrock_batch.families.question import Question
from bedrock_batch.families.structured import output_config_of_claude
from bedrock_batch.families.values import given

VERSION: Final = "bedrock-2023-05-31"
# Required by the API, so a builder must choose one.
_DEFAULT_MAX_TOKENS: Final = 1024
# The text is the service's own.
_ONE_SAMPLER: Final = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
_NO_SAMPLER: Final = "this model may refuse it"


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
    return NONE if is_text_or_typed_blocks(value) else (Fault(path, TYPED),)


def _one_sampler(body: Body) -> Sequence[Fault]:
    # Most bodies lack top_p: to look it up is the shortest way.
    if "top_p" in body and given(body, "top_p") and given(body, "temperature"):
        return (Fault("modelInput.top_p", _ONE_SAMPLER),)
    return NONE


def _no_sampler(body: Body) -> Iterator[Fault]:
    yield from _one_sampler(body)
    for member in ("temperature", "top_p", "top_k"):
        if given(body, member):
            yield Fault(f"modelInput.{member}", _NO_SAMPLER, True)


def _answer(output: Body) -> Answer:
    text = "".join(block["text"] for block in output["content"] if block["type"] == "text")
    usage = output.get("usage")
    return Answer(
        text=text,
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
        "messages": Messages(is_content=is_text_or_typed_blocks, content=TYPED, takes_late_system=True),
        "output_config": output_config_of_claude,
        "stop_sequences": values.texts,
        "system": _system,
        "temperature": values.share,
        "thinking": values.an_object,
        "tools": values.a_list,
        "top_k": values.count,
        "top_p": values.share,
    },
    body=_body,
    answer=_answer,
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
)
