"""Reads files of batch inference records and checks them."""

import hashlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Final

from bedrock_batch import limits
from bedrock_batch.cost import InputSize, Sizing
from bedrock_batch.families import Family
from bedrock_batch.findings import Findings
from bedrock_batch.local_file import COMPRESSED, check_is_file, opened
from bedrock_batch.record import (
    MEMBERS,
    LineError,
    Loads,
    careful_loads,
    faults_of,
    may_escape_half_a_character,
    may_hold_half_a_character,
    parse_record,
    unknown_member,
    unusual_in,
)
from bedrock_batch.texts import shown, shown_path

_EMPTY: Final = "the line is empty"
_CHUNK: Final = 256 * 1024
# How often `progress` is called.
_STEP: Final = 4 * 1024 * 1024
# No text that anybody has seen has this hash.
_NO_ID: Final = 0
_ABSENT: Final = object()

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The content of a file of records that passed every check."""

    sha256: str
    """Lower-case hexadecimal SHA-256 of the records, each with LF at its end: the same for LF and CR LF files."""
    records: int
    size: InputSize
    """From which tokens and cost are estimated."""
    warnings: tuple[str, ...] = ()
    """What the model may accept all the same, in the form of the error texts."""


def read_records(
    path: Path,
    *,
    family: Family | None = None,
    sized_as: Family | None = None,
    may_name_media: bool = False,
    shown_as: str | None = None,
    min_records: int = limits.MINIMUM_RECORDS,
    max_records: int = limits.MAXIMUM_RECORDS,
    max_bytes: int = limits.MAXIMUM_INPUT_BYTES,
    loads: Loads = careful_loads,
    progress: Progress | None = None,
) -> RecordFile:
    """Read a file once and check its records. Only a file with faults is read twice.

    The file is uncompressed UTF-8 without a byte order mark. Each line is a JSON object with an object `modelInput`
    and, optionally, a string `recordId` that no other line has. No key is in one object twice, no text ends or begins
    with half an emoji, and each number fits into 64 bits. There are `min_records` to `max_records` records in at most
    `max_bytes` bytes (Amazon Bedrock quotas; the minimum of a job cannot be raised). Only the end of the file may have
    empty lines.

    :param family: checks each `modelInput`. Default: what is in it is not checked.
    :param sized_as: the family whose limits of output count, for bodies that are checked already. Default: `family`.
    :param may_name_media: whether records may name media in S3. They are read from the folder of the records.
    :param shown_as: the name of the file in error texts. Default: its path.
    :param min_records: less than the quota for one of several files.
    :param loads: a parser that refuses what `careful_loads` refuses. What it refuses is read once more by `json`.
    :param progress: called with the number of bytes that were read, after every few megabytes.
    :raises ValueError: the error names file, line, member and reason of the first ten kinds of faults, each with the
        number of its records.
    """
    name = shown_path(path) if shown_as is None else shown_as
    check_file(path, max_bytes, shown_as=name)
    reading = _Reading(
        path,
        name,
        family,
        loads,
        sizing=Sizing(sized_as or family),
        may_name_media=may_name_media,
        records_allowed=(min_records, max_records),
    )
    with opened(path, name) as file:
        for text, lines in _batches(file, progress):
            reading.take(text, lines)
    return reading.result()


def check_file_name(name: str, shown_as: str) -> None:
    """Check the S3 key of an input object.

    :raises ValueError: it does not end with `.jsonl`, or it has a character that `s3Uri` does not allow.
    """
    if name.endswith(".jsonl.gz"):
        raise ValueError(COMPRESSED.format(shown_as))
    if not name.endswith(limits.INPUT_SUFFIX):
        raise ValueError(f"{shown_as}: the name of an input file must end with .jsonl")
    if not limits.S3_KEY_PATH.fullmatch(name):
        raise ValueError(f"{shown_as}: the name of an input file may hold letters, digits and -!_'(). only")


def check_file(path: Path, max_bytes: int, *, shown_as: str | None = None) -> None:
    """Check what is known of a file without reading it.

    :param shown_as: as in `read_records`.
    :raises ValueError: there is no such file, or it is compressed or too large.
    """
    name = shown_path(path) if shown_as is None else shown_as
    check_is_file(path, name)
    size = path.stat().st_size
    if size > max_bytes:
        raise ValueError(f"{name}: an input file may have {max_bytes:,} bytes at most, got {size:,}")


def _batches(file: BinaryIO, progress: Progress | None = None) -> Iterator[tuple[memoryview, list[bytes]]]:
    """Many lines of a file at a time: their text, and each without its LF.

    The last line is the first one that is longer than a record may be.
    """
    rest, read, told = b"", 0, 0
    while chunk := file.read(_CHUNK):
        text = rest + chunk
        lines = text.split(b"\n")
        rest = lines.pop()
        yield memoryview(text)[: len(text) - len(rest)], lines
        if len(rest) > limits.MAXIMUM_RECORD_BYTES:
            break
        read += len(chunk)
        if progress is not None and read - told >= _STEP:
            told = read
            progress(read)
    if rest:
        yield memoryview(rest + b"\n"), [rest]


class _Reading:
    """What is known of a file so far."""

    def __init__(
        self,
        path: Path,
        name: str,
        family: Family | None,
        loads: Loads,
        *,
        sizing: Sizing,
        may_name_media: bool,
        records_allowed: tuple[int, int],
    ) -> None:
        self._path = path
        self._name = name
        self._family = family
        self._loads = loads
        self._may_name_media = may_name_media
        self._min_records, self._max_records = records_allowed
        self._errors = Findings(name)
        self._doubts = Findings(name)
        self._digest = hashlib.sha256()
        # The hash of each line's recordId: 8 bytes a record, where the ids themselves would take over 100.
        self._ids = array("q")
        self._sizing = sizing
        self._lines = self._records = 0
        self._is_cut = False

    def take(self, text: memoryview, lines: list[bytes]) -> None:
        """Check the next lines.

        :param text: of the lines, each with LF at its end.
        """
        if self._is_cut:
            return
        first = self._lines + 1
        self._lines += len(lines)
        records = [line.rstrip(b"\r") for line in lines if line and not line.isspace()]
        if not records:
            return
        is_plain = len(text) == sum(map(len, records)) + len(records)
        self._digest.update(text if is_plain else b"\n".join([*records, b""]))
        if len(records) == len(lines) and self._records == first - 1 and self._lines <= self._max_records:
            self._records = self._lines
            self._check(first, records, may_hold_halves=may_escape_half_a_character(text, len(lines)))
        else:
            self._take_one_by_one(first, lines)

    def result(self) -> RecordFile:
        """What the file holds.

        :raises ValueError: it has faults.
        """
        self._find_repeated_ids()
        has_all = self._records <= self._max_records and not self._is_cut
        errors = [*self._errors.told(has_all=has_all)]
        if not self._is_cut and not self._min_records <= self._records <= self._max_records:
            errors.append(
                f"{self._name}: a batch must have {self._min_records} to {self._max_records:,} "
                f"records, got {self._records:,}"
            )
        if errors:
            raise ValueError("\n".join(errors))
        return RecordFile(
            self._digest.hexdigest(), self._records, self._sizing.result(self._records), tuple(self._doubts.told())
        )

    def _take_one_by_one(self, first: int, lines: list[bytes]) -> None:
        """Lines of which some are empty, or more than a file may have."""
        for number, line in enumerate(lines, first):
            if not line or line.isspace():
                continue
            before, self._records = self._records, number
            empty = min(number - 1, self._max_records) - before
            if empty > 0:
                self._errors.add(before + 1, _EMPTY, lines=empty)
                self._ids.extend([_NO_ID] * empty)
            if number <= self._max_records:
                self._check(number, [line.rstrip(b"\r")])

    def _check(self, first: int, lines: list[bytes], *, may_hold_halves: bool = True) -> None:
        # Every word here counts: it is said for each record.
        loads, add_id, add_size = self._loads, self._ids.append, self._sizing.add
        check = None if self._family is None else self._family.check
        for number, line in enumerate(lines, first):
            body: Any = None
            try:
                record = loads(line.decode())
                record_id = record.get("recordId", _ABSENT)
                if (record_id is _ABSENT or (type(record_id) is str and record_id)) and not (
                    (may_hold_halves and may_hold_half_a_character(line, record))
                    or len(line) > limits.MAXIMUM_RECORD_BYTES
                ):
                    body = record.get("modelInput")
            except (ValueError, AttributeError, RecursionError):
                pass
            if type(body) is dict:
                add_id(_NO_ID if record_id is _ABSENT else hash(record_id))
                if len(record) > 2 - (record_id is _ABSENT):
                    self._doubt_members(number, record)
            else:
                body = self._looked_at(number, line)
            if body is None:
                continue
            add_size(body, line)
            if check is not None:
                for fault in check(body):
                    (self._doubts if fault.is_doubtful else self._errors).add_fault(number, fault)

    def _looked_at(self, number: int, line: bytes) -> dict[str, Any] | None:
        """The body of a record that is not as usual, with all its faults noted; None if it has no body."""
        self._is_cut |= len(line) > limits.MAXIMUM_RECORD_BYTES
        try:
            record = parse_record(line)
            unusual = [*unusual_in(line, may_name_media=self._may_name_media)]
        except LineError as error:
            self._errors.add(number, str(error), kind=error.kind)
            self._ids.append(_NO_ID)
            return None
        for fault in unusual:
            self._errors.add_fault(number, fault)
        for text in faults_of(record):
            self._errors.add(number, text)
        record_id, body = record.get("recordId"), record.get("modelInput")
        self._ids.append(hash(record_id) if isinstance(record_id, str) and record_id else _NO_ID)
        self._doubt_members(number, record)
        return body if isinstance(body, dict) else None

    def _doubt_members(self, number: int, record: dict[str, Any]) -> None:
        for member in record:
            if member not in MEMBERS:
                self._doubts.add_fault(number, unknown_member(member))

    def _find_repeated_ids(self) -> None:
        repeated = {one for one, two in pairwise(sorted(self._ids)) if one == two} - {_NO_ID}
        if not repeated:
            return
        # A hash says which lines to look at. Their ids decide.
        first_line_of: dict[str, int] = {}
        with opened(self._path, self._name) as file:
            lines = (line for _, batch in _batches(file) for line in batch)
            for number, (line, digest) in enumerate(zip(lines, self._ids, strict=False), 1):
                if digest in repeated:
                    record_id = parse_record(line)["recordId"]
                    first = first_line_of.setdefault(record_id, number)
                    if first != number:
                        self._errors.add(
                            number, f"recordId {shown(record_id)} is already in line {first}", kind="recordId"
                        )
