"""The members of request bodies that ask for structured output: what they ask for, and their checks.

Most bodies of a batch have the same schema, so what was said of the last ones is kept.
"""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any, Final

from bedrock_batch.families import values
from bedrock_batch.families.fault import NONE, Fault
from bedrock_batch.families.schema import faults_of_schema

_TEXT_PATH: Final = "modelInput.outputConfig.textFormat.structure.jsonSchema.schema"
_OBJECT_PATH: Final = "modelInput.output_config.format.schema"
_KIND: Final = "json_schema"


def _text(path: str, value: Any) -> Sequence[Fault]:
    return NONE if isinstance(value, str) else (Fault(path, "must be a string: the schema as a JSON text"),)


_DEFINITION: Final = values.structure(
    {"schema": _text, "name": values.text, "description": values.text}, required=("schema",)
)
_TEXT_FORMAT: Final = values.structure(
    {
        "type": values.one_of(_KIND),
        "structure": values.structure({"jsonSchema": _DEFINITION}, required=("jsonSchema",)),
    },
    required=("type", "structure"),
)
_OUTPUT_CONFIG: Final = values.structure({"textFormat": _TEXT_FORMAT})
_FORMAT: Final = values.structure(
    {"type": values.one_of(_KIND), "schema": values.an_object}, required=("type", "schema")
)


class _Remembering:
    """A check of a member, with what it said of the last value. The path is always the same."""

    def __init__(self, check: values.Check) -> None:
        self._check = check
        self._last: tuple[Any, Sequence[Fault]] = (None, NONE)

    def __call__(self, path: str, value: Any) -> Sequence[Fault]:
        last, found = self._last
        try:
            # 0 is taken for false here. It is found all the same if the first schema of a file has it.
            if value == last:
                return found
            found = self._check(path, value)
            # A copy: the caller may change its own.
            self._last = (deepcopy(value), found)
        except RecursionError:
            return self._check(path, value)
        return found


def _of_converse(path: str, value: Any) -> Sequence[Fault]:
    found = _OUTPUT_CONFIG(path, value)
    if any(not fault.is_doubtful for fault in found) or value.get("textFormat") is None:
        return found
    return [*found, *_faults_of_text(value["textFormat"]["structure"]["jsonSchema"]["schema"])]


@lru_cache(maxsize=8)
def _faults_of_text(text: str) -> Sequence[Fault]:
    try:
        schema = json.loads(text)
    except ValueError:
        return (Fault(_TEXT_PATH, "is not the text of a JSON document"),)
    except RecursionError:
        return (Fault(_TEXT_PATH, "the JSON is nested too deeply"),)
    return faults_of_schema(schema, _TEXT_PATH)


def _of_claude(path: str, value: Any) -> Sequence[Fault]:
    if not isinstance(value, dict):
        return (Fault(path, "must be an object"),)
    # It has other members too.
    asked = value.get("format")
    if asked is None:
        return NONE
    found = [Fault(f"{path}.format{fault.member}", fault.reason, fault.is_doubtful) for fault in _FORMAT("", asked)]
    if any(not fault.is_doubtful for fault in found):
        return found
    return [*found, *faults_of_schema(asked["schema"], _OBJECT_PATH)]


def schema_of_converse(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The schema that a Converse body asks for; None if it asks for none, or in no form that is known."""
    try:
        found = _schema_in(body["outputConfig"]["textFormat"]["structure"]["jsonSchema"]["schema"])
    except (LookupError, TypeError):
        return None
    return found


@lru_cache(maxsize=8)
def _schema_in(text: str) -> dict[str, Any] | None:
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return schema if isinstance(schema, dict) else None


def schema_of_claude(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The schema that a body of Claude asks for; None as in a Converse body."""
    try:
        schema = body["output_config"]["format"]["schema"]
    except (LookupError, TypeError):
        return None
    return schema if isinstance(schema, dict) else None


output_config_of_converse: Final = _Remembering(_of_converse)
"""Of `outputConfig`, where the schema is a JSON text."""
output_config_of_claude: Final = _Remembering(_of_claude)
"""Of `output_config`, where the schema is an object."""
