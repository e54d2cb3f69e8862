"""Members of `/v1/chat/completions` that are left out, and why the others without a translation are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cdk_bedrock_batch._records.asking import FROM_RECORDS

# They change no answer.
SILENT: Final = frozenset(
    {
        "metadata",
        "model",
        "prediction",
        "prompt_cache_key",
        "prompt_cache_retention",
        "safety_identifier",
        "service_tier",
        "store",
        "stream_options",
        "user",
    }
)
# These values say what is so without the member, too.
_NEUTRAL: Final[Mapping[str, tuple[Any, ...]]] = {
    "frequency_penalty": (0,),
    "function_call": ("auto", "none"),
    "functions": ([],),
    "logit_bias": ({},),
    "logprobs": (False,),
    "modalities": (["text"],),
    "n": (1,),
    "parallel_tool_calls": (True, False),
    "presence_penalty": (0,),
    "response_format": ({"type": "text"},),
    "stream": (False,),
    "tool_choice": ("auto", "none"),
    "tools": ([],),
    "top_logprobs": (0,),
    "top_p": (1,),
    "verbosity": ("medium",),
}
_TOOLS: Final = frozenset({"function_call", "functions", "tool_choice", "tools"})


def check_neutral(member: str, value: Any, model: str) -> None:
    """Check that a member without a translation asks for nothing.

    :raises ValueError: it does.
    """
    if is_neutral(member, value):
        return
    if member == "n":
        raise ValueError("body.n: must be 1, a record has one answer")
    if member in _TOOLS and model == "the Converse API":
        raise ValueError(
            f"body.{member}: Converse records cannot use tools in batch inference; for InvokeModel, {FROM_RECORDS}"
        )
    way_out = FROM_RECORDS if member in _TOOLS else "leave it out"
    raise ValueError(f"body.{member}: has no translation for {model}; {way_out}")


def is_neutral(member: str, value: Any) -> bool:
    """Whether a value says what is so without the member, too. True is no 1, though it is equal."""
    return any(value == each and isinstance(value, bool) is isinstance(each, bool) for each in _NEUTRAL.get(member, ()))
