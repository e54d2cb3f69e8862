"""CSV: a header, and one line for each row."""

import csv
import re
from typing import IO, Any, Final

from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.writers.table import cells_of, names_of
from bedrock_batch.results import Results

# A spreadsheet would run what begins so. Texts of a model must not be able to choose that.
# It may leave out white space in front, and read the wide forms as the others.
_FORMULA: Final = re.compile("[\t\r]|[\\s\u200b\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?%?")


def write(results: Results, _job: FoundJob, file: IO[str]) -> None:
    """Write the rows. What a spreadsheet would take for a formula gets an apostrophe in front; numbers stay."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([_cell(name) for name in names_of(results)])
    for cells in cells_of(results):
        writer.writerow([_cell(cell) for cell in cells])


def _cell(value: Any) -> Any:
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
