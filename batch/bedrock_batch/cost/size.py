"""The size of records, which is taken while they are checked."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

from bedrock_batch.families import EXTRA, AnswerLimit, Family, LimitBesideExtra, holds_media, limit_like

_TEXTS: Final = frozenset({"inputText", "prompt", "system", "texts"})
# What a model does not read.
_PARAMETERS: Final = frozenset(
    {
        "additionalModelResponseFieldPaths",
        "anthropic_beta",
        "anthropic_version",
        "dimensions",
        "embedding_types",
        "embeddingConfig",
        "embeddingTypes",
        "frequency_penalty",
        "inferenceConfig",
        "input_type",
        "logprobs",
        "max_completion_tokens",
        "max_gen_len",
        "max_tokens",
        "metadata",
        "model",
        "n",
        "normalize",
        "output_dimension",
        "parallel_tool_calls",
        "performanceConfig",
        "presence_penalty",
        "reasoning_effort",
        "reasoningConfig",
        "requestMetadata",
        "schemaVersion",
        "seed",
        "service_tier",
        "serviceTier",
        "stop",
        "stop_sequences",
        "stream",
        "temperature",
        "textGenerationConfig",
        "thinking",
        "tool_choice",
        "top_k",
        "top_logprobs",
        "top_p",
        "truncate",
        "user",
    }
)
_ROLE_AND_CONTENT: Final = 2
_NO_OUTPUT: Final = AnswerLimit(members=(), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSize:
    """The size of the records of a job, as far as their files tell."""

    records: int = 0
    text_bytes: int = 0
    """UTF-8 bytes of what the model reads. Media do not count."""
    texts: int = 0
    """Number of messages, system texts and other texts: each has some tokens around it."""
    output_tokens: int = 0
    """The sum of the limits of output tokens."""
    without_limit: int = 0
    """Records with neither a limit of their own nor a documented default."""
    with_media: int = 0
    """Records with images, documents, audio or video, whose tokens cannot be estimated."""

    def __add__(self, other: Self) -> Self:
        return type(self)(
            **{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(InputSize)}
        )


# What the names of a body's members tell: which are texts (None: it has tools or the like), if it has messages, and
# where its limit is.
_Shape = tuple[tuple[str, ...] | None, bool, AnswerLimit | LimitBesideExtra]
# The bodies of a file have few shapes. More are not kept.
_SHAPES: Final = 1_000


class Sizing:
    """Sizes records, one after the other. It runs for each record, so what is usual takes the shortest way."""

    def __init__(self, family: Family | None) -> None:
        """Begin without records.

        :param family: of the bodies; None if it is not known.
        """
        self._family = family
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self._bytes = self._texts = self._output = self._without_limit = self._with_media = 0

    def add(self, body: Mapping[str, Any], line: bytes) -> None:
        """Add a record. It may have faults.

        :param line: the record as it is in the file.
        """
        members = tuple(body)
        try:
            texts, has_messages, limit = self._shapes[members]
        except KeyError:
            texts, has_messages, limit = self._new_shape(members, body)
        size = 0
        try:
            if texts is None:
                raise KeyError  # noqa: TRY301 - as if one of its texts had none
            count = len(texts)
            if has_messages:
                messages = body["messages"]
                count += len(messages)
                for message in messages:
                    # Other members are calls of tools.
                    if len(message) != _ROLE_AND_CONTENT:
                        raise KeyError  # noqa: TRY301 - as above
                    size += _bytes_of(message["content"])
            for member in texts:
                size += _bytes_of(body[member])
        except (AttributeError, KeyError, TypeError):
            size, count = self._size_of_other(body, line)
        self._bytes += size
        self._texts += count
        most = limit.of(body)
        if most is None:
            self._without_limit += 1
        else:
            self._output += most

    def result(self, records: int) -> InputSize:
        """The size of all records.

        :param records: their number.
        """
        return InputSize(
            records=records,
            text_bytes=self._bytes,
            texts=self._texts,
            output_tokens=self._output,
            without_limit=self._without_limit,
            with_media=self._with_media,
        )

    def _new_shape(self, members: tuple[str, ...], body: Mapping[str, Any]) -> _Shape:
        others = body.keys() - _PARAMETERS - {"messages"}
        limit = limit_like(body) if self._family is None else self._family.answer_limit
        texts = tuple(sorted(others)) if others <= _TEXTS else None
        own = limit or _NO_OUTPUT
        shape = (texts, "messages" in body, LimitBesideExtra(own) if EXTRA in body else own)
        if len(self._shapes) < _SHAPES:
            self._shapes[members] = shape
        return shape

    def _size_of_other(self, body: Mapping[str, Any], line: bytes) -> tuple[int, int]:
        """Tools, schemas and calls of tools are read as JSON: the whole line counts, which is too much."""
        messages = body.get("messages")
        count = len(messages) if isinstance(messages, list) else 1
        if not holds_media(body):
            return len(line), count
        self._with_media += 1
        return _bytes_beside_media(body), count


def _bytes_of(content: Any) -> int:
    """UTF-8 bytes of a text, or of a list of texts. `KeyError` or `TypeError` if it has something else."""
    if type(content) is str:
        return len(content) if content.isascii() else len(content.encode(errors="surrogatepass"))
    if type(content) is not list:
        raise TypeError
    size = 0
    for block in content:
        if type(block) is str:
            text = block
        else:
            text = block["text"]
            # A block of another type may hold a text beside what the model reads.
            if len(block) > 1 and block.get("type") != "text":
                raise KeyError
        size += len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
    return size


def _bytes_beside_media(body: Mapping[str, Any]) -> int:
    size = 0
    left: list[Any] = [body]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left += value
        elif isinstance(value, Mapping):
            texts = (value.get("text"), value.get("content"), value.get("prompt"), value.get("inputText"))
            size += sum(_bytes_of(text) for text in texts if isinstance(text, str))
            left += value.values()
    return size
