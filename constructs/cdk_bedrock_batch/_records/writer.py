"""Writes records: one JSON object a line, the same bytes for the same records."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from bedrock_batch.limits import INPUT_SUFFIX


def _plain(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a value of type {type(value).__name__}")


# The keys keep their order: a model that answers by a schema writes the members in the order of the schema.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)


def line_of(record: Any) -> bytes:
    """A record as a line of a file.

    :raises ValueError: JSON in UTF-8 has no such value.
    """
    try:
        return _ENCODER.encode(record).encode() + b"\n"
    except UnicodeEncodeError:
        raise ValueError("not UTF-8: half of a surrogate pair, such as half an emoji") from None
    except TypeError as error:
        raise ValueError(f"not JSON: {error}") from None
    except RecursionError:
        raise ValueError("not JSON: nested too deeply") from None
    except ValueError as error:
        is_long = "digits" in str(error)
        what = "a number of thousands of digits" if is_long else "NaN, an infinite number, or a value that holds itself"
        raise ValueError(f"not JSON: {what}") from None


def json_of(option: str, value: Any) -> str:
    """The value of an option as JSON.

    :raises ValueError: JSON in UTF-8 has no such value.
    """
    try:
        return line_of(value).decode()
    except ValueError as error:
        raise ValueError(f"{option} is {error}") from None


def write(lines: Iterable[bytes], folder: Path, *, name: str, max_bytes: int) -> Path:
    """Write lines into `<folder>/<SHA-256 of the lines>.jsonl`.

    :param name: of the input, for error texts.
    :raises ValueError: they have more bytes than one input file may have. No file is left.
    """
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(suffix=INPUT_SUFFIX, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            for line in lines:
                digest.update(line)
                size += len(line)
                if size > max_bytes:
                    raise ValueError(f"{name}: the records may have {max_bytes:,} bytes at most")
                file.write(line)
        # As for a file of the user, others may read it.
        Path(temporary).chmod(0o644)
        return Path(temporary).replace(folder / f"{digest.hexdigest()}{INPUT_SUFFIX}")
    finally:
        Path(temporary).unlink(missing_ok=True)
