"""Parquet, by the extra `[parquet]`."""

from itertools import islice
from typing import IO, Any, Final

from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.writers.table import cells_of, names_of
from bedrock_batch.results import Results

_NUMBERS: Final = ("inputTokens", "outputTokens", "errorCode")
_ROWS_OF_A_GROUP: Final = 10_000


def check() -> None:
    """Before anything is read.

    :raises Failure: pyarrow is not installed.
    """
    _arrow()


def write(results: Results, _job: FoundJob, file: IO[bytes]) -> None:
    """Write the rows. Counts and codes are integers, all other columns are strings."""
    arrow, parquet = _arrow()
    names = names_of(results)
    types = [arrow.int64() if name in _NUMBERS else arrow.string() for name in names]
    schema = arrow.schema(list(zip(names, types, strict=True)))
    cells = cells_of(results)
    with parquet.ParquetWriter(file, schema) as writer:
        while rows := list(islice(cells, _ROWS_OF_A_GROUP)):
            columns = [
                arrow.array([_of_type(value, is_number=name in _NUMBERS) for value in column], type_)
                for name, type_, column in zip(names, types, zip(*rows, strict=True), strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(columns, schema=schema))


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: PLC0415 - an extra
        import pyarrow.parquet  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise Failure("pyarrow is not installed; install cdk-bedrock-batch[parquet]", Exit.USAGE) from None
    return pyarrow, pyarrow.parquet


def _of_type(value: Any, *, is_number: bool) -> Any:
    if is_number or value is None:
        return value
    # Arrow takes no half of a character.
    return str(value).encode("utf-8", "backslashreplace").decode()
