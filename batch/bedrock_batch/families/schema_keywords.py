"""The keywords of JSON Schema: which ones structured output takes, and what their values must be."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final

# bedrock/latest/userguide/structured-output.html, and where that is silent
# platform.claude.com/docs/en/build-with-claude/structured-outputs, both read on 2026-11-27.
TYPES: Final = ("object", "array", "string", "integer", "number", "boolean", "null")
_FORMATS: Final = ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid")
_TOO_MUCH: Final = re.compile(r"\(\?<?[=!]|\\[bB1-9]")
# The page writes `$def`; Draft 2020-12 has `$defs`.
MAPS: Final = ("properties", "$defs", "definitions", "$def")
LISTS: Final = ("anyOf", "allOf")
# The numbers and strings: both pages. The arrays: Claude's page, and Bedrock's own answer for maxItems
# (github.com/vercel/ai/issues/17197). oneOf and propertyNames: Claude's own answers (github.com/vercel/ai/pull/16612).
_REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"),
            *("maxItems", "uniqueItems", "propertyNames"),
        ),
        "structured output does not take it; say it in description",
    ),
    "oneOf": "structured output does not take it; use anyOf",
}
# Draft 2020-12 has them. Neither page says whether structured output takes them.
_OTHERS: Final = (
    *("contains", "maxContains", "minContains", "prefixItems", "unevaluatedItems", "unevaluatedProperties"),
    *("dependentRequired", "dependentSchemas", "maxProperties", "minProperties", "patternProperties"),
    *("if", "then", "else", "not", "contentEncoding", "contentMediaType", "contentSchema", "$anchor", "$id"),
    *("$dynamicAnchor", "$dynamicRef", "$vocabulary"),
)


def _type(value: Any) -> str | None:
    words = value if isinstance(value, list) and value else [value]
    if not all(isinstance(word, str) and word in TYPES for word in words):
        return f"must be one of {', '.join(TYPES)}, or a list of them"
    return "has a type twice" if len(set(words)) < len(words) else None


def _enum(value: Any) -> str | None:
    if not isinstance(value, list) or not value:
        return "must be a list that is not empty"
    if any(isinstance(each, dict | list) for each in value):
        return "may hold strings, numbers, true, false and null only"
    return None


def _names(value: Any) -> str | None:
    is_list = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return None if is_list else "must be a list of strings"


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else "must be a string"


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _list(value: Any) -> str | None:
    return None if isinstance(value, list) else "must be a list"


def _schemas(value: Any) -> str | None:
    return None if isinstance(value, list) and value else "must be a list of schemas that is not empty"


def _map(value: Any) -> str | None:
    return None if isinstance(value, dict) else "must be an object with a schema for each name"


def _anything(_value: Any) -> str | None:
    return None


def _min_items(value: Any) -> str | None:
    return None if type(value) is int and value in {0, 1} else "must be 0 or 1, which structured output takes only"


def _closed(value: Any) -> str | None:
    return None if value is False else "must be false"


# Taken keywords, with what must be true of their values. The values of `items` and `$ref` are looked at elsewhere.
TAKEN: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "type": _type,
    "enum": _enum,
    "required": _names,
    "additionalProperties": _closed,
    "minItems": _min_items,
    **dict.fromkeys(("const", "default", "items"), _anything),
    **dict.fromkeys(("$ref", "$schema", "$comment", "title", "description", "format", "pattern"), _text),
    **dict.fromkeys(("deprecated", "readOnly", "writeOnly"), _flag),
    **dict.fromkeys(LISTS, _schemas),
    **dict.fromkeys(MAPS, _map),
    "examples": _list,
}
_KEYWORDS: Final = (*(name for name in TAKEN if name != "$def"), *_REFUSED, *_OTHERS)


def is_keyword(name: str) -> bool:
    """Whether JSON Schema has it."""
    return name in TAKEN or name in _REFUSED or name in _OTHERS


def refusal(name: str) -> tuple[str, bool]:
    """Why a name that is not in `TAKEN` is one too many, and whether that is doubtful."""
    if name in _REFUSED:
        return _REFUSED[name], False
    if name in _OTHERS:
        return "AWS does not document this keyword for structured output", True
    return f"not a keyword of JSON Schema{hint(name)}", True


def hint(name: str) -> str:
    """The keyword that is meant, if a name is nearly one."""
    # The time that a comparison takes grows with the length.
    near = get_close_matches(name, _KEYWORDS, 1, 0.75) if len(name) < 30 else []
    return f"; did you mean {near[0]}?" if near else ""


def doubt_of_format(value: str) -> str | None:
    """What is doubtful of a format."""
    return None if value in _FORMATS else f"AWS documents these formats only: {', '.join(_FORMATS)}"


def doubt_of_pattern(value: str) -> str | None:
    """What is doubtful of a regular expression."""
    return "Claude takes no lookaround, backreference or word boundary" if _TOO_MUCH.search(value) else None
