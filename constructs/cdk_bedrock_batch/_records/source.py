"""What a builder makes records of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from bedrock_batch.findings import Findings
from bedrock_batch.limits import MINIMUM_RECORDS
from cdk_bedrock_batch._records.asking import Asking, body_maker, check_taken, options_taken
from cdk_bedrock_batch._records.writer import line_of

if TYPE_CHECKING:
    from bedrock_batch.families import Family, Fault

_T = TypeVar("_T")
_Any = TypeVar("_Any")
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

    def named(self, fault: Fault, content: _T) -> Fault:  # noqa: ARG002 - most records are made of one text
        """A fault of a body, with the name that the user gave to the member."""
        return fault

    def check(self) -> None:
        """Check everything that does not depend on the model.

        :raises ValueError: the text has lines and reasons.
        """
        findings = Findings(self.name)
        count = sum(1 for _ in at_most(self.items(findings), self.max_records))
        findings.raise_if_any()
        if not MINIMUM_RECORDS <= count <= self.max_records:
            got = "more" if count > self.max_records else f"{count:,}"
            raise ValueError(
                f"{self.name}: a batch must have {MINIMUM_RECORDS} to {self.max_records:,} records, got {got}"
            )

    def lines(self, family: Family | None, doubts: Findings | None = None) -> Iterator[bytes]:
        """The records for a family of models, as lines of a file.

        :param doubts: what the model may accept all the same is added to it.
        :raises ValueError: the text has lines and reasons.
        """
        checking = Checking(self.name, family, doubts)
        translate = self.translator(family)
        for item in self.items(checking.errors):
            try:
                body = translate(item.content)
                yield line_of({"recordId": item.record_id, "modelInput": body})
            except ValueError as error:
                checking.errors.add(item.line, str(error))
            except RecursionError:
                checking.errors.add(item.line, "not readable: the JSON is nested too deeply")
            else:
                checking.check(item.line, body, lambda fault, content=item.content: self.named(fault, content))  # type: ignore[misc]  # the default binds the item
        checking.errors.raise_if_any()


class Checking:
    """Checks bodies for the family of a job, each under the line of what it is made of."""

    def __init__(self, name: str, family: Family | None, doubts: Findings | None) -> None:
        """Begin without faults.

        :param name: of the input, in error texts.
        """
        self.errors = Findings(name)
        self._doubts = Findings(name) if doubts is None else doubts
        self._family = family

    def check(self, line: int, body: Mapping[str, Any], named: Callable[[Fault], Fault] = lambda fault: fault) -> None:
        """Note the faults of a body."""
        for fault in () if self._family is None else self._family.check(body):
            (self._doubts if fault.is_doubtful else self.errors).add_fault(line, named(fault))


def at_most(items: Iterable[_Any], max_records: int) -> Iterator[_Any]:
    """The items that a batch may have, and one more, which tells that there are too many."""
    return islice(items, max(max_records, 0) + 1)


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
