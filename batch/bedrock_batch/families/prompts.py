"""Models that take one text as `prompt`: Meta Llama, and the older ones of Mistral AI."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from bedrock_batch.families import kinds, values
from bedrock_batch.families.answer import Answer, members, reason, string, tokens
from bedrock_batch.families.answer_limit import OF_LLAMA, OF_MISTRAL
from bedrock_batch.families.chat import CHAT_MESSAGES, chat_answer, chat_body
from bedrock_batch.families.family import Body, Family
from bedrock_batch.families.fault import NONE, Fault
from bedrock_batch.families.question import Question
from bedrock_batch.families.values import given

# Llama's templates, by version: the marks around a role, and the one at the end of a turn.
_LLAMA_3: Final = ("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
_LLAMA_4: Final = ("<|header_start|>", "<|header_end|>", "<|eot|>")


def _llama_prompt(question: Question, marks: tuple[str, str, str]) -> str:
    start, end, stop = marks
    system = "" if question.system is None else f"{start}system{end}\n\n{question.system}{stop}"
    user = f"{start}user{end}\n\n{question.text}{stop}"
    return f"<|begin_of_text|>{system}{user}{start}assistant{end}\n\n"


def _llama_body(question: Question, marks: tuple[str, str, str] = _LLAMA_3) -> dict[str, Any]:
    limits = {"max_gen_len": question.max_tokens, "temperature": question.temperature}
    given = {name: value for name, value in limits.items() if value is not None}
    return {"prompt": _llama_prompt(question, marks), **given}


def _llama_4_body(question: Question) -> dict[str, Any]:
    return _llama_body(question, _LLAMA_4)


def _llama_answer(output: Body) -> Answer:
    return Answer(
        text=string(output["generation"]),
        stop_reason=reason(output.get("stop_reason")),
        input_tokens=tokens(output, "prompt_token_count"),
        output_tokens=tokens(output, "generation_token_count"),
    )


def _mistral_body(question: Question) -> dict[str, Any]:
    # The template knows no system role: its text stands before the user's.
    text = question.text if question.system is None else f"{question.system}\n\n{question.text}"
    limits = {"max_tokens": question.max_tokens, "temperature": question.temperature}
    given = {name: value for name, value in limits.items() if value is not None}
    return {"prompt": f"<s>[INST] {text} [/INST]", **given}


def _mistral_answer(output: Body) -> Answer:
    first = output["outputs"][0]
    return Answer(text=string(first["text"]), stop_reason=reason(first.get("stop_reason")))


def _either_answer(output: Body) -> Answer:
    return _mistral_answer(output) if members(output).get("outputs") is not None else chat_answer(output)


def _one_of_both(body: Body) -> Sequence[Fault]:
    if given(body, "prompt") != given(body, "messages"):
        return NONE
    return (Fault("modelInput", "must have either prompt or messages"),)


LLAMA: Final = Family(
    name=kinds.LLAMA,
    models=re.compile(r"meta\.llama3"),
    source="bedrock/latest/userguide/model-parameters-meta.html, 2026-11-27",
    kinds=frozenset({kinds.LLAMA, kinds.PROMPT}),
    required=("prompt",),
    optional=frozenset({"images", "max_gen_len", "temperature", "top_p"}),
    values={
        "images": values.texts,
        "max_gen_len": values.whole_number,
        "prompt": values.text,
        "temperature": values.share,
        "top_p": values.share,
    },
    body=_llama_body,
    answer=_llama_answer,
    answer_limit=OF_LLAMA,
)

# The template: llama.com/docs/model-cards-and-prompt-formats/llama4.
LLAMA_4: Final = replace(LLAMA, models=re.compile(r"meta\.llama4"), body=_llama_4_body)

MISTRAL_PROMPT: Final = Family(
    name="Mistral AI text completion",
    models=re.compile(r"mistral\.(?:mistral-7b|mixtral|mistral-small-2402)"),
    source="bedrock/latest/userguide/model-parameters-mistral-text-completion.html, 2026-11-27",
    kinds=frozenset({kinds.PROMPT}),
    required=("prompt",),
    optional=frozenset({"max_tokens", "stop", "temperature", "top_k", "top_p"}),
    values={
        "max_tokens": values.whole_number,
        "prompt": values.text,
        "stop": values.texts,
        "temperature": values.share,
        "top_k": values.count,
        "top_p": values.share,
    },
    body=_mistral_body,
    answer=_mistral_answer,
    answer_limit=OF_MISTRAL,
)

# Mistral Large of 2024 is on the pages of both forms.
MISTRAL_LARGE: Final = Family(
    name="Mistral Large",
    models=re.compile(r"mistral\.mistral-large-24"),
    source="bedrock/latest/userguide/model-parameters-mistral-chat-completion.html, 2026-11-27",
    kinds=frozenset({kinds.PROMPT, kinds.CHAT}),
    required=(),
    optional=MISTRAL_PROMPT.optional | {"messages", "prompt", "tool_choice", "tools"},
    values={**MISTRAL_PROMPT.values, "messages": CHAT_MESSAGES.check, "tools": values.objects},
    faults=_one_of_both,
    body=chat_body,
    answer=_either_answer,
    answer_limit=OF_MISTRAL,
)
