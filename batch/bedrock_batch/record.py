"""One batch inference record: a line `{"recordId": "...", "modelInput": {...}}`."""

import json
import marshal
import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from math import isinf
from typing import Any, Final, NoReturn

from bedrock_batch.families import LOCATIONS, Fault, is_source
from bedrock_batch.limits import INTEGERS, MAXIMUM_RECORD_BYTES

MEMBERS: Final = frozenset({"recordId", "modelInput"})
_KINDS: Final = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}
# Each integer of fewer characters fits.
_SHORT: Final = len(str(INTEGERS[1])) - 1
_MOST_DIGITS: Final = 4_300
_TOO_DEEP: Final = "not readable: the JSON is nested too deeply"
# The backslash alone is looked for in the fastest way.
_HALF: Final = re.compile(rb"\\(?=u[dD][89a-fA-F])")
_LONG: Final = 3_000
_HALF_ALONE: Final = re.compile(
    rb"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]|\\\\u", re.DOTALL
)

Loads = Callable[[str], Any]


class UnusualRecordError(ValueError):
    """A line is JSON, and is not accepted all the same, or not without another look."""


class LineError(ValueError):
    """A line is no record. `kind` is the text without what is different in each line."""

    def __init__(self, kind: str, where: str = "") -> None:
        """Join the two parts of the text."""
        super().__init__(kind + where)
        self.kind = kind


def _refuse_constant(name: str) -> NoReturn:
    raise LineError(f"not JSON: {name} is not a JSON number")


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members) or "s3Location" in found or "s3Uri" in found:
        raise UnusualRecordError("a key is there twice, or names media in S3")
    return found


def _integer(text: str) -> int:
    if len(text) >= _SHORT and not _fits(text):
        raise UnusualRecordError("an integer does not fit into 64 bits")
    return int(text)


def _real(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise UnusualRecordError("a number is no double")
    return number


def _fits(text: str) -> bool:
    # Python refuses to convert thousands of digits.
    return len(text) < _SHORT or (len(text) <= _SHORT + 2 and INTEGERS[0] <= int(text) <= INTEGERS[1])


# Decoders are made once: with options, json.loads makes one for each line. It alone accepts NaN and Infinity.
_CAREFUL: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_real, parse_constant=_refuse_constant
)


def careful_loads(text: str) -> Any:
    """Read JSON that all readers read alike.

    :raises UnusualRecordError: it is JSON that `unusual_in` has to look at.
    :raises ValueError: it is not JSON.
    """
    try:
        found, end = _CAREFUL.raw_decode(text)
    except json.JSONDecodeError:
        end = 0
    # White space around the value, or something else behind it.
    return found if end and end == len(text) else _CAREFUL.decode(text)


STRICT_LOADS: Final[Loads] = json.JSONDecoder(
    # Python refuses to convert more digits.
    parse_int=lambda text: int(text) if len(text) < _MOST_DIGITS else float(text),
    parse_constant=_refuse_constant,
).decode
"""`json.loads` without NaN and Infinity."""


class _Members(list[tuple[str, Any]]):
    """An object with all its members, also those whose key is there twice."""


class _Number(str):
    """A number that is too large, with the reason."""

    __slots__ = ()


_COMPLETE_LOADS: Final[Loads] = json.JSONDecoder(
    object_pairs_hook=_Members,
    parse_int=lambda text: 0 if _fits(text) else _Number("the number does not fit into 64 bits"),
    parse_float=lambda text: _Number("the number is too large: above 1.8e308") if isinf(float(text)) else 0.0,
).decode


def parse_record(line: bytes, loads: Loads = STRICT_LOADS) -> dict[str, Any]:
    """Read one line. Of a key that is there twice, the last value counts.

    :param loads: a parser that raises `json.JSONDecodeError` for invalid JSON. Default: `json.loads` without NaN and
        Infinity.
    :raises LineError: the line is not a JSON object in UTF-8, or too long.
    """
    if len(line) > MAXIMUM_RECORD_BYTES:
        raise LineError(f"a record may have {MAXIMUM_RECORD_BYTES:,} bytes at most")
    if line.startswith(b"\xef\xbb\xbf"):
        raise LineError("the line starts with a byte order mark; save the file as UTF-8 without one")
    try:
        record = loads(line.decode())
    except UnicodeDecodeError as error:
        raise LineError(f"not UTF-8: {error.reason}", f" at byte {error.start + 1} of the line") from error
    except json.JSONDecodeError as error:
        raise LineError(f"not JSON: {error.msg.removesuffix(' at')}", f" at column {error.colno}") from error
    except RecursionError as error:
        raise LineError(_TOO_DEEP) from error
    if not isinstance(record, dict):
        raise LineError(f"a record must be a JSON object, got {_kind(record)}")
    return record


