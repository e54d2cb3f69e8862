"""Puts the input and the output of a job together: one row for each record."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from bedrock_batch.families import Family
from bedrock_batch.manifest import is_output
from bedrock_batch.record import STRICT_LOADS, Loads
from bedrock_batch.results.layout import outputs_of
from bedrock_batch.results.output_record import IsValid, row_of
from bedrock_batch.results.row import Outcome, Row
from bedrock_batch.results.rows_on_disk import RowsOnDisk
from bedrock_batch.statuses import ENDED, JobStatus

_WITHOUT_OUTPUT: Final = {
    JobStatus.EXPIRED: Outcome.EXPIRED,
    JobStatus.PARTIALLY_COMPLETED: Outcome.EXPIRED,
    JobStatus.STOPPED: Outcome.CANCELLED,
    JobStatus.COMPLETED: Outcome.MISSING,
    JobStatus.FAILED: Outcome.MISSING,
}

Files = Mapping[str, Callable[[], Iterable[bytes]]]
"""Path of a file below its folder, and how to read its lines, with their ends."""


@dataclass
class Results:
    """The rows of a job, in the order of its input. Use it in a `with` statement: it holds a temporary file."""

    outcomes: Counter[Outcome]
    """How many records have each outcome. The sum is the number of records."""
    notes: tuple[str, ...]
    """What a reader should know: sentences without anything of a record."""
    _store: RowsOnDisk = field(repr=False)
    _without_output: Outcome = field(repr=False)

    @property
    def records(self) -> int:
        """How many records there are, each with one row."""
        return self.outcomes.total()

    def __iter__(self) -> Iterator[Row]:
        return self._store.rows(self._without_output)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.__exit__()


def collect(
    status: str,
    inputs: Files,
    outputs: Files,
    family: Family | None = None,
    *,
    is_valid: IsValid | None = None,
    loads: Loads = STRICT_LOADS,
) -> Results:
    """Read the input and the output of a job that has ended.

    :param status: of the job.
    :param inputs: the input files, by their paths below the input location; empty if they are gone.
    :param outputs: the objects in the folder of the job, by their paths below it.
    :param family: of the job's model; None if it is not known.
    :param is_valid: whether the text of an answer satisfies the schema that was asked for. Default: each text does.
    :raises ValueError: the job has not ended.
    """
    if status not in ENDED:
        raise ValueError(f"the job has not ended: its status is {status}")
    store, notes = RowsOnDisk(), _Notes()
    try:
        of_input = outputs_of(inputs, outputs) if inputs else {name: name for name in filter(is_output, outputs)}
        for number, name in enumerate(sorted(inputs or of_input)):
            if inputs:
                store.add_records(number, _records(inputs[name](), loads, notes))
            if name in of_input:
                by_body = store.has_records_without_id(number)
                store.add_rows(
                    number, _rows(outputs[of_input[name]](), family, is_valid, loads, notes, by_body=by_body)
                )
        if inputs:
            store.name_records_without_id()
        else:
            store.take_rows_for_records()
            notes.add("the input is gone: records without output are not known")
        without_output = _WITHOUT_OUTPUT[JobStatus(status)]
        outcomes = store.outcomes(without_output)
        assert outcomes.total() == store.records  # noqa: S101 - the contract: one row for each record
        if extra := store.rows_of_no_record:
            notes.add(f"{extra:,} output lines belong to no record of the input")
        return Results(outcomes, notes.sentences(), store, without_output)
    except BaseException:
        store.__exit__()
        raise


class _Notes:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, sentence: str, count: int = 1) -> None:
        self._counts[sentence] += count

    def sentences(self) -> tuple[str, ...]:
        return tuple(each if count == 1 else f"{each} ({count:,} times)" for each, count in self._counts.items())


def _records(lines: Iterable[bytes], loads: Loads, notes: _Notes) -> Iterator[tuple[str | None, bytes | None]]:
    for line in lines:
        if not line.strip():
            continue
        record = _parsed(line, loads)
        if record is None:
            notes.add("a line of the input is not a record")
            yield None, None
            continue
        record_id = record.get("recordId")
        yield (
            (record_id, None) if isinstance(record_id, str) and record_id else (None, _digest(record.get("modelInput")))
        )


def _rows(
    lines: Iterable[bytes],
    family: Family | None,
    is_valid: IsValid | None,
    loads: Loads,
    notes: _Notes,
    *,
    by_body: bool,
) -> Iterator[tuple[Row, bytes | None]]:
    for line in lines:
        if not line.strip():
            continue
        record = _parsed(line, loads)
        if record is None or not isinstance(record.get("recordId"), str):
            is_whole = line.endswith(b"\n")
            notes.add(
                "a line of the output is not a record" if is_whole else "the last line of an output file is cut off"
            )
            continue
        yield row_of(record, family, is_valid=is_valid), _digest(record.get("modelInput")) if by_body else None


def _parsed(line: bytes, loads: Loads) -> dict[str, Any] | None:
    try:
        record = loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _digest(body: Any) -> bytes:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode("utf-8", "replace")).digest()
