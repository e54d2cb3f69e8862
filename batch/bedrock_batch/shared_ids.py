"""Record ids of the files of one job: no two records have the same."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bedrock_batch.findings import Findings
from bedrock_batch.local_file import opened
from bedrock_batch.record import parse_record
from bedrock_batch.texts import shown


def check_shared_ids(files: Iterable[tuple[Path, str]]) -> None:
    """Check files that passed `read_records` one by one.

    :param files: each file, and its name in error texts.
    :raises ValueError: two files have a record with the same id.
    """
    file_of: dict[str, str] = {}
    for path, name in files:
        findings = Findings(name)
        for line, record_id in _ids(path, name):
            first = file_of.setdefault(record_id, name)
            if first != name:
                findings.add(line, f"the recordId is already in {first}: {shown(record_id)}", kind=first)
        findings.raise_if_any()


def _ids(path: Path, name: str) -> Iterator[tuple[int, str]]:
    with opened(path, name) as file:
        for number, line in enumerate(file, 1):
            if line.strip() and "recordId" in (record := parse_record(line)):
                yield number, record["recordId"]
