"""The operation of an HTTP request and its parameters, from the service model."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from botocore.model import Shape
from botocore.utils import parse_timestamp

from bedrock_batch_local.engine import errors
from bedrock_batch_local.engine.api_model import operation

OPERATIONS = (
    "CreateModelInvocationJob",
    "GetModelInvocationJob",
    "ListModelInvocationJobs",
    "StopModelInvocationJob",
    "TagResource",
    "UntagResource",
    "ListTagsForResource",
)
TAG_OPERATIONS = frozenset(OPERATIONS[4:])

_SIGNED_FOR_BEDROCK = re.compile(r"Credential=[^/,\s]+/\d{8}/[^/,\s]+/bedrock/aws4_request")


def _pattern(name: str) -> re.Pattern[str]:
    # A jobIdentifier that is an ARN contains a slash, so a path parameter may contain any character.
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>.+)", operation(name).http["requestUri"]) + "/?")


# Longest first: otherwise ".../{jobIdentifier}/stop" would be the identifier of a Get.
_ROUTES = sorted(
    ((operation(name).http["method"], _pattern(name), name) for name in OPERATIONS),
    key=lambda route: -len(route[1].pattern),
)


def match(method: str, path: str, authorization: str) -> tuple[str, dict[str, str]] | None:
    """The operation and its path parameters. ``None`` if the request is for another service.

    The signing scope decides first: a bucket may also be called ``model-invocation-job``.
    """
    if not _SIGNED_FOR_BEDROCK.search(authorization):
        return None
    for of_method, pattern, name in _ROUTES:
        found = pattern.fullmatch(path)
        if of_method == method and found:
            return name, found.groupdict()
    return None


def parameters(name: str, in_path: Mapping[str, str], query: bytes, body: bytes) -> dict[str, Any]:
    """The parameters of an operation. ``SerializationException`` if they cannot be read."""
    members = operation(name).input_shape.members
    params: dict[str, Any] = dict(in_path)
    for key, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if key in members and members[key].serialization.get("location") == "querystring":
            params[key] = _from_text(members[key], key, value)
    return params | (_from_json(body) if body.strip() else {})


def _from_json(body: bytes) -> dict[str, Any]:
    try:
        members = json.loads(body)
    except (ValueError, RecursionError):
        raise errors.BatchApiError("SerializationException", "request body is not valid JSON") from None
    if not isinstance(members, dict):
        raise errors.BatchApiError("SerializationException", "request body is not a JSON object")
    return members


def _from_text(shape: Shape, key: str, value: str) -> Any:
    try:
        if shape.type_name == "timestamp":
            return parse_timestamp(value)
        return int(value) if shape.type_name in ("integer", "long") else value
    except ValueError:
        problem = f"{key} can not be read as {shape.type_name}"
        raise errors.BatchApiError("SerializationException", problem) from None
