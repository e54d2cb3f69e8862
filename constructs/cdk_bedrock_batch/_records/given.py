"""Records and texts that a program gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bedrock_batch.findings import Findings
from bedrock_batch.record import faults_of, parse_record, read_strictly
from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks import has_any_token
from cdk_bedrock_batch._records.source import Checking, Item, RecordSource, at_most, numbered, questions
from cdk_bedrock_batch._records.writer import line_of

if TYPE_CHECKING:
    from bedrock_batch.families import Family
    from cdk_bedrock_batch._records.asking import Asking

_TOKEN: Final = "holds a token of CDK, whose value is known only at deployment"  # noqa: S105 - a text


@dataclass(frozen=True, slots=True)
class Given(RecordSource[bytes]):
    """Whole records, as lines."""

    given: tuple[bytes, ...]
    max_records: int
    name = "records"
    file_name = "records.jsonl"

    @classmethod
    def of(cls, records: Iterable[Mapping[str, object]], max_records: int) -> Given:
        """Read all records, once.

        :raises ValueError: the text has positions and reasons.
        """
        findings = Findings(cls.name)
        given = cls(tuple(_lines(at_most(records, max_records), findings)), max_records)
        findings.raise_if_any()
        given.check()
        return given

    def items(self, findings: Findings) -> Iterator[Item[bytes]]:  # noqa: ARG002 - `of` has checked all
        """The lines."""
        return (Item(position, "", line) for position, line in enumerate(self.given, 1))

    def translator(self, family: Family | None) -> Callable[[bytes], dict[str, Any]]:  # noqa: ARG002 - they are whole
        """They are whole."""
        return parse_record

    def lines(self, family: Family | None, doubts: Findings | None = None) -> Iterator[bytes]:
        """The lines as they are."""
        checking = Checking(self.name, family, doubts)
        for position, line in enumerate(self.given, 1):
            if family is not None:
                checking.check(position, parse_record(line)["modelInput"])
            yield line
        checking.errors.raise_if_any()


def _lines(records: Iterable[Mapping[str, object]], findings: Findings) -> Iterator[bytes]:
    first: dict[str, int] = {}
    for position, record in enumerate(records, 1):
        try:
            line = line_of(record)
            read, unusual = read_strictly(line.rstrip(b"\n"), may_name_media=False)
        except ValueError as error:
            findings.add(position, str(error))
            continue
        for fault in unusual:
            findings.add_fault(position, fault)
        for text in faults_of(read):
            findings.add(position, text)
        if has_any_token(line.decode()):
            findings.add(position, _TOKEN)
        record_id = read.get("recordId")
        if isinstance(record_id, str) and (before := first.setdefault(record_id, position)) != position:
            findings.add(position, f"recordId {shown(record_id)} is already in record {before}", kind="recordId")
        yield line


@dataclass(frozen=True, slots=True)
class Texts(RecordSource[str]):
    """One text a record."""

    texts: tuple[str, ...]
    asking: Asking
    max_records: int
    name = "texts"
    file_name = "records.jsonl"

    def refuse_tokens(self) -> None:
        """Check the texts of a program, in which CDK may have written tokens.

        :raises ValueError: a text holds one.
        """
        findings = Findings(self.name)
        for position, text in enumerate(self.texts, 1):
            if isinstance(text, str) and has_any_token(text):
                findings.add(position, _TOKEN)
        findings.raise_if_any()

    def items(self, findings: Findings) -> Iterator[Item[str]]:
        """The texts, with ids from their positions."""
        for position, text in enumerate(self.texts, 1):
            if not isinstance(text, str):
                findings.add(position, f"must be a string, got {type(text).__name__}")
            elif not text.strip():
                findings.add(position, "must not be empty")
            else:
                yield Item(position, numbered(position, self.max_records), text)

    def translator(self, family: Family | None) -> Callable[[str], dict[str, Any]]:
        """A text becomes a question."""
        return questions(self.asking, family)
