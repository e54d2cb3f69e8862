"""Values of each kind that are right and wrong, made of the table: no rule is written here a second time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import Any

from bedrock_batch.options import (
    Either,
    Entries,
    Flag,
    Items,
    LocalPath,
    Members,
    Number,
    Option,
    Prose,
    Several,
    Text,
    WholeNumber,
    Word,
)

Variant = tuple[str, Any, bool]
"""Where it is, a value, and whether it is right."""


@singledispatch
def variants(kind: object) -> Iterator[Variant]:
    """Values of a kind. The first is right."""
    raise TypeError(type(kind))


def good(kind: object) -> Any:
    """A value that is right."""
    return next(variants(kind))[1]


@variants.register
def _(kind: Text) -> Iterator[Variant]:
    yield from _right(*kind.examples)
    yield from _wrong(None, [], {}, [kind.examples[0]], f"{kind.examples[0]}${{x}}", "\u00e9\n", "{{x}}", "*")
    yield from [] if kind.may_be_empty else _wrong("")
    yield from [] if kind.longest is None else _wrong("a" * (kind.longest + 1))


@variants.register
def _(_kind: Prose) -> Iterator[Variant]:
    yield from _right("Why?", "${x} {{x}} *\n", 7, True)
    yield from _wrong("", " \n", None, [], {})


@variants.register
def _(kind: WholeNumber) -> Iterator[Variant]:
    yield from _right(kind.low, kind.high)
    yield from _wrong(kind.low - 1, kind.high + 1, kind.low + 0.5, str(kind.low), True, None, [])


@variants.register
def _(kind: Number) -> Iterator[Variant]:
    highest = 12 if kind.most is None else kind.most
    yield from _right(0.5, 0, highest)
    yield from _wrong(-1, 10**9, "0.5", False, None, [])
    if kind.most is not None:
        yield from _wrong(kind.most + 0.25)


@variants.register
def _(_kind: Flag) -> Iterator[Variant]:
    yield from _right(True, False)
    yield from _wrong("true", 1, None, [])


@variants.register
def _(kind: Word) -> Iterator[Variant]:
    yield from _right(*kind.words)
    yield from _wrong(kind.words[0].swapcase(), f"{kind.words[0]}s", "", None, [], 7)
    if kind.otherwise is not None:
        yield from (each for each in variants(kind.otherwise) if each[1] not in kind.words)


@variants.register
def _(kind: LocalPath) -> Iterator[Variant]:
    yield from _right("records/june.jsonl", 7)
    yield from _wrong("", "a\nb", "${x}", "{{x}}", "a*", "a" * ((kind.text.longest or 0) + 1), None, [])


@variants.register
def _(kind: Items) -> Iterator[Variant]:
    item = good(kind.of)
    yield from _right([item] * kind.low, [item] * min(kind.high, 1_000))
    yield from _wrong([], [item] * (kind.high + 1), item, None, {})
    yield from ((f"[0]{label}", [value], is_right) for label, value, is_right in variants(kind.of))


@variants.register
def _(kind: Entries) -> Iterator[Variant]:
    name, value = kind.key.examples[-1], good(kind.value)
    yield from _right({name: value}, {})
    yield from _wrong({f"{name}{number}": value for number in range(kind.most + 1)}, [], None, "text")
    yield from ((f".{name}{label}", {name: each}, is_right) for label, each, is_right in variants(kind.value))
    keys = ((label, key, is_right) for label, key, is_right in variants(kind.key) if isinstance(key, str))
    yield from ((f" key{label}", {key: value}, is_right) for label, key, is_right in keys)


@variants.register
def _(kind: Members) -> Iterator[Variant]:
    if kind.one_of:
        for name in kind.one_of:
            yield from _chosen(kind, name)
        yield from _wrong({}, None, [], {each: good(_option(kind, each).kind) for each in kind.one_of})
        return
    needed = {each.name: good(each.kind) for each in kind.options if each.is_required}
    yield from _right(needed, {each.name: good(each.kind) for each in kind.options})
    yield from _wrong({**needed, "unknown": 1}, None, [], "text")
    yield from _wrong(*({**needed, name: None} for name in needed))
    yield from _wrong(*({each: value for each, value in needed.items() if each != name} for name in needed))
    for option in kind.options:
        yield from _of_option(option, needed)


@variants.register
def _(kind: Either) -> Iterator[Variant]:
    yield from (each for each in variants(kind.scalar) if each[1] != {})
    yield from variants(kind.members)


@variants.register
def _(kind: Several) -> Iterator[Variant]:
    item = good(kind.of)
    yield from _right([item] * kind.low, [item] * kind.high)
    yield from _wrong([], [item] * (kind.high + 1), None, item)
    yield from ((f"[0]{label}", [value], is_right) for label, value, is_right in variants(kind.of))


def _chosen(kind: Members, name: str) -> Iterator[Variant]:
    """A mapping with one of the keys of which there must be one, and each other key beside it."""
    yield from _of_option(_option(kind, name), {})
    needed = {name: good(_option(kind, name).kind)}
    yield from _wrong({**needed, "unknown": 1})
    for option in kind.options:
        if option.name in kind.one_of:
            yield from [] if option.name == name else _wrong({**needed, option.name: good(option.kind)})
        elif name in (option.beside or kind.one_of):
            yield from _of_option(option, needed)
        else:
            yield f".{option.name} beside {name}", {**needed, option.name: good(option.kind)}, False


def _option(kind: Members, name: str) -> Option:
    option = kind.named(name)
    assert option is not None
    return option


def _of_option(option: Option, needed: dict[str, Any]) -> Iterator[Variant]:
    for label, value, is_right in variants(option.kind):
        yield f".{option.name}{label}", {**needed, option.name: value}, is_right


def _right(*values: Any) -> Iterator[Variant]:
    return ((f" = {value!r:.60}", value, True) for value in values)


def _wrong(*values: Any) -> Iterator[Variant]:
    return ((f" = {value!r:.60}", value, False) for value in values)
