"""The kinds of errors of a job: how often each is there, and one record that has it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from bedrock_batch.cli.aws import one_line
from bedrock_batch.results import Outcome, Row

# A job may have a million errors, each with a text of its own.
_MOST: Final = 1_000


@dataclass
class Kind:
    """Records that have no result for the same reason."""

    outcome: Outcome
    error_code: int | None
    error_message: str | None
    record_id: str | None
    """An example."""
    count: int = 0

    def members(self) -> dict[str, Any]:
        """The JSON object of the kind."""
        return {
            "outcome": self.outcome,
            "errorCode": self.error_code,
            "errorMessage": self.error_message,
            "count": self.count,
            "recordId": self.record_id,
        }

    @property
    def reason(self) -> str:
        """Code and message, or what became of the records."""
        parts = [self.outcome.value] if self.error_code is None else [str(self.error_code)]
        return ": ".join([*parts, *([self.error_message] if self.error_message else [])])


@dataclass
class Kinds:
    """The kinds of errors of a job, the most frequent first."""

    others: int = 0
    """Records of kinds beyond the first thousand."""
    _found: dict[tuple[object, ...], Kind] = field(default_factory=dict)

    def __iter__(self) -> Any:
        return iter(sorted(self._found.values(), key=lambda kind: -kind.count))

    def add(self, row: Row) -> None:
        """Count a row. Memory is bounded, whatever the rows say."""
        if row.outcome == Outcome.SUCCESS:
            return
        message = one_line(row.error_message) if row.error_message else None
        key = (row.outcome, row.error_code, message)
        kind = self._found.get(key)
        if kind is None:
            if len(self._found) >= _MOST:
                self.others += 1
                return
            kind = self._found[key] = Kind(row.outcome, row.error_code, message, row.record_id)
        kind.count += 1


def kinds_of(rows: Iterable[Row]) -> Kinds:
    """The kinds of errors of rows."""
    kinds = Kinds()
    for row in rows:
        kinds.add(row)
    return kinds
