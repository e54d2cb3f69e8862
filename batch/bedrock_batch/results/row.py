"""One row: what became of one record of the input."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final, Self


class Outcome(StrEnum):
    """What became of a record. Each record has exactly one outcome."""

    SUCCESS = "success"
    """The model answered, with a text, with vectors or with a call of a tool."""
    INVALID_OUTPUT = "invalid_output"
    """The model answered, and the answer is not what was asked for, or has nothing to use: a refusal, only thinking."""
    ERROR = "error"
    """The output has an error for the record."""
    EXPIRED = "expired"
    """No output: the job's time ran out before."""
    CANCELLED = "cancelled"
    """No output: the job was stopped before."""
    MISSING = "missing"
    """No output, although the job says that it ended by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one record. What is not known is None."""

    record_id: str | None
    """None for a record without an id that has no output either."""
    outcome: Outcome
    text: str | None = None
    vectors: Any = None
    """The vector of an embedding, or vectors by type or input, as the model wrote them."""
    stop_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    error_code: int | None = None
    error_message: str | None = None
    output: Mapping[str, Any] | None = None
    """The whole `modelOutput`, if text and vectors do not say all: a call of a tool, citations, another form."""
    columns: Mapping[str, Any] | None = None
    """The other columns of the record's row, if the input was made from a table."""

    def members(self) -> dict[str, Any]:
        """What is known, under the names that a file of rows has: `recordId`, `outcome` and so on."""
        values = zip(MEMBERS.values(), _values(self), strict=True)
        return {name: value for name, value in values if value is not None or name == "recordId"}

    @classmethod
    def of_members(cls, members: Mapping[str, Any]) -> Self:
        """A row from its members."""
        known = {_ATTRIBUTES[name]: value for name, value in members.items()}
        known["outcome"] = Outcome(known["outcome"])
        return cls(**known)


MEMBERS: Final = {
    "record_id": "recordId",
    "outcome": "outcome",
    "text": "text",
    "vectors": "vectors",
    "stop_reason": "stopReason",
    "input_tokens": "inputTokens",
    "output_tokens": "outputTokens",
    "error_code": "errorCode",
    "error_message": "errorMessage",
    "output": "modelOutput",
    "columns": "columns",
}
"""The attributes of a row, and their names in a file of rows."""
_ATTRIBUTES: Final = {name: attribute for attribute, name in MEMBERS.items()}
_values: Final = attrgetter(*MEMBERS)
