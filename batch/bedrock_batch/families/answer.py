"""What a response body says, whatever its form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

_THOUGHTS: Final = frozenset({"thinking", "redacted_thinking"})
# The members of all families.
_INPUT_TOKENS: Final = ("inputTokens", "input_tokens", "prompt_tokens", "prompt_token_count", "inputTextTokenCount")
_OUTPUT_TOKENS: Final = ("outputTokens", "output_tokens", "completion_tokens", "generation_token_count", "tokenCount")
_REASONS: Final = ("stopReason", "stop_reason", "finish_reason", "completionReason")
_LISTS: Final = ("choices", "outputs", "results")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer in a `modelOutput`. What the body does not say is None."""

    text: str | None = None
    vectors: Any = None
    """The vector of an embedding, or vectors by type or input, as the model writes them."""
    stop_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    has_more: bool = False
    """Whether it says something in another form than text and vectors: a call of a tool, an image, citations."""


def tokens(usage: Any, member: str) -> int | None:
    """The count of tokens that a `usage` object has in a member; None without one."""
    count = usage.get(member) if isinstance(usage, Mapping) else None
    return count if isinstance(count, int) and not isinstance(count, bool) else None


def reason(value: Any) -> str | None:
    """A stop reason; None for anything that is not a string."""
    return value if isinstance(value, str) else None


def string(value: Any) -> str:
    """A string of an answer. `TypeError` for anything else."""
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def vector(value: Any) -> Any:
    """A vector of an embedding. `TypeError` for anything else."""
    if not isinstance(value, list) or not value or not {*map(type, value)} <= {int, float}:
        raise TypeError("not a vector")
    try:
        is_finite = all(map(isfinite, value))
    except OverflowError:
        is_finite = False
    if not is_finite:
        raise TypeError("a number is no double")
    return value


def members(value: Any) -> Mapping[str, Any]:
    """An object of an answer. `TypeError` for anything else."""
    if not isinstance(value, Mapping):
        raise TypeError("not an object")
    return value


def blocks(value: Any) -> list[Mapping[str, Any]]:
    """The blocks of an answer. `TypeError` for anything else."""
    if not isinstance(value, list) or not all(isinstance(block, Mapping) for block in value):
        raise TypeError("not a list of blocks")
    return value


def joined(texts: list[str], *, has_others: bool) -> str | None:
    """The text of an answer; None for one without a text. An empty text beside something else is none."""
    text = "".join(texts)
    return text if text or (texts and not has_others) else None


def typed_content(value: Any) -> Answer:
    """What blocks with a `type` say, and nothing else of the body."""
    found = blocks(value)
    others = {string(block["type"]) for block in found} - {"text"}
    # Members that are not set are null.
    texts = [string(block["text"]) for block in found if block["type"] == "text" and block["text"] is not None]
    return Answer(text=joined(texts, has_others=bool(others)), has_more=bool(others - _THOUGHTS))


def without_content(output: Mapping[str, Any]) -> Answer:
    """What a body of another form than that of its family tells beside its content."""
    lists = [output[name] for name in _LISTS if isinstance(output.get(name), list) and output[name]]
    said = [output, output.get("usage"), *(each[0] for each in lists)]
    said = [each for each in said if isinstance(each, Mapping)]
    return Answer(
        stop_reason=_first(reason(each.get(name)) for each in said for name in _REASONS),
        input_tokens=_first(tokens(each, name) for each in said for name in _INPUT_TOKENS),
        output_tokens=_first(tokens(each, name) for each in said for name in _OUTPUT_TOKENS),
    )


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value is not None), None)
