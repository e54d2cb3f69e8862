"""JSON Schemas of the files, made of the table. Editors complete and check files with them.

They are of draft 7, which editors of YAML know best. An editor sees values and not how they are written, so a schema
takes a little more than the reader: `0x30` for a number, and keys that only together are wrong.
"""

from __future__ import annotations

import json
from typing import Final

from bedrock_batch.options.descriptions import default_of, description_of, must_be
from bedrock_batch.options.files import FileKind
from bedrock_batch.options.json_scalars import Schema, form_of, scalar_schema
from bedrock_batch.options.kinds import Either, Entries, Items, Kind, Members, Option, Several

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_JOB: Final = "#/definitions/job"


def schema_of(file: FileKind) -> Schema:
    """The JSON Schema of a kind of file, the same in each run."""
    about: Schema = {
        "$schema": _DRAFT,
        "title": f"cdk-bedrock-batch: {file.name}",
        "description": file.sentence,
    }
    if file.alternative is None:
        return {**about, **_of_kind(file.members)}
    name = file.alternative.name
    several = _mapping("several jobs", (file.alternative,), required=(name,), chosen=name)
    several["properties"][name]["items"] = {"$ref": _JOB}
    job = {"title": "a job", **_of_kind(file.members)}
    return {**about, "oneOf": [{"$ref": _JOB}, several], "definitions": {"job": job}}


def schema_text(file: FileKind) -> str:
    """The content of `<name>.schema.json`."""
    return json.dumps(schema_of(file), indent=2) + "\n"


def _of_kind(kind: Kind) -> Schema:
    if isinstance(kind, Either):
        # Editors show the message of the first branch if no branch is better than another.
        scalar = {
            "title": kind.scalar.allowed,
            **scalar_schema(kind.scalar),
            "errorMessage": f"must be {must_be(kind)}",
        }
        return {"oneOf": [scalar, *(_branches(kind.members) if kind.members.one_of else [_of_kind(kind.members)])]}
    if isinstance(kind, Members):
        if kind.one_of:
            return {"oneOf": _branches(kind)}
        return _mapping("", kind.options, required=tuple(each.name for each in kind.options if each.is_required))
    if isinstance(kind, Items | Several):
        return {"type": "array", "minItems": kind.low, "maxItems": kind.high, "items": _of_kind(kind.of)}
    if isinstance(kind, Entries):
        return _entries(kind)
    return scalar_schema(kind)


def _entries(kind: Entries) -> Schema:
    return {
        "type": "object",
        "maxProperties": kind.most,
        "propertyNames": {**form_of(kind.key), "errorMessage": f"a key must be {must_be(kind.key)}"},
        "additionalProperties": _of_kind(kind.value),
    }


def _branches(kind: Members) -> list[Schema]:
    """A branch for each key of which there must be exactly one, with the keys that are allowed beside it.

    No file fits two branches. An editor takes the branch with the most keys, completes its keys and shows its faults.
    """
    branches = []
    for name in kind.one_of:
        options = tuple(
            each
            for each in kind.options
            if each.name == name or (each.name not in kind.one_of and name in (each.beside or kind.one_of))
        )
        required = (name, *(each.name for each in options if each.is_required and each.name != name))
        branches.append(_mapping(name, options, required=required, chosen=name))
    return branches


def _mapping(title: str, options: tuple[Option, ...], *, required: tuple[str, ...], chosen: str = "") -> Schema:
    return {
        **({"title": title} if title else {}),
        "type": "object",
        "properties": {each.name: _property(each, is_chosen=each.name == chosen) for each in options},
        **({"required": list(required)} if required else {}),
        "additionalProperties": False,
    }


def _property(option: Option, *, is_chosen: bool) -> Schema:
    default = default_of(option)
    return {
        "title": option.name,
        "description": description_of(option, is_chosen=is_chosen),
        **_of_kind(option.kind),
        **({} if default is None or is_chosen else {"default": default}),
    }
