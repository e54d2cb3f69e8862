"""What a model says of a body that it does not accept, in the words of the service where they are known.

The table of families says what is wrong; a doubtful fault is no reason to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bedrock_batch.families import Family, Fault
from bedrock_batch_local.inference import schema_refusals
from bedrock_batch_local.inference.bodies import RefusedBody

_PATH = "modelInput"
# Models behind a JSON schema name a path; the others name a field.
_BY_FIELD = frozenset({"Anthropic Claude", "the Converse API", "chat completions"})
_LENGTH = re.compile(r"may have ([\d,]+) characters at most$")


def check(family: Family, body: Mapping[str, Any]) -> None:
    """``RefusedBody`` with the first certain fault."""
    if missing := next((member for member in family.required if _is_missing(family, body, member)), None):
        raise RefusedBody(_required(family, missing))
    if fault := next((fault for fault in family.check(body) if not fault.is_doubtful), None):
        raise RefusedBody(_words(family, body, fault))


def _is_missing(family: Family, body: Mapping[str, Any], member: str) -> bool:
    return body.get(member) in (None, "", [], {}) if family.name in _BY_FIELD else member not in body


def _required(family: Family, member: str) -> str:
    return (
        f"{member}: Field required" if family.name in _BY_FIELD else _malformed(f"#: required key [{member}] not found")
    )


def _extraneous(family: Family, member: str) -> str:
    if family.name in _BY_FIELD:
        return f"{member}: Extra inputs are not permitted"
    return _malformed(f"extraneous key [{member}] is not permitted")


def _malformed(problem: str) -> str:
    return f"Malformed input request: {problem}, please reformat your input and try again."


def _words(family: Family, body: Mapping[str, Any], fault: Fault) -> str:
    names = fault.member.split(".")[1:]
    unknown = next((member for member in body if member not in {*family.required, *family.optional}), None)
    if unknown is not None and names in ([], [unknown]):
        return _extraneous(family, unknown)
    if fault.reason == f"required by {family.name}":
        return _required(family, names[-1])
    if said := schema_refusals.words_of(fault):
        return said
    if fault.reason.startswith("`"):
        # The reason is the service's own text.
        return fault.reason
    if family.name in _BY_FIELD:
        return f"{'.'.join(names) or _PATH}: {fault.reason}"
    return _malformed(_schema_words("".join(f"/{name}" for name in names), fault.reason, _value(body, names)))


def _schema_words(path: str, reason: str, value: Any) -> str:
    if found := _LENGTH.search(reason):
        length = int(found[1].replace(",", ""))
        if isinstance(value, list):
            position, value = next((at, each) for at, each in enumerate(value) if len(each) > length)
            path = f"{path}/{position}"
        return f"#{path}: expected maxLength: {length}, actual: {len(value)}"
    if reason.startswith("must be one of") and isinstance(value, str | int):
        return f"#{path}: {value} is not a valid enum value"
    return f"#{path}: {reason}"


def _value(body: Any, names: list[str]) -> Any:
    for name in names:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body
