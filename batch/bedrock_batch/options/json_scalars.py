"""Scalars in JSON Schema. Editors show `errorMessage` in place of their own words; other validators ignore it."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from bedrock_batch.options.descriptions import must_be
from bedrock_batch.options.ecma import HARMLESS, NOT_BLANK, pattern_of
from bedrock_batch.options.scalars import Flag, LocalPath, Number, Prose, Text, WholeNumber, Word

Schema = dict[str, Any]

# The reader takes every scalar as the text that is written. An editor sees `run_id: 7` as a number.
_ANY_SCALAR = ["string", "number", "boolean"]
_BOOLEANS = ("true", "false")
_LONGEST_NUMBER = 64
_NUMBERS = ("1.5", "-1", *("1" * length for length in range(1, _LONGEST_NUMBER + 1)))


@singledispatch
def scalar_schema(kind: object) -> Schema:
    """The schema of a scalar.

    :raises TypeError: the kind is not one of a scalar.
    """
    raise TypeError(f"not a scalar: {kind!r}")


@scalar_schema.register
def _(kind: Text) -> Schema:
    examples = {"examples": list(kind.examples)} if kind.examples else {}
    return {"type": _types(kind), **form_of(kind), **_message(must_be(kind)), **examples}


@scalar_schema.register
def _(kind: Prose) -> Schema:
    return {"type": _ANY_SCALAR, "pattern": NOT_BLANK, **_message(kind.allowed)}


@scalar_schema.register
def _(kind: WholeNumber) -> Schema:
    return {"type": "integer", "minimum": kind.low, "maximum": kind.high, **_message(kind.allowed)}


@scalar_schema.register
def _(kind: Number) -> Schema:
    # Nine digits before the point.
    highest = {"exclusiveMaximum": 10**9} if kind.most is None else {"maximum": kind.most}
    return {"type": "number", "minimum": 0, **highest, **_message(kind.allowed)}


@scalar_schema.register
def _(kind: Flag) -> Schema:
    return {"type": "boolean", **_message(kind.allowed)}


@scalar_schema.register
def _(kind: Word) -> Schema:
    message = _message(kind.allowed)
    words: Schema = {"type": "string", **_one_of(kind.words), **message}
    return words if kind.otherwise is None else {"anyOf": [words, {**scalar_schema(kind.otherwise), **message}]}


@scalar_schema.register
def _(kind: LocalPath) -> Schema:
    return {**scalar_schema(kind.text), **_message(must_be(kind))}


def form_of(text: Text) -> Schema:
    """The length and the pattern of a text, for a value or for a key."""
    return {
        **({} if text.may_be_empty else {"minLength": 1}),
        **({} if text.longest is None else {"maxLength": text.longest}),
        "pattern": HARMLESS if text.pattern is None else pattern_of(text.pattern),
    }


def _one_of(words: tuple[str, ...]) -> Schema:
    return {"enum": list(words)} if len(words) > 1 else {"const": words[0]}


def _message(allowed: str) -> Schema:
    return {"errorMessage": f"must be {allowed}"}


def _types(text: Text) -> str | list[str]:
    """A number or a switch is allowed only where a text in that form can match."""
    if text.pattern is None:
        return _ANY_SCALAR
    others = {"number": _NUMBERS, "boolean": _BOOLEANS}
    found = [name for name, forms in others.items() if any(map(text.pattern.fullmatch, forms))]
    return ["string", *found] if found else "string"
