"""The schemas take and refuse what the table says, option by option."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from batch.options.variants import Variant, variants
from jsonschema import Draft7Validator

from bedrock_batch.options import FILES, JOB_FILE, FileKind, Members, Text, schema_of
from bedrock_batch.options.kinds import Either, Entries, Items, Kind, Option, Several
from bedrock_batch.options.scalars import Word

VALIDATORS = {file.name: Draft7Validator(schema_of(file)) for file in FILES}
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


@each_file
def test_the_schema_is_valid(file: FileKind) -> None:
    Draft7Validator.check_schema(schema_of(file))


PARTS_OF: dict[type, Callable[[Any], list[Kind]]] = {
    Members: lambda kind: [each.kind for each in kind.options],
    Either: lambda kind: [kind.scalar, kind.members],
    Entries: lambda kind: [kind.key, kind.value],
    Items: lambda kind: [kind.of],
    Several: lambda kind: [kind.of],
    Word: lambda kind: [kind.otherwise] if kind.otherwise else [],
}


def within(kind: Kind) -> Iterator[Kind]:
    """A kind and all kinds in it."""
    yield kind
    for part in PARTS_OF[type(kind)](kind) if type(kind) in PARTS_OF else []:
        yield from within(part)


def options() -> list[Option]:
    """All rows of the table."""
    rows = [
        each for file in FILES for kind in within(file.members) if isinstance(kind, Members) for each in kind.options
    ]
    return [*rows, JOB_FILE.alternative] if JOB_FILE.alternative else rows


PARTS = [
    pytest.param(file, option, id=f"{file.name}.{option.name}") for file in FILES for option in file.members.options
]


def surprises(file: FileKind, found: Iterator[Variant]) -> list[str]:
    """What the schema of a file takes or refuses otherwise than the table."""
    return [label for label, value, is_right in found if VALIDATORS[file.name].is_valid(value) is not is_right]


@pytest.mark.parametrize(("file", "option"), PARTS)
def test_an_option_has_values_that_are_taken_and_values_that_are_refused(file: FileKind, option: Option) -> None:
    mark = f".{option.name}"
    found = [each for each in variants(file.members) if each[0].partition(" ")[0].startswith(mark)]

    assert {is_right for _, _, is_right in found} == {True, False}
    assert surprises(file, iter(found)) == []


@each_file
def test_a_file_is_taken_whole_and_refused_with_a_key_too_many_or_too_few(file: FileKind) -> None:
    found = [each for each in variants(file.members) if not each[0].startswith(".")]

    assert {is_right for _, _, is_right in found} == {True, False}
    assert surprises(file, iter(found)) == []


def test_several_jobs_are_one_file() -> None:
    assert JOB_FILE.alternative is not None
    found = [(label, {"jobs": value}, is_right) for label, value, is_right in variants(JOB_FILE.alternative.kind)]

    assert len(found) > 100
    assert surprises(JOB_FILE, iter(found)) == []
    assert not VALIDATORS["job-file"].is_valid({"jobs": found[0][1]["jobs"], "name": "a"})


@pytest.mark.parametrize(
    "text",
    {kind.allowed: kind for file in FILES for kind in within(file.members) if isinstance(kind, Text)}.values(),
    ids=lambda text: text.allowed,
)
def test_the_reader_takes_and_refuses_the_same_texts(text: Text) -> None:
    """`read` is what the reader asks."""
    for _, value, is_right in variants(text):
        if is_right:
            assert text.read(value, is_quoted=True) == value
        else:
            with pytest.raises(ValueError, match=r"^must "):
                text.read(value, is_quoted=True)


def test_each_default_that_is_a_plain_value_is_taken() -> None:
    found = [each for file in FILES for each in properties(schema_of(file)) if "default" in each[1]]

    assert {name for name, _ in found} >= {"restrict_to_profile", "run_id", "gate", "role_path", "max_records"}
    for name, schema in found:
        assert Draft7Validator(schema).is_valid(schema["default"]), name


def properties(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of a schema, wherever in it."""
    if isinstance(schema, dict):
        for name, value in schema.get("properties", {}).items():
            if isinstance(value, dict) and "title" in value:
                yield name, value
        for value in schema.values():
            yield from properties(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from properties(value)


def test_each_option_is_in_a_schema_with_its_sentence() -> None:
    shown = {(name, schema["description"]) for file in FILES for name, schema in properties(schema_of(file))}

    for option in options():
        assert any(name == option.name and text.startswith(option.sentence) for name, text in shown), option.name
