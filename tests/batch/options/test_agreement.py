"""The schemas take and refuse the files of `agreement.py`, as an editor reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from batch.options.agreement import AGREED, ONLY_THE_READER_REFUSES, Case
from batch.options.core_yaml import load
from batch.options.test_schema_values import VALIDATORS, options

from bedrock_batch.options import FILES


def keys(value: Any) -> Iterator[str]:
    """Every key, wherever in a value."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from keys(each)
    elif isinstance(value, list):
        for each in value:
            yield from keys(each)


@pytest.mark.parametrize("case", AGREED, ids=lambda case: f"{case.file}: {case.text[-60:]!r}")
def test_the_schema_agrees(case: Case) -> None:
    assert VALIDATORS[case.file].is_valid(load(case.text)) is case.is_right


@pytest.mark.parametrize("case", ONLY_THE_READER_REFUSES, ids=lambda case: f"{case.file}: {case.text[-60:]!r}")
def test_the_schema_takes_what_only_the_reader_can_refuse(case: Case) -> None:
    assert VALIDATORS[case.file].is_valid(load(case.text))


@pytest.mark.parametrize("is_right", [True, False])
def test_every_option_is_there(is_right: bool) -> None:
    found = {key for case in AGREED if case.is_right is is_right for key in keys(load(case.text))}

    assert {option.name for option in options()} <= found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_kind_of_file_has_both(file: Any) -> None:
    assert {case.is_right for case in AGREED if case.file == file.name} == {True, False}
    assert len({case.text for case in AGREED if case.file == file.name}) >= 60
