"""Validates requests as the service does: every constraint of the service model, all violations in one error.

botocore checks required members, types and minimum lengths before it sends. It leaves patterns, maxima and enumerations
to the service, so they are checked here. Nothing is copied from the model: its shapes are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from bedrock_batch_local.engine import errors
from bedrock_batch_local.engine.api_model import operation

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (Mapping,),
    "list": (list, tuple),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
}


def check_request(operation_name: str, params: Mapping[str, Any]) -> None:
    """Check ``params`` against the input shape of an operation.

    Raises ``ValidationException`` that names every violated constraint, or ``SerializationException`` for a wrong type.
    """
    shape = operation(operation_name).input_shape
    problems = list(_violations(shape, params, ""))
    if problems:
        noun = "error" if len(problems) == 1 else "errors"
        raise errors.validation(f"{len(problems)} validation {noun} detected: " + "; ".join(problems))


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    kinds = _PYTHON_TYPES.get(shape.type_name)
    if kinds and (not isinstance(value, kinds) or (isinstance(value, bool) and int in kinds)):
        raise errors.BatchApiError(
            "SerializationException", f"{path or 'request'} can not be read as {shape.type_name}"
        )
    if isinstance(shape, StructureShape):
        yield from _of_structure(shape, value, path)
    elif isinstance(shape, ListShape):
        yield from _of_size(shape, len(value), value, path, "length")
        for position, member in enumerate(value, start=1):
            yield from _violations(shape.member, member, f"{path}.{position}.member")
    elif shape.type_name == "string":
        yield from _of_string(shape, value, path)
    elif shape.type_name in ("integer", "long"):
        yield from _of_size(shape, value, value, path, "value")


def _of_structure(shape: StructureShape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    given = {name: member for name, member in value.items() if name in shape.members and member is not None}
    for name in shape.required_members:
        if name not in given:
            yield f"Value null at '{_join(path, name)}' failed to satisfy constraint: Member must not be null"
    if shape.is_tagged_union and len(given) != 1:
        allowed = ", ".join(shape.members)
        yield f"Value at '{path}' failed to satisfy constraint: Exactly one member must be set of [{allowed}]"
    for name, member in given.items():
        yield from _violations(shape.members[name], member, _join(path, name))


def _of_string(shape: Shape, value: str, path: str) -> Iterator[str]:
    yield from _of_size(shape, len(value), value, path, "length")
    if shape.enum and value not in shape.enum:
        yield _broken(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern")
    # A value that is too long is refused anyway, and a pattern is fast only on short values.
    if pattern and len(value) <= shape.metadata.get("max", len(value)) and not _matches(pattern, value):
        yield _broken(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _of_size(shape: Shape, size: int, value: Any, path: str, what: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield _broken(value, path, f"Member must have {what} greater than or equal to {low}")
    if high is not None and size > high:
        yield _broken(value, path, f"Member must have {what} less than or equal to {high}")


def _broken(value: Any, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _matches(pattern: str, value: str) -> bool:
    if "(-*[" in pattern:
        # "(-*[a-z-])*" can split a run of hyphens in exponentially many ways before it fails. A run of two hyphens has
        # the same result, and a value that passes in this form passes the whole pattern at once.
        squeezed = re.sub("-{3,}", "--", value)
        if not _compiled(pattern).fullmatch(squeezed):
            return False
    return _compiled(pattern).fullmatch(value) is not None
