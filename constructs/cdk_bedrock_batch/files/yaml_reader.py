"""Reads YAML from an untrusted source: limited in size, one document, each value a text as written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

import yaml

from bedrock_batch.texts import shown, shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Value = str | None | list["Value"] | dict[str, "Value"]

# Our own limit. The largest useful job file has 200 tags of 384 characters.
LARGEST_FILE: Final = 128 * 1024
MOST_VALUES: Final = 1_000
DEEPEST: Final = 8
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


class PlainText(str):
    """A value without quotes: `48` may be meant as a number, `"48"` is a text."""

    __slots__ = ()


def load_yaml(path: Path) -> Value:
    """Read a YAML file.

    Every value stays a text: `010`, `2026-11-26` and `no`, too. An empty value and `null` are None. Aliases, anchors,
    tags and repeated keys are refused.

    :raises ValueError: the error names the file, the line if it is known, and the reason.
    """
    text = _text(path)
    try:
        return _Reader(yaml.parse(text, yaml.SafeLoader)).document()
    except _RefusedError as error:
        raise ValueError(f"{shown_path(path)}:{error.line}: {error.reason}") from None
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ValueError(f"{shown_path(path)}{line}: not YAML: {error.problem or error.context:.200}") from None
    except (ValueError, OverflowError) as error:
        # PyYAML converts characters and numbers, and does not catch the errors of Python.
        raise ValueError(f"{shown_path(path)}: not YAML: {error}") from None
    except yaml.YAMLError as error:
        # A character that YAML does not allow. The error text names it by its number.
        raise ValueError(f"{shown_path(path)}: not YAML: {' '.join(str(error).split()):.200}") from None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ValueError(f"{shown_path(path)}: cannot be read: {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise ValueError(f"{shown_path(path)}: may have {LARGEST_FILE:,} bytes at most")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{shown_path(path)}: not UTF-8: {error.reason} at byte {error.start + 1}") from None


class _RefusedError(Exception):
    def __init__(self, event: yaml.Event, reason: str) -> None:
        super().__init__(reason)
        self.line = event.start_mark.line + 1 if event.start_mark else 1
        self.reason = reason


class _Reader:
    """Builds values from the events of PyYAML's parser, one by one. Reading ends at the first fault."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._values = 0

    def document(self) -> Value:
        next(self._events)  # the start of the stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value = self._value(next(self._events), 0)
        next(self._events)  # the end of the document
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            _refuse(event, "a second document; write each job into a file of its own")
        return value

    def _value(self, event: yaml.Event, depth: int) -> Value:
        self._values += 1
        if self._values > MOST_VALUES:
            _refuse(event, f"may have {MOST_VALUES:,} keys and values at most")
        if depth > DEEPEST:
            _refuse(event, f"may be {DEEPEST} levels deep at most")
        if isinstance(event, yaml.AliasEvent) or (isinstance(event, yaml.NodeEvent) and event.anchor is not None):
            _refuse(event, "aliases and anchors are not allowed, write the value out")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            _refuse(event, "tags such as !!str are not allowed, every value is a text as it is")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(item, depth + 1) for item in self._until(yaml.SequenceEndEvent)]
        return self._mapping(depth)

    def _mapping(self, depth: int) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._value(event, depth + 1)
            if not isinstance(key, str):
                _refuse(event, "a key must be a text")
            if key in values:
                _refuse(event, f"{shown(str(key))}: the key is there twice")
            values[str(key)] = self._value(next(self._events), depth + 1)
        return values

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        while not isinstance(event := next(self._events), end):
            yield event


def _scalar(event: yaml.ScalarEvent) -> str | None:
    if event.style is not None:
        return _paired(event.value)
    return None if event.value in _NULLS else PlainText(event.value)


def _paired(text: str) -> str:
    """A text in which two escapes that stand for one character, as JSON writes an emoji, are that character."""
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        # Half of a pair alone is refused where the text is used.
        return text


def _refuse(event: yaml.Event, reason: str) -> NoReturn:
    raise _RefusedError(event, reason)
