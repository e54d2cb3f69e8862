"""What a builder makes records of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from bedrock_batch.findings import Findings
from bedrock_batch.limits import MINIMUM_RECORDS
from cdk_bedrock_batch._records.asking import Asking, body_maker, check_taken, options_taken
from cdk_bedrock_batch._records.writer import line_of

if TYPE_CHECKING:
    from bedrock_batch.families import Family

_T = TypeVar("_T")
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Item(Generic[_T]):
    """What one record is made of."""

    line: int
    """Where it is, counted from 1."""
    record_id: str
    content: _T


class RecordSource(ABC, Generic[_T]):
    """Records whose bodies are made when the job's model is known."""

    name: str
    """Of the input, in error texts."""
    file_name: str
    """Of the file in the bucket."""
    max_records: int

    @abstractmethod
    def items(self, findings: Findings) -> Iterator[Item[_T]]:
        """What the records are made of. Faults that do not depend on the model are added to the findings."""

    @abstractmethod
    def translator(self, family: Family | None) -> Callable[[_T], dict[str, Any]]:
        """What makes the request body of an item: a function that raises `ValueError` for an item that has none.

        :raises ValueError: no item has one.
        """

    def columns(self) -> Iterator[bytes] | None:
        """What lies beside the output, as lines `{"recordId": "...", "columns": {...}}`. None: nothing does.

        :raises ValueError: the text has lines and reasons.
        """
        return None

    def check(self) -> None:
        """Check everything that does not depend on the model.

        :raises ValueError: the text has lines and reasons.
        """
        findings = Findings(self.name)
        count = sum(1 for _ in self.items(findings))
        findings.raise_if_any()
        if not MINIMUM_RECORDS <= count <= self.max_records:
            raise ValueError(
                f"{self.name}: a batch must have {MINIMUM_RECORDS} to {self.max_records:,} records, got {count:,}"
            )

    def lines(self, family: Family | None) -> Iterator[bytes]:
        """The records for a family of models, as lines of a file.

        :raises ValueError: the text has lines and reasons.
        """
        findings = Findings(self.name)
        translate = self.translator(family)
        for item in self.items(findings):
            try:
                yield line_of({"recordId": item.record_id, "modelInput": translate(item.content)})
            except ValueError as error:
                findings.add(item.line, str(error))
        findings.raise_if_any()


def numbered(position: int, max_records: int) -> str:
    """The id of a record without one, such as `record-000001`. The ids of a file sort by their position."""
    return f"record-{position:0{max(_DIGITS, len(str(max_records)))}}"


def questions(asking: Asking, family: Family | None) -> Callable[[str], dict[str, Any]]:
    """What makes the request body of a text.

    :raises ValueError: no text has one in this family.
    """
    make = body_maker(family)
    assert family is not None  # noqa: S101 - for the type checker: `body_maker` refuses it
    check_taken(family, options_taken(make), asking.question("x"))
    return lambda text: make(asking.question(text))
