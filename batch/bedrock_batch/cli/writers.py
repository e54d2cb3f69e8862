"""Writes rows: JSON lines, CSV, or OpenAI's batch output."""

import contextlib
import csv
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TextIO

from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.results import Outcome, Row

_COLUMNS: Final = (
    "record_id",
    "outcome",
    "text",
    "stop_reason",
    "input_tokens",
    "output_tokens",
    "error_code",
    "error_message",
)
# A spreadsheet takes what begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def as_jsonl(rows: Iterable[Row], file: TextIO) -> None:
    """One JSON object a row, without members that are not known."""
    for row in rows:
        members = {name: value for name, value in asdict(row).items() if value is not None}
        file.write(json.dumps(members, ensure_ascii=False) + "\n")


def as_csv(rows: Iterable[Row], file: TextIO) -> None:
    """One line a row, with a header. Vectors are JSON. The row's own columns follow with `column:` before their names."""
    writer, own = None, ()
    for row in rows:
        if writer is None:
            own = tuple(row.columns or ())
            vectors = ("vectors",) if row.vectors is not None else ()
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*_COLUMNS, *vectors, *(f"column:{name}" for name in own)])
        cells: list[Any] = [getattr(row, name) for name in _COLUMNS]
        if vectors:
            cells.append(None if row.vectors is None else json.dumps(row.vectors))
        cells += [(row.columns or {}).get(name) for name in own]
        writer.writerow([_cell(cell) for cell in cells])
    if writer is None:
        csv.writer(file, lineterminator="\n").writerow(_COLUMNS)


def as_openai(rows: Iterable[Row], file: TextIO) -> None:
    """Lines as OpenAI's batch API writes them: `custom_id`, and `response` or `error`."""
    for number, row in enumerate(rows, 1):
        line: dict[str, Any] = {
            "id": f"batch_req_{number}",
            "custom_id": row.record_id,
            "response": None,
            "error": None,
        }
        if row.outcome in (Outcome.SUCCESS, Outcome.INVALID_OUTPUT):
            line["response"] = {"status_code": 200, "request_id": f"batch_req_{number}", "body": _completion(row)}
        else:
            line["error"] = {"code": str(row.error_code or row.outcome), "message": row.error_message or row.outcome}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


WRITERS: Final[dict[str, Callable[[Iterable[Row], TextIO], None]]] = {
    "jsonl": as_jsonl,
    "csv": as_csv,
    "openai": as_openai,
}


@contextlib.contextmanager
def target(path: Path | None) -> Iterator[TextIO]:
    """A file that is there whole or not at all, or the terminal.

    :raises Failure: the file cannot be written.
    """
    if path is None:
        yield sys.stdout
        return
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}", Exit.NOT_FOUND) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _completion(row: Row) -> dict[str, Any]:
    if row.vectors is not None:
        data = [{"object": "embedding", "index": 0, "embedding": row.vectors}]
        return {"object": "list", "data": data, "usage": {"prompt_tokens": row.input_tokens}}
    message = {"role": "assistant", "content": row.text if row.text is not None else json.dumps(row.output)}
    choice = {"index": 0, "message": message, "finish_reason": row.stop_reason}
    usage = {"prompt_tokens": row.input_tokens, "completion_tokens": row.output_tokens}
    return {"object": "chat.completion", "choices": [choice], "usage": usage}
