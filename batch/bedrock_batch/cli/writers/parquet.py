"""Parquet, by the extra `[parquet]`."""

from itertools import islice
from typing import IO, Any, Final

from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.writers.table import cells_of, names_of, whole
from bedrock_batch.results import Results

_NUMBERS: Final = ("inputTokens", "outputTokens", "errorCode")
_ROWS_OF_A_GROUP: Final = 10_000
_LOWEST: Final = -(1 << 63)


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
    cells, left_out = cells_of(results), 0
    with parquet.ParquetWriter(file, schema) as writer:
        while rows := list(islice(cells, _ROWS_OF_A_GROUP)):
            columns = []
            for name, type_, column in zip(names, types, zip(*rows, strict=True), strict=True):
                values = [(_number if name in _NUMBERS else _text)(value) for value in column]
                left_out += sum(map(_is_none, values)) - sum(map(_is_none, column))
                columns.append(arrow.array(values, type_))
            writer.write_table(arrow.Table.from_arrays(columns, schema=schema))
    if left_out:
        results.notes += (f"{left_out:,} counts or codes are no integers of 64 bits, and empty in the Parquet file",)


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: PLC0415 - an extra
        import pyarrow.parquet  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise Failure("pyarrow is not installed; install cdk-bedrock-batch[parquet]", Exit.USAGE) from None
    return pyarrow, pyarrow.parquet


def _number(value: Any) -> int | None:
    return value if type(value) is int and _LOWEST <= value <= -_LOWEST - 1 else None


def _text(value: Any) -> str | None:
    # Arrow takes no half of a character.
    return None if value is None else whole(str(value))


def _is_none(value: Any) -> bool:
    return value is None
