"""A family of models: the form of its request and response bodies."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from re import Pattern
from typing import Any

from bedrock_batch.families.answer import Answer
from bedrock_batch.families.fault import Fault
from bedrock_batch.families.question import Question

Body = Mapping[str, Any]


def _no_faults(_body: Body) -> Iterator[Fault]:
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A row of the table."""

    name: str
    """As error texts say it: `<member>: required by <name>`."""
    models: Pattern[str]
    """Matches the beginning of the ids of its foundation models, without the prefix of an inference profile."""
    source: str
    """Page of AWS that documents the bodies, and when it was read."""
    required: tuple[str, ...]
    """Members that each request body has."""
    optional: frozenset[str]
    """Other members that are known. Any other one is doubtful."""
    faults: Callable[[Body], Iterator[Fault]] = _no_faults
    """What else is wrong with a request body, in members that are present."""
    body: Callable[[Question], dict[str, Any]] | None = None
    """The request body of a question; None for families that are not asked with a text."""
    takes_schema: bool = False
    """Whether `body` can ask for an `answer_schema`."""
    answer: Callable[[Body], Answer]
    """What a response body says. Raises `KeyError`, `IndexError` or `TypeError` for one of another form."""
    dimensions: frozenset[int] = frozenset()
    """Sizes of the vectors, for embeddings."""

    def check(self, body: Body) -> Iterator[Fault]:
        """What is wrong with a request body."""
        if not body.keys() >= self._required:
            for member in self.required:
                if member not in body:
                    yield Fault(f"modelInput.{member}", f"required by {self.name}")
        if not body.keys() <= self._known:
            for member in body.keys() - self._known:
                yield Fault(f"modelInput.{member}", f"not a member that {self.name} is known to have", True)
        yield from self.faults(body)

    @property
    def _required(self) -> frozenset[str]:
        return frozenset(self.required)

    @property
    def _known(self) -> frozenset[str]:
        return self._required | self.optional
