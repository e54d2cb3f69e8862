"""One batch inference record: a line `{"recordId": "...", "modelInput": {...}}`."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, NoReturn

_KINDS: Final = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}

Loads = Callable[[str], Any]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"not JSON: {name} is not a JSON number")


# json.loads alone accepts NaN and Infinity.
STRICT_LOADS: Final[Loads] = partial(json.loads, parse_constant=_refuse_constant)


def parse_record(line: bytes, loads: Loads = STRICT_LOADS) -> dict[str, Any]:
    """Read one line.

    :param loads: a JSON parser that raises `ValueError` for invalid JSON. Default: `json.loads` without NaN and
        Infinity.
    :raises ValueError: the line is not a JSON object in UTF-8.
    """
    if line.startswith(b"\xef\xbb\xbf"):
        raise ValueError("the line starts with a byte order mark; save the file as UTF-8 without one")
    try:
        record = loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8: {error.reason} at byte {error.start + 1} of the line") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("not readable: the JSON is nested too deeply") from error
    if not isinstance(record, dict):
        raise ValueError(f"a record must be a JSON object, got {_kind(record)}")  # noqa: TRY004 - a bad value in a file
    return record


def faults_of(record: dict[str, Any]) -> Iterator[str]:
    """The faults of a record, without looking at other records."""
    if not isinstance(record.get("modelInput"), dict):
        yield f"modelInput must be a JSON object, got {_shown(record, 'modelInput')}"
    if "recordId" in record and (not isinstance(record["recordId"], str) or not record["recordId"]):
        yield f"recordId must be a string that is not empty, got {_shown(record, 'recordId')}"


def _shown(record: dict[str, Any], key: str) -> str:
    return _kind(record[key]) if key in record else "nothing"


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if value == "":
        return "an empty string"
    return _KINDS.get(type(value), f"a {type(value).__name__}")
