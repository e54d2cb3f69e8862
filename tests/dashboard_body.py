"""The structure of a dashboard's body, as Amazon CloudWatch documents it, and a body as a template has it.

Source: Amazon CloudWatch API Reference, "Dashboard Body Structure and Syntax". Only what this library uses.
"""

from __future__ import annotations

from typing import Any

import jsonschema

_TEXT = {"type": "string", "minLength": 1}
_AXIS = {
    "type": "object",
    "properties": {
        "label": _TEXT,
        "min": {"type": "number"},
        "max": {"type": "number"},
        "showUnits": {"type": "boolean"},
    },
    "additionalProperties": False,
}
_METRIC_OPTIONS = {
    "type": "object",
    "properties": {
        "accountId": _TEXT,
        "label": _TEXT,
        "period": {"type": "integer", "multipleOf": 60},
        "region": _TEXT,
        "stat": {"enum": ["Maximum"]},
    },
    "additionalProperties": False,
}
_PROPERTIES: dict[str, dict[str, Any]] = {
    "text": {"required": ["markdown"], "properties": {"markdown": _TEXT}},
    "alarm": {
        "required": ["alarms"],
        "properties": {"title": _TEXT, "alarms": {"type": "array", "items": _TEXT, "maxItems": 100}},
    },
    "log": {
        "required": ["region", "query"],
        "properties": {
            "title": _TEXT,
            "region": _TEXT,
            "query": {"type": "string", "pattern": "^SOURCE '", "maxLength": 10_000},
            "view": {"enum": ["table"]},
        },
    },
    "metric": {
        "required": ["metrics", "region"],
        "properties": {
            "title": _TEXT,
            "region": _TEXT,
            "view": {"enum": ["timeSeries", "bar"]},
            "metrics": {
                "type": "array",
                "minItems": 1,
                "maxItems": 500,
                "items": {"type": "array", "minItems": 4, "contains": _METRIC_OPTIONS, "maxContains": 1},
            },
            "annotations": {"type": "object"},
            "yAxis": {"type": "object", "properties": {"left": _AXIS}, "additionalProperties": False},
            "setPeriodToTimeRange": {"type": "boolean"},
        },
    },
}
_GRID = 24


def _widget(kind: str) -> dict[str, Any]:
    return {
        "required": ["type", "properties", "x", "y", "width", "height"],
        "properties": {
            "type": {"const": kind},
            "x": {"type": "integer", "minimum": 0, "maximum": _GRID - 1},
            "y": {"type": "integer", "minimum": 0},
            "width": {"type": "integer", "minimum": 1, "maximum": _GRID},
            "height": {"type": "integer", "minimum": 1, "maximum": 1000},
            "properties": {**_PROPERTIES[kind], "additionalProperties": False},
        },
        "additionalProperties": False,
    }


_BODY = {
    "type": "object",
    "required": ["widgets"],
    "properties": {
        "start": {"type": "string", "pattern": "^-P"},
        "widgets": {"type": "array", "maxItems": 500, "items": {"oneOf": [_widget(kind) for kind in _PROPERTIES]}},
    },
    "additionalProperties": False,
}


def check_structure(body: object) -> None:
    """Check a body.

    :raises jsonschema.ValidationError: it has another structure.
    """
    jsonschema.validate(body, _BODY)


def joined(body: Any) -> str:
    """The text of a body in a template. `{LogicalId}` stands for what only a deployment knows."""
    if isinstance(body, str):
        return body
    parts = body["Fn::Join"][1]
    return "".join(part if isinstance(part, str) else _named(part) for part in parts)


def _named(value: dict[str, Any]) -> str:
    match value:
        case {"Ref": name}:
            return f"{{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{{{name}.{attribute}}}"
        case {"Fn::ImportValue": name}:
            return f"{{{name}}}"
        case _:
            raise AssertionError(value)
