"""The form of chat completions, which most models with open weights take."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from bedrock_batch.families import kinds, values
from bedrock_batch.families.answer import Answer, joined, members, reason, string, tokens, typed_content
from bedrock_batch.families.answer_limit import OF_CHAT, OF_OPENAI
from bedrock_batch.families.blocks import TypedBlocks
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import NONE, Fault
from bedrock_batch.families.messages import Messages
from bedrock_batch.families.question import Question

# OpenAI's limit; servers of open weights take more.
_HOTTEST: Final = 2
_STREAM: Final = "must be false: batch inference does not stream"


def chat_body(question: Question) -> dict[str, Any]:
    """A request body, with the limit in `max_tokens`."""
    system = [] if question.system is None else [{"role": "system", "content": question.system}]
    body: dict[str, Any] = {"messages": [*system, {"role": "user", "content": question.text}]}
    if question.max_tokens is not None:
        body["max_tokens"] = question.max_tokens
    if question.temperature is not None:
        body["temperature"] = question.temperature
    if question.answer_schema is not None:
        schema = {"name": "answer", "schema": dict(question.answer_schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def _openai_body(question: Question) -> dict[str, Any]:
    body = chat_body(question)
    if "max_tokens" in body:
        body["max_completion_tokens"] = body.pop("max_tokens")
    return body


def _temperature(path: str, value: Any) -> Sequence[Fault]:
    kind = type(value)
    if (kind is float or kind is int) and 0 <= value <= _HOTTEST:
        return NONE
    if kind in (float, int) and value > _HOTTEST:
        return (Fault(path, f"the model may refuse more than {_HOTTEST}", True),)
    return (Fault(path, "must be a number, zero or more"),)


def _choices(path: str, value: Any) -> Sequence[Fault]:
    if type(value) is int and value > 1:
        return (Fault(path, "the model may refuse more than 1", True),)
    return values.whole_number(path, value)


def _stream(path: str, value: Any) -> Sequence[Fault]:
    return NONE if value is False else (Fault(path, _STREAM),)


def chat_answer(output: Body) -> Answer:
    """What a response body with `choices` says."""
    choice = output["choices"][0]
    content = _content(members(choice["message"]))
    usage = output.get("usage")
    return replace(
        content,
        stop_reason=reason(choice.get("finish_reason") or choice.get("stop_reason")),
        input_tokens=tokens(usage, "prompt_tokens"),
        output_tokens=tokens(usage, "completion_tokens"),
    )


def _content(message: Body) -> Answer:
    content = message.get("content")
    calls = any(message.get(name) for name in ("tool_calls", "function_call"))
    if isinstance(content, list):
        found = typed_content(content)
        return replace(found, has_more=found.has_more or calls)
    has_others = any(value for name, value in message.items() if name not in ("content", "role"))
    texts = [] if content is None else [string(content)]
    return Answer(text=joined(texts, has_others=has_others), has_more=calls)


CHAT_MESSAGES: Final = Messages(
    roles=("system", "developer", "user", "assistant", "tool"),
    content=TypedBlocks(
        types={
            "audio_url": "audio_url",
            "file": "file",
            "image_url": "image_url",
            "input_audio": "input_audio",
            "refusal": "refusal",
            "text": "text",
            "thinking": "thinking",
            "video_url": "video_url",
        },
        takes_empty_text=True,
    ).check,
    may_lack_content=True,
    others=frozenset(
        {
            "annotations",
            "audio",
            "function_call",
            "name",
            "prefix",
            "reasoning",
            "reasoning_content",
            "refusal",
            "tool_call_id",
            "tool_calls",
        }
    ),
)

CHAT: Final = Family(
    name=kinds.CHAT,
    models=re.compile(
        r"deepseek\.v3|google\.gemma|minimax\.|moonshot(?:ai)?\.|nvidia\.|qwen\.|zai\.|"
        r"mistral\.(?:ministral|magistral|devstral|voxtral|mistral-(?:large-3|medium|small-[34])|pixtral)"
    ),
    source="bedrock/latest/userguide/structured-output.html and the model cards, 2026-11-27",
    kinds=frozenset({kinds.CHAT}),
    required=("messages",),
    optional=frozenset(
        {
            "frequency_penalty",
            "logit_bias",
            "logprobs",
            "max_completion_tokens",
            "max_tokens",
            "metadata",
            "model",
            "n",
            "parallel_tool_calls",
            "presence_penalty",
            "reasoning_effort",
            "response_format",
            "seed",
            "service_tier",
            "stop",
            "stream",
            "temperature",
            "tool_choice",
            "tools",
            "top_k",
            "top_logprobs",
            "top_p",
            "user",
        }
    ),
    values={
        "frequency_penalty": values.number,
        "max_completion_tokens": values.whole_number,
        "max_tokens": values.whole_number,
        "messages": CHAT_MESSAGES.check,
        "n": _choices,
        "presence_penalty": values.number,
        "response_format": values.an_object,
        "stop": values.text_or_texts,
        "stream": _stream,
        "temperature": _temperature,
        "tools": values.objects,
        "top_p": values.share,
    },
    body=chat_body,
    takes_schema=True,
    answer=chat_answer,
    answer_limit=OF_CHAT,
)

# The page names max_completion_tokens as the limit of tokens.
OPENAI: Final = replace(
    CHAT,
    models=re.compile(r"openai\.gpt-oss"),
    source="bedrock/latest/userguide/model-parameters-openai.html, 2026-11-27",
    body=_openai_body,
    answer_limit=OF_OPENAI,
)