def read_strictly(line: bytes, *, may_name_media: bool = True) -> tuple[dict[str, Any], list[Fault]]:
    """Read one line as `parse_record` does, and tell what is unusual in it.

    :param may_name_media: as in `unusual_in`.
    :raises LineError: as `parse_record`.
    """
    try:
        record = careful_loads(line.decode())
        if type(record) is dict and len(line) <= MAXIMUM_RECORD_BYTES and not may_hold_half_a_character(line, record):
            return record, []
    except (ValueError, RecursionError):
        pass
    return parse_record(line), [*unusual_in(line, may_name_media=may_name_media)]


def may_escape_half_a_character(text: memoryview, lines: int) -> bool:
    """Whether an escape in some lines may stand for half of a character. To look into long lines is not worth it."""
    return len(text) > lines * _LONG or _HALF.search(text) is not None


def may_hold_half_a_character(line: bytes, record: Any) -> bool:
    """Whether a text of a record, or a key, may hold half an emoji. Only an escape can stand for one.

    To look for the escapes in a long line would take as long as parsing. The fastest way to all texts of a record in
    one piece is `marshal`, in which each half of a character begins with the byte ED.
    """
    if len(line) < _LONG:
        return _HALF.search(line) is not None and _HALF_ALONE.search(line) is not None
    return b"\xed" in marshal.dumps(record) and _HALF_ALONE.search(line) is not None


def unusual_in(line: bytes, *, may_name_media: bool) -> Iterator[Fault]:
    """What readers of JSON read in different ways, or not at all, wherever it is in a record.

    :param line: a line that `parse_record` reads.
    :param may_name_media: whether the record may name images, documents and videos in S3.
    :raises LineError: the JSON is nested so deeply that only `parse_record` could read it.
    """
    try:
        left: list[tuple[str, Any]] = [("", _COMPLETE_LOADS(line.decode()))]
    except RecursionError as error:
        raise LineError(_TOO_DEEP) from error
    while left:
        member, value = left.pop()
        if isinstance(value, _Number):
            yield Fault(member, str(value))
        elif isinstance(value, str):
            if _has_half(value):
                yield Fault(member, "holds half an emoji: a lone surrogate such as \\ud83d")
        elif isinstance(value, _Members):
            yield from _unusual_keys(member, value, may_name_media=may_name_media)
            left += [(f"{member}.{key}" if member else key, each) for key, each in reversed(value)]
        elif isinstance(value, list):
            left += [(member, each) for each in reversed(value)]


def _unusual_keys(member: str, members: _Members, *, may_name_media: bool) -> Iterator[Fault]:
    may_name_media = may_name_media or not is_source(member)
    seen: set[str] = set()
    for key, _ in members:
        if key in seen:
            yield Fault(f"{member}.{key}" if member else key, "the key is there twice")
        if key in LOCATIONS and not may_name_media:
            yield Fault(f"{member}.{key}", "an uploaded file cannot name media in S3; use JobInput.from_bucket")
        seen.add(key)
        if _has_half(key):
            yield Fault(member or "a record", "has a key with half an emoji: a lone surrogate such as \\ud83d")


def _has_half(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def faults_of(record: dict[str, Any]) -> Iterator[str]:
    """The faults of a record, without looking at other records."""
    if not isinstance(record.get("modelInput"), dict):
        yield f"modelInput must be a JSON object, got {_shown(record, 'modelInput')}"
    if "recordId" in record and (not isinstance(record["recordId"], str) or not record["recordId"]):
        yield f"recordId must be a string that is not empty, got {_shown(record, 'recordId')}"


@lru_cache
def unknown_member(member: str) -> Fault:
    """What is said of a member that no record is known to have. The service may ignore it."""
    names = {each.lower(): each for each in MEMBERS}
    close = get_close_matches(member.lower(), names, n=1, cutoff=0.8)
    hint = f"; did you mean {names[close[0]]}?" if close else ""
    return Fault(member, f"not a member that a record is known to have{hint}", True)


def _shown(record: dict[str, Any], key: str) -> str:
    return _kind(record[key]) if key in record else "nothing"


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if value == "":
        return "an empty string"
    return _KINDS.get(type(value), f"a {type(value).__name__}")
