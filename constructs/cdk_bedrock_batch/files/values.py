"""Values of a job file: each is checked before anything is made of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bedrock_batch.texts import shown
from cdk_bedrock_batch.files.yaml_reader import PlainText

if TYPE_CHECKING:
    from collections.abc import Collection

    from cdk_bedrock_batch.files.yaml_reader import Value

_WHOLE_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
_NUMBER: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,9})?")
# A path on common systems, and longer than any path in a repository.
_LONGEST_PATH: Final = 1024
# CloudFormation interprets the first two, CDK the next two, IAM the last two.
_INTERPRETED: Final = ("${", "{{", "#{", "Token[", "*", "?")


def text(value: Value) -> str:
    """A text that reaches templates, names and logs."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"must be a text that is not empty, got {shown(value)}")
    if not value.isprintable():
        raise ValueError(f"must not hold line breaks or control characters, got {shown(value)}")
    found = next((mark for mark in _INTERPRETED if mark in value), None)
    if found is not None:
        raise ValueError(f"must not hold {found!r}, which CloudFormation, CDK or IAM interprets, got {shown(value)}")
    return str(value)


def prose(value: Value) -> str:
    """A text that reaches records only: it may hold anything."""
    if not isinstance(value, str) or not value.strip():
        # What it holds is a prompt, which no log may show.
        raise ValueError("must be a text that is not empty")
    return str(value)


def path(value: Value) -> str:
    """The path of a file."""
    found = text(value)
    if len(found) > _LONGEST_PATH:
        raise ValueError(f"must be a path of at most {_LONGEST_PATH} characters, got {shown(found)}")
    return found


def whole_number(value: Value, unit: str) -> int:
    """A number of something, above zero."""
    if not isinstance(value, PlainText) or not _WHOLE_NUMBER.fullmatch(value):
        raise ValueError(f"must be a whole number of {unit}, got {shown(value)}")
    return int(value)


def number(value: Value) -> float:
    """A number from zero."""
    if not isinstance(value, PlainText) or not _NUMBER.fullmatch(value):
        raise ValueError(f"must be a number from zero, such as 0.5, got {shown(value)}")
    return float(value)


def flag(value: Value) -> bool:
    """A switch."""
    known = {"true": True, "false": False}
    if not isinstance(value, PlainText) or value not in known:
        raise ValueError(f"must be true or false, got {shown(value)}")
    return known[value]


def word(value: Value, allowed: Collection[str]) -> str:
    """One of some words."""
    try:
        found = text(value)
    except ValueError:
        found = ""
    if found not in allowed:
        raise ValueError(f"must be one of {', '.join(allowed)}, got {shown(value)}")
    return found
