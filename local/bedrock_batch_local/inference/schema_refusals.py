"""What the service says of a wrong JSON Schema in a request body."""

from __future__ import annotations

import re

from bedrock_batch.families import Fault

# Claude's name of the member, which the service says for Converse too: github.com/future-agi/future-agi/pull/412.
_MEMBER = "output_config.format.schema"
_PLACE = re.compile(
    r"modelInput\.(?:output_config\.format\.schema|outputConfig\.textFormat\.structure\.jsonSchema\.schema)(?=\.|$)"
)
_OPEN = "For 'object' type, 'additionalProperties' must be explicitly set to false"
_ITEMS = "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
_TYPE_OF = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
    **dict.fromkeys(("minLength", "maxLength"), "string"),
    **dict.fromkeys(("maxItems", "uniqueItems"), "array"),
    "propertyNames": "object",
}


def words_of(fault: Fault) -> str | None:
    """What the service says of a fault in a schema. None for other faults.

    The texts of keywords are the service's own (github.com/vercel/ai/issues/17197 and others), but it says integer
    where the type is. What follows "Invalid schema" is ours.
    """
    place = _PLACE.match(fault.member)
    if place is None or fault.reason == "required":
        return None
    inside = fault.member[place.end() :].lstrip(".")
    return f"{_MEMBER}: {_reason(inside, fault.reason)}"


def _reason(inside: str, reason: str) -> str:
    keyword = inside.rpartition(".")[2]
    if reason.startswith("required with type"):
        return _OPEN
    if reason.startswith("must be 0 or 1"):
        return _ITEMS
    if "does not take it" in reason:
        kind = _TYPE_OF.get(keyword)
        said = f"For '{kind}' type, property '{keyword}'" if kind else f"Schema type '{keyword}'"
        return f"{said} is not supported"
    if "recursive" in reason:
        return "Too many recursive definitions in schema"
    return f"Invalid schema: {inside}: {reason}" if inside else f"Invalid schema: {reason}"
