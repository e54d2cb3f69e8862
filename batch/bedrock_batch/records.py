"""Reads files of batch inference records and checks everything that does not depend on the model."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bedrock_batch import limits
from bedrock_batch.families import Family
from bedrock_batch.record import STRICT_LOADS, Loads, faults_of, parse_record
from bedrock_batch.texts import shown, shown_path

_SHOWN_ERRORS: Final = 10
_COUNTED_ERRORS: Final = 1_000
_COMPRESSED: Final = "{}: batch inference does not read compressed files; unpack it to a file that ends with .jsonl"
_LFS_POINTER: Final = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The content of a file of records that passed every check."""

    sha256: str
    """Lower-case hexadecimal SHA-256 of the records, each with LF at its end: the same for LF and CR LF files."""
    records: int
    warnings: tuple[str, ...] = ()
    """Faults that the model may accept all the same, in the form of error texts."""


@dataclass(slots=True)
class _Findings:
    path: Path
    errors: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, line: int, reason: str) -> None:
        if len(self.errors) < _SHOWN_ERRORS:
            self.errors.append(f"{shown_path(self.path)}:{line}: {reason}")
        else:
            self.more += 1

    @property
    def are_many(self) -> bool:
        """Whether there are more faults than anyone would read."""
        return self.more >= _COUNTED_ERRORS

    def raise_if_any(self) -> None:
        if self.errors:
            rest = [f"... and {'at least ' if self.are_many else ''}{self.more} more"] if self.more else []
            raise ValueError("\n".join([*self.errors, *rest]))


def read_records(
    path: Path,
    *,
    family: Family | None = None,
    max_records: int = limits.MAXIMUM_RECORDS,
    max_bytes: int = limits.MAXIMUM_INPUT_BYTES,
    loads: Loads = STRICT_LOADS,
) -> RecordFile:
    """Read a file once, line by line, and check everything that does not depend on the model.

    The file is uncompressed UTF-8 without a byte order mark. Each line is a JSON object with an object `modelInput`
    and, optionally, a string `recordId` that no other line has. There are 100 to `max_records` records in at most
    `max_bytes` bytes (Amazon Bedrock quotas; the minimum cannot be raised). Only the end of the file may have empty
    lines.

    :param loads: as in `record.parse_record`.
    :raises ValueError: the error names file, line and reason of the first ten faults.
    """
    check_file(path, max_bytes)
    findings = _Findings(path)
    digest = hashlib.sha256()
    first_line_of: dict[str, int] = {}
    line = records = 0
    with path.open("rb") as file:
        # A line is read up to the longest allowed record. Reading ends when there are faults enough.
        while not findings.are_many and (raw := file.readline(limits.MAXIMUM_RECORD_BYTES + 1)):
            line += 1
            if len(raw) > limits.MAXIMUM_RECORD_BYTES:
                findings.add(line, f"a record may have {limits.MAXIMUM_RECORD_BYTES:,} bytes at most")
                break
            if line == 1 and raw.startswith(_LFS_POINTER):
                raise ValueError(
                    f"{shown_path(path)}: a Git LFS pointer, not the file itself; get it with: git lfs pull"
                )
            if not raw.strip():
                continue
            # There are enough faults to report: the other lines are not checked.
            for empty in range(records + 1, min(line, max_records, records + 2 * _COUNTED_ERRORS)):
                findings.add(empty, "the line is empty")
            records = line
            digest.update(raw.rstrip(b"\r\n") + b"\n")
            if line <= max_records:
                _check_line(findings, line, raw, first_line_of, loads, family)
    findings.raise_if_any()
    if not limits.MINIMUM_RECORDS <= records <= max_records:
        raise ValueError(
            f"{shown_path(path)}: a batch must have {limits.MINIMUM_RECORDS} to {max_records:,} records,"
            f" got {records:,}"
        )
    return RecordFile(digest.hexdigest(), records)


def check_file_name(name: str, shown_as: str) -> None:
    """Check the S3 key of an input object.

    :raises ValueError: it does not end with `.jsonl`, or it has a character that `s3Uri` does not allow.
    """
    if name.endswith(".jsonl.gz"):
        raise ValueError(_COMPRESSED.format(shown_as))
    if not name.endswith(limits.INPUT_SUFFIX):
        raise ValueError(f"{shown_as}: the name of an input file must end with .jsonl")
    if not limits.S3_KEY_PATH.fullmatch(name):
        raise ValueError(f"{shown_as}: the name of an input file may hold letters, digits and -!_'(). only")


def check_file(path: Path, max_bytes: int) -> None:
    """Check what is known of a file without reading it.

    :raises ValueError: there is no such file, or it is compressed or too large.
    """
    if path.name.lower().endswith(".gz"):
        raise ValueError(_COMPRESSED.format(shown_path(path)))
    try:
        is_file = path.is_file()
    except OSError:
        # No file can have this name.
        is_file = False
    if not is_file:
        raise ValueError(f"{shown_path(path)}: no such file")
    size = path.stat().st_size
    if size > max_bytes:
        raise ValueError(f"{shown_path(path)}: an input file may have {max_bytes:,} bytes at most, got {size:,}")


def _check_line(  # noqa: PLR0917 - replaced below
    findings: _Findings, line: int, raw: bytes, first_line_of: dict[str, int], loads: Loads, family: Family | None
) -> None:
    try:
        record = parse_record(raw, loads)
    except ValueError as error:
        findings.add(line, str(error))
        return
    for fault in faults_of(record):
        findings.add(line, fault)
    if family is not None and isinstance(record.get("modelInput"), dict):
        for told in family.check(record["modelInput"]):
            if not told.is_doubtful:
                findings.add(line, f"{told.member}: {told.reason}")
    record_id = record.get("recordId")
    if isinstance(record_id, str) and record_id and (first := first_line_of.setdefault(record_id, line)) != line:
        findings.add(line, f"recordId {shown(record_id)} is already in line {first}")
