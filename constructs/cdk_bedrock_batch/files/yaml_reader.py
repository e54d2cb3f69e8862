"""Reads YAML from an untrusted source: limited in size, one document, each value a text as written, with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

import yaml

from bedrock_batch.texts import shown
from cdk_bedrock_batch.files.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bedrock_batch.options import Plain
    from cdk_bedrock_batch.files.faults import Faults

# Our own limits. The largest useful file has some hundred jobs, or 200 tags of 384 characters.
LARGEST_FILE: Final = 128 * 1024
MOST_VALUES: Final = 5_000
DEEPEST: Final = 8
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a file, and where it is."""

    place: Place
    value: str | list[Node] | dict[str, Node] | None
    """An empty value and `null` are None."""
    key_place: Place
    """Where the key of the value is. Of a value without one, its own place."""
    is_quoted: bool = False
    """`48` may be meant as a number, `"48"` is a text."""

    @property
    def kind(self) -> str:
        """What the value is, for an error text that must not show it."""
        match self.value:
            case list():
                return "a list"
            case dict():
                return "a mapping"
            case scalar:
                return "nothing" if scalar is None else "a text"

    @property
    def plain(self) -> Plain:
        """The value without places."""
        match self.value:
            case list():
                return [each.plain for each in self.value]
            case dict():
                return {key: each.plain for key, each in self.value.items()}
            case scalar:
                return scalar


def load_yaml(path: Path, faults: Faults) -> Node | None:
    """Read a YAML file.

    Every value stays a text: `010`, `2026-11-26` and `no`, too. Aliases, anchors, tags and repeated keys are refused.

    :param faults: what is wrong is added to it.
    :return: None if it cannot be read at all.
    """
    try:
        reader = _Reader(path, yaml.parse(_text(path), yaml.SafeLoader), faults)
        return reader.document()
    except _RefusedError as error:
        faults.add(error.place, error.reason)
    except yaml.MarkedYAMLError as error:
        place = _place(path, error.problem_mark)
        faults.add(place, f"not YAML: {error.problem or error.context:.200}{_begun(error)}")
    except (ValueError, OverflowError) as error:
        # PyYAML converts characters and numbers, and does not catch the errors of Python.
        faults.add(Place(path), f"not YAML: {error}")
    except yaml.YAMLError as error:
        # A character that YAML does not allow. The error text names it by its number.
        faults.add(Place(path), f"not YAML: {' '.join(str(error).split()):.200}")
    return None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise _RefusedError(Place(path), f"cannot be read: {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise _RefusedError(Place(path), f"may have {LARGEST_FILE:,} bytes at most")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = f"not UTF-8: {error.reason} at byte {error.start + 1}"
        raise _RefusedError(Place(path), reason) from None


class _RefusedError(Exception):
    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason


class _Reader:
    """Builds values from the events of PyYAML's parser, one by one."""

    def __init__(self, path: Path, events: Iterator[yaml.Event], faults: Faults) -> None:
        self._path = path
        self._events = events
        self._faults = faults
        self._values = 0

    def document(self) -> Node:
        next(self._events)  # the start of the stream
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            return Node(Place(self._path), None, Place(self._path))
        value = self._value(next(self._events), 0)
        next(self._events)  # the end of the document
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            self._refuse(event, "a second document; write several jobs as a list under the key jobs")
        return value

    def _value(self, event: yaml.Event, depth: int, key_place: Place | None = None) -> Node:
        self._values += 1
        if self._values > MOST_VALUES:
            self._refuse(event, f"may have {MOST_VALUES:,} keys and values at most")
        if depth > DEEPEST:
            self._refuse(event, f"may be {DEEPEST} levels deep at most")
        if isinstance(event, yaml.AliasEvent) or (isinstance(event, yaml.NodeEvent) and event.anchor is not None):
            self._refuse(event, "aliases and anchors are not allowed, write the value out")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            self._refuse(event, "tags such as !!str are not allowed, every value is a text as it is")
        place = _place(self._path, event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            return Node(place, _scalar(event), key_place or place, is_quoted=event.style is not None)
        if isinstance(event, yaml.SequenceStartEvent):
            items = [self._value(item, depth + 1) for item in self._until(yaml.SequenceEndEvent)]
            return Node(place, items, key_place or place)
        return Node(place, self._mapping(depth), key_place or place)

    def _mapping(self, depth: int) -> dict[str, Node]:
        values: dict[str, Node] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._value(event, depth + 1)
            value = self._value(next(self._events), depth + 1, key.place)
            if not isinstance(key.value, str):
                self._faults.add(key.place, "a key must be a text")
            elif key.value in values:
                self._faults.add(key.place, f"{shown(key.value)}: the key is there twice")
            else:
                values[key.value] = value
        return values

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        while not isinstance(event := next(self._events), end):
            yield event

    def _refuse(self, event: yaml.Event, reason: str) -> NoReturn:
        raise _RefusedError(_place(self._path, event.start_mark), reason)


def _place(path: Path, mark: Any) -> Place:
    """Where a mark of PyYAML is; its reader in C has marks of its own class."""
    return Place(path, mark.line + 1, mark.column + 1) if mark else Place(path)


def _begun(error: yaml.MarkedYAMLError) -> str:
    """Where that begins which has no end."""
    begin, end = error.context_mark, error.problem_mark
    if begin is None or error.context is None or (end is not None and begin.index == end.index):
        return ""
    return f", {error.context:.200} that begins at {begin.line + 1}:{begin.column + 1}"


def _scalar(event: yaml.ScalarEvent) -> str | None:
    if event.style is not None:
        return _paired(event.value)
    return None if event.value in _NULLS else str(event.value)


def _paired(text: str) -> str:
    """A text in which two escapes that stand for one character, as JSON writes an emoji, are that character."""
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        # Half of a pair alone is refused where the text is used.
        return text
