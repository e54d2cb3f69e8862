"""The output of a job while it runs: one line for each record in a temporary file, with the counts."""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from bedrock_batch_local.engine.work_answers import Progress
from bedrock_batch_local.inference.one_record import Answer, refused

_IN_MEMORY = 1 << 20


@dataclass(frozen=True)
class RecordResult:
    """One output line without line end, whether the model answered, and the tokens that it counted."""

    line: bytes
    success: bool
    input_tokens: int = 0
    output_tokens: int = 0


def result_of(record: Mapping[str, Any], answer: Answer) -> RecordResult:
    """The output line of a record and its answer."""
    line = {"recordId": record["recordId"], "modelInput": record["modelInput"], **answer.members()}
    try:
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        # Nested as deeply as Python can read, but not write again.
        return result_of({**record, "modelInput": {}}, refused("Malformed input request: nested too deeply"))
    # Half of a surrogate pair, which JSON can escape and UTF-8 cannot encode, becomes a question mark.
    return RecordResult(text.encode("utf-8", "replace"), answer.succeeded, answer.input_tokens, answer.output_tokens)


class Results:
    """Results in the order of the records. One thread writes, others read. Close it to free its file."""

    def __init__(self) -> None:
        # In memory up to a size that hundreds of small jobs can have at once. Each open file would cost a file
        # descriptor.
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (lives as long as its job)
        self._lock = Lock()
        self._ends = array("Q")
        self._errors = array("Q")
        self._input_tokens = array("Q")
        self._output_tokens = array("Q")

    def add(self, result: RecordResult) -> None:
        with self._lock:
            self._file.seek(0, 2)
            self._file.write(result.line + b"\n")
            before = self._errors[-1] if self._errors else 0
            self._errors.append(before + (not result.success))
            self._input_tokens.append(result.input_tokens)
            self._output_tokens.append(result.output_tokens)
            self._ends.append(self._file.tell())

    def __len__(self) -> int:
        return len(self._ends)

    def progress(self, records: int) -> Progress:
        """The counters after the first ``records`` records, or after as many as there are."""
        processed = min(records, len(self))
        errors = self._errors[processed - 1] if processed else 0
        return Progress(processed, processed - errors, errors)

    def tokens(self, records: int) -> tuple[int, int]:
        """Input and output tokens of the first ``records`` records."""
        return sum(self._input_tokens[:records]), sum(self._output_tokens[:records])

    def lines(self, start: int, stop: int) -> bytes:
        """The output lines of the records from ``start`` up to ``stop``."""
        stop = min(stop, len(self))
        if stop <= start:
            return b""
        first = self._ends[start - 1] if start else 0
        with self._lock:
            self._file.seek(first)
            return self._file.read(self._ends[stop - 1] - first)

    def close(self) -> None:
        with self._lock:
            self._file.close()


@dataclass(frozen=True)
class InputFile:
    """An input file of a job: its key, its name in the location, its number of records."""

    key: str
    name: str
    records: int


def spans(files: list[InputFile], records: int) -> Iterator[tuple[InputFile, int, int]]:
    """The results of each file, of the first ``records`` results. Files without results are left out."""
    start = 0
    for file in files:
        stop = min(start + file.records, records)
        if stop > start:
            yield file, start, stop
        start += file.records
