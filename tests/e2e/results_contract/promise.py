"""The contract: what the rows of a job must be, worked out from its input and from what is left of its output."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from bedrock_batch.cli.outcomes import by_counts
from bedrock_batch.results import Outcome, Results, Row
from e2e.results_contract.damage import Output
from e2e.results_contract.drawn_job import DrawnJob, Record

WITHOUT_OUTPUT = {
    "Completed": Outcome.MISSING,
    "Failed": Outcome.MISSING,
    "Stopped": Outcome.CANCELLED,
    "Expired": Outcome.EXPIRED,
    "PartiallyCompleted": Outcome.EXPIRED,
}
Told = tuple[Any, ...]


class Promise:
    """What the rows of one job must be."""

    def __init__(self, job: DrawnJob, status: str, written: Mapping[str, bytes], left: Output, *, nested: bool) -> None:
        """Work it out.

        :param written: what the job wrote; `left` is what a reader finds.
        :param nested: whether the output keeps the folders of the input.
        """
        self._job = job
        self._status = status
        self._written = Output.of(dict(written))
        self._left = left
        self._nested = nested

    def check(self, results: Results, shown: Mapping[str, Any]) -> None:
        """Whether the contract holds. `shown` is the job as Bedrock shows it."""
        rows = list(results)
        promised = list(self._promised())
        numbers = (results.records, len(rows), results.outcomes.total(), self._job.records)
        assert len(set(numbers)) == 1, f"records, rows, outcomes, records of the input: {numbers}"
        counted = Counter(row.outcome for row in rows)
        assert results.outcomes == counted, f"{results.outcomes}, rows: {counted}"
        self._check_rows(rows, promised)
        self._check_columns(results, rows)
        assert list(results.without(Outcome.SUCCESS)) == [row for row in rows if row.outcome != Outcome.SUCCESS]
        assert not [note for note in results.notes if "belong" in note], results.notes
        if not self._left.done and self._job.end.kind != "no record" and self._job.has_columns_file:
            # The input location may hold other objects.
            assert not [note for note in results.notes if "of the input location" not in note], results.notes
        self._check_counts(results, shown)

    def _check_rows(self, rows: list[Row], promised: list[tuple[Any, Told]]) -> None:
        """Records that cannot be told apart may change their places: without an id, and with the same body."""
        found_of: dict[Any, Counter[str]] = {}
        promised_of: dict[Any, Counter[str]] = {}
        for number, (row, (group, told)) in enumerate(zip(rows, promised, strict=True)):
            if group is None:
                assert _told(row) == told, f"row {number} of {len(rows)}: {_told(row)}, promised: {told}"
            else:
                found_of.setdefault(group, Counter())[repr(_told(row))] += 1
                promised_of.setdefault(group, Counter())[repr(told)] += 1
        for group, found in found_of.items():
            assert found == promised_of[group], f"of {group}: {found}, promised: {promised_of[group]}"

    def _promised(self) -> Iterator[tuple[Any, Told]]:
        """Of each record the group of those that cannot be told apart, and what its row says."""
        for name, records in self._job.files.items():
            output = f"{name if self._nested else name.rpartition('/')[2]}.out"
            lines = {
                line.position: json.loads(line.text)
                for line in self._left.files.get(output, ())
                if line.position is not None
            }
            self._check_input_of(records, output)
            for position, record in enumerate(records):
                group = None if record.record_id else (name, json.dumps(record.body, sort_keys=True))
                yield group, self._row(record, lines.get(position))

    def _check_input_of(self, records: list[Record], output: str) -> None:
        """The output line of a record has its body: this is what tells whose answer it is."""
        for line, record in zip(self._written.files.get(output, ()), records, strict=False):
            assert json.loads(line.text)["modelInput"] == record.body

    def _row(self, record: Record, line: Any) -> Told:
        if line is None:
            return record.record_id, WITHOUT_OUTPUT[self._status], None, None, None, None
        record_id = line["recordId"]
        assert record_id == record.record_id or not record.record_id
        if "error" in line:
            return record_id, Outcome.ERROR, None, None, line["error"]["errorCode"], line["error"]["errorMessage"]
        said = self._job.model.said(line["modelOutput"])
        text, vectors = (None, said) if self._job.model.embeds else (said, None)
        return record_id, Outcome.SUCCESS, text, vectors, None, None

    def _check_columns(self, results: Results, rows: list[Row]) -> None:
        columns = (self._job.columns or {}) if self._job.has_columns_file else {}
        assert [row.columns for row in rows] == [columns.get(row.record_id or "") for row in rows]
        assert results.column_names == (("row", "größe") if columns else ())
        is_missing = self._job.columns is not None and not self._job.has_columns_file
        assert is_missing == any(note.startswith("columns are missing: ") for note in results.notes)

    def _check_counts(self, results: Results, shown: Mapping[str, Any]) -> None:
        if not self._left.is_whole or self._left.manifest is None:
            return
        manifest = json.loads(self._left.manifest)
        assert manifest["totalRecordCount"] == results.records
        assert manifest["successRecordCount"] == results.outcomes[Outcome.SUCCESS]
        assert manifest["errorRecordCount"] == results.outcomes[Outcome.ERROR]
        assert by_counts(self._status, manifest) == by_counts(self._status, shown) == results.outcomes, manifest


def _told(row: Row) -> Told:
    return row.record_id, row.outcome, row.text, row.vectors, row.error_code, row.error_message
