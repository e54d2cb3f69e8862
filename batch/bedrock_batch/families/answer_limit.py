"""The limit of output tokens that a request body sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLimit:
    """Where the bodies of a family have their limit of output tokens."""

    members: tuple[str, ...]
    """The members, of which the largest value counts. The first is the one that a user is told of."""
    inside: str | None = None
    """The object that has the members. None: the body itself."""
    answers: str | None = None
    """A member with the number of answers, each of which may be as long."""
    default: int | None = None
    """The documented limit of a body without one, the largest of the family. None: no number is documented."""

    @property
    def member(self) -> str:
        """The member that a user sets, such as `modelInput.max_tokens`."""
        return ".".join(("modelInput", *((self.inside,) if self.inside else ()), self.members[0]))

    def of(self, body: Mapping[str, Any]) -> int | None:
        """The most output tokens of a body; None if nothing limits them."""
        inside, most = self.inside, 0
        holder = body if inside is None else body.get(inside)
        if type(holder) is dict:
            for member in self.members:
                if member in holder and type(value := holder[member]) is int and value > most:
                    most = value
        if not most:
            most = self.default or 0
            if not most:
                return self.default
        if self.answers is not None and type(times := body.get(self.answers)) is int and times > 1:
            most *= times
        return most


EXTRA: Final = "additionalModelRequestFields"
# What limits or multiplies answers in some model.
_LIMITS: Final = frozenset(
    {
        "max_completion_tokens",
        "max_gen_len",
        "max_new_tokens",
        "max_output_tokens",
        "max_tokens",
        "maxOutputTokens",
        "maxTokenCount",
        "maxTokens",
        "n",
        "num_generations",
        "numResults",
    }
)


@dataclass(frozen=True, slots=True)
class LimitBesideExtra:
    """The limit of a body whose other object, `additionalModelRequestFields`, goes to the model as it is."""

    own: AnswerLimit

    def of(self, body: Mapping[str, Any]) -> int | None:
        """As `AnswerLimit.of`. None, too, if the other object has a limit: which of the two holds is not documented."""
        left = [body.get(EXTRA)]
        while left:
            value = left.pop()
            if isinstance(value, Mapping):
                if not _LIMITS.isdisjoint(value):
                    return None
                left += value.values()
            elif isinstance(value, list):
                left += value
        return self.own.of(body)


OF_CLAUDE: Final = AnswerLimit(members=("max_tokens",))
OF_CHAT: Final = AnswerLimit(members=("max_tokens", "max_completion_tokens"), answers="n")
OF_OPENAI: Final = AnswerLimit(members=("max_completion_tokens", "max_tokens"), answers="n")
OF_CONVERSE: Final = AnswerLimit(members=("maxTokens",), inside="inferenceConfig")
OF_NOVA: Final = AnswerLimit(members=("maxTokens", "max_new_tokens"), inside="inferenceConfig")
# Defaults: the pages that the rows of the table name as their sources.
OF_LLAMA: Final = AnswerLimit(members=("max_gen_len",), default=512)
OF_MISTRAL: Final = AnswerLimit(members=("max_tokens", "max_completion_tokens"), answers="n", default=8_192)
OF_TITAN_TEXT: Final = AnswerLimit(members=("maxTokenCount",), inside="textGenerationConfig", default=512)

# Of a body whose family is not known, without the defaults.
_ANYWHERE: Final = (
    OF_NOVA,
    AnswerLimit(members=("maxTokenCount",), inside="textGenerationConfig"),
    AnswerLimit(members=("max_gen_len",)),
)
_OF_EMBEDDINGS: Final = frozenset(
    {"embeddingConfig", "input_type", "segmentedEmbeddingParams", "singleEmbeddingParams"}
)


def limit_like(body: Mapping[str, Any]) -> AnswerLimit | None:
    """Where a body of a family that is not known has its limit, as far as its members tell; None for a vector."""
    if not _OF_EMBEDDINGS.isdisjoint(body):
        return None
    return next((each for each in _ANYWHERE if (each.inside or each.members[0]) in body), OF_CHAT)
