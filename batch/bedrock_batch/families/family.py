"""A family of models: the form of its request and response bodies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from re import Pattern
from typing import Any

from bedrock_batch.families.answer import Answer
from bedrock_batch.families.answer_limit import AnswerLimit
from bedrock_batch.families.fault import Fault
from bedrock_batch.families.kinds import CONVERSE, kind_of
from bedrock_batch.families.question import Question
from bedrock_batch.families.values import Check

Body = Mapping[str, Any]

_NULL = "null stands for nothing here; leave it out"


# Compared and hashed by identity: there is one object for each row.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Family:
    """A row of the table."""

    name: str
    """As error texts say it: `<member>: required by <name>`."""
    models: Pattern[str]
    """Matches the beginning of the ids of its foundation models, without the prefix of an inference profile."""
    source: str
    """Page of AWS that documents the bodies, and when it was read."""
    kinds: frozenset[str]
    """What `kinds.kind_of` says of its bodies."""
    required: tuple[str, ...]
    """Members that each request body has."""
    optional: frozenset[str]
    """Other members that are known. Any other one is doubtful, unless `is_closed`."""
    values: Mapping[str, Check] = field(default_factory=dict)
    """What the value of a member must be."""
    is_closed: bool = False
    """Whether the model is known to refuse all other members."""
    faults: Callable[[Body], Iterable[Fault]] | None = None
    """What else is wrong with a request body: rules for several members."""
    body: Callable[[Question], dict[str, Any]] | None = None
    """The request body of a question; None for families that are not asked with a text."""
    takes_schema: bool = False
    """Whether `body` can ask for an `answer_schema`."""
    asked_schema: Callable[[Body], dict[str, Any] | None] | None = None
    """The JSON Schema that a request body asks the answer to satisfy; None if the family has no such member."""
    answer: Callable[[Body], Answer]
    """What a response body says. Raises `KeyError`, `IndexError` or `TypeError` for one of another form."""
    answer_limit: AnswerLimit | None = None
    """Where a request body has its limit of output tokens; None for embeddings."""
    bytes_per_token: float = 3.0
    """Bytes of a text that are counted as one token: fewer than its English texts have. See `cost/estimate.py`."""
    dimensions: frozenset[int] = frozenset()
    """Sizes of the vectors, for embeddings."""
    _checks: Mapping[str, tuple[str, Check | None]] = field(init=False, repr=False)
    """For each known member its path and its check."""

    def __post_init__(self) -> None:
        known = frozenset(self.required) | self.optional
        object.__setattr__(
            self, "_checks", {member: (f"modelInput.{member}", self.values.get(member)) for member in known}
        )

    def check(self, body: Body) -> Sequence[Fault]:
        """What is wrong with a request body. A body of another family has one fault that says so."""
        faults: list[Fault] = []
        unknown: list[str] = []
        checks = self._checks
        for member, value in body.items():
            try:
                path, check = checks[member]
            except KeyError:
                unknown.append(member)
                continue
            if value is None:
                faults.append(self._null(member))
            elif check is not None and (found := check(path, value)):
                faults += found
        if self.faults is not None:
            faults += self.faults(body)
        if unknown:
            return self._with_other_members(body, faults, unknown)
        for member in self.required:
            if member not in body:
                return self._with_other_members(body, faults, unknown)
        return faults

    def _null(self, member: str) -> Fault:
        if member in self.required:
            return Fault(f"modelInput.{member}", f"required by {self.name}")
        return Fault(f"modelInput.{member}", _NULL, True)

    def _with_other_members(self, body: Body, faults: list[Fault], unknown: list[str]) -> Sequence[Fault]:
        missing = [
            Fault(f"modelInput.{member}", f"required by {self.name}") for member in self.required if member not in body
        ]
        strange = [
            Fault(f"modelInput.{member}", f"not a member that {self.name} is known to have", not self.is_closed)
            for member in unknown
        ]
        kind = kind_of(body)
        if kind is not None and kind not in self.kinds:
            is_marked = kind_of({member: body[member] for member in unknown}) == kind
            if is_marked or missing or not all(fault.is_doubtful for fault in faults):
                return (Fault("modelInput", self._otherness(kind)),)
        return [*missing, *strange, *faults]

    def _otherness(self, kind: str) -> str:
        if kind == CONVERSE:
            return f"is a Converse body, but {self.name} is asked with a body of its own (InvokeModel)"
        if self.name == CONVERSE:
            return f"is a body of {kind} (InvokeModel), but the invocation type of the job is Converse"
        return f"is a body of {kind}, not of {self.name}"
