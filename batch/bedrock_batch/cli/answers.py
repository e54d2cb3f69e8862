"""Whether an answer satisfies the JSON Schema that its record asks for."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from bedrock_batch.families import faults_of_schema

Satisfies = Callable[[Any], bool]


class Answers:
    """Says whether answers are as asked for. A batch has one schema, or few."""

    def __init__(self) -> None:
        """No schema is known yet."""
        self._last: tuple[Mapping[str, Any], Satisfies] = ({}, _anything)

    def are_valid(self, text: str, schema: Mapping[str, Any]) -> bool:
        """Whether a text is JSON that satisfies the schema. Without jsonschema, whether it is JSON."""
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            # Also an answer that was cut off at the limit of tokens.
            return False
        known, satisfies = self._last
        if known != schema:
            satisfies = _validator(schema)
            self._last = (schema, satisfies)
        return satisfies(value)


def _validator(schema: Mapping[str, Any]) -> Satisfies:
    try:
        from jsonschema import Draft202012Validator  # noqa: PLC0415 - an extra, and slow to import
        from referencing import Registry  # noqa: PLC0415 - as above
    except ModuleNotFoundError:
        return _anything
    if any(not fault.is_doubtful for fault in faults_of_schema(schema, "schema")):
        # The service refuses it. What it has answered all the same is no worse for that.
        return _anything
    # Without a registry of its own it would ask the web for what a schema refers to.
    validator = Draft202012Validator(schema, registry=Registry())

    def satisfies(value: Any) -> bool:
        try:
            return bool(validator.is_valid(value))
        except Exception:
            return True

    return satisfies


def _anything(_value: Any) -> bool:
    return True
