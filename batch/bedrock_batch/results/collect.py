"""Puts the input and the output of a job together: one row for each record."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from bedrock_batch import statuses
from bedrock_batch.families import Family
from bedrock_batch.manifest import is_output
from bedrock_batch.record import STRICT_LOADS, Loads
from bedrock_batch.results.layout import outputs_of
from bedrock_batch.results.lines import Notes, RowOf, bodies_in, columns_in, records_in, rows_in
from bedrock_batch.results.output_record import IsValid, row_of
from bedrock_batch.results.row import Outcome, Row
from bedrock_batch.results.rows_on_disk import RowsOnDisk
from bedrock_batch.statuses import ENDED, JobStatus

WITHOUT_OUTPUT: Final = {status: Outcome(word) for status, word in statuses.WITHOUT_OUTPUT.items()}
"""The outcome of a record without output, by the status at which the job has ended."""

Files = Mapping[str, Callable[[], Iterable[bytes]]]
"""Path of a file below its folder, and how to read its lines, with their ends."""


@dataclass
class Results:
    """The rows of a job, in the order of its input. Use it in a `with` statement: it holds a temporary file."""

    outcomes: Counter[Outcome]
    """How many records have each outcome. The sum is the number of records."""
    notes: tuple[str, ...]
    """What a reader should know: sentences without anything of a record."""
    column_names: tuple[str, ...]
    """The names of all columns of the rows, in the order in which they appear."""
    _store: RowsOnDisk = field(repr=False)
    _without_output: Outcome = field(repr=False)

    @property
    def records(self) -> int:
        """How many records there are, each with one row."""
        return self.outcomes.total()

    def __iter__(self) -> Iterator[Row]:
        return self._store.rows(self._without_output)

    def without(self, outcome: Outcome) -> Iterator[Row]:
        """The rows that have another outcome."""
        return self._store.rows(self._without_output, outcome)

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
    columns: Callable[[], Iterable[bytes]] | None = None,
    is_valid: IsValid | None = None,
    loads: Loads = STRICT_LOADS,
) -> Results:
    """Read the input and the output of a job that has ended.

    :param status: of the job.
    :param inputs: the input files, by their paths below the input location; empty if they are gone.
    :param outputs: the objects in the folder of the job, by their paths below it.
    :param family: of the job's model; None if it is not known.
    :param columns: how to read the lines of the file of columns. Default: the records have none.
    :param is_valid: asked for each record that asks for a schema. Default: each text satisfies it.
    :raises ValueError: the job has not ended.
    """
    if status not in ENDED:
        raise ValueError(f"the job has not ended: its status is {status}")
    store, notes = RowsOnDisk(), Notes()
    try:
        of_input = outputs_of(inputs, outputs) if inputs else {name: [name] for name in filter(is_output, outputs)}
        for _ in range(sum(map(is_output, outputs)) - sum(map(len, of_input.values()))):
            notes.add("an output file belongs to no file of the input")
        reading = _Reading(
            inputs, outputs, store, notes, loads, lambda record: row_of(record, family, is_valid=is_valid)
        )
        for number, name in enumerate(sorted(inputs or of_input)):
            reading.read(number, name, of_input.get(name, ()))
        if not inputs:
            store.take_rows_for_records()
            notes.add("there is no input: records without output are not known")
        names: dict[str, None] = {}
        if columns is not None:
            store.add_columns(columns_in(columns(), loads, notes, names))
        without_output = WITHOUT_OUTPUT[JobStatus(status)]
        outcomes = store.outcomes(without_output)
        assert outcomes.total() == store.records  # noqa: S101 - the contract: one row for each record
        _note_odd_ids(store.rows_of_no_record, reading.repeated, notes)
        return Results(outcomes, notes.sentences(), tuple(names), store, without_output)
    except BaseException:
        store.__exit__()
        raise


@dataclass
class _Reading:
    """Reads the input files, each with its output, into the store."""

    inputs: Files
    outputs: Files
    store: RowsOnDisk
    notes: Notes
    loads: Loads
    row_of: RowOf
    repeated: int = 0
    """How many records have the id of an earlier one of their file."""

    def read(self, number: int, name: str, outputs: Iterable[str]) -> None:
        store, numbers = self.store, set[int]()
        if self.inputs:
            store.add_records(number, records_in(self.inputs[name](), self.loads, self.notes, numbers))
        ids = store.ids_of(number)
        self.repeated += ids.repeated
        for output in outputs:
            lines = self.outputs[output]()
            found = rows_in(lines, self.row_of, self.loads, self.notes, by_body=not ids.tell_all, numbers=numbers)
            store.add_rows(number, found)
        if ids.tell_all:
            store.pair_by_id(number)
            return
        if ids.named:
            # Only now it is known that their bodies are needed.
            store.add_bodies(number, bodies_in(self.inputs[name](), self.loads))
        store.pair_by_body(number)


def _note_odd_ids(extra: int, repeated: int, notes: Notes) -> None:
    if extra:
        notes.add(f"{extra:,} output lines belong to no record of the input")
    if repeated:
        notes.add(f"{repeated:,} records have the id of an earlier record of their file: their bodies tell them apart")
