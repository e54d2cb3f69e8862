"""One line of a file of records."""

import json
from decimal import Decimal
from functools import partial

import pytest

from bedrock_batch.record import faults_of, parse_record


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_fails_on_a_constant_that_json_does_not_have(constant: str) -> None:
    with pytest.raises(ValueError, match=f"^not JSON: {constant} is not a JSON number$"):
        parse_record(b'{"modelInput": ' + constant.encode() + b"}")


def test_a_value_of_another_parser_is_told_by_its_type() -> None:
    record = parse_record(b'{"modelInput": 1.5}', partial(json.loads, parse_float=Decimal))

    assert list(faults_of(record)) == ["modelInput must be a JSON object, got a Decimal"]


def test_all_faults_of_a_record_are_told() -> None:
    assert list(faults_of({"recordId": 1, "modelInput": False})) == [
        "modelInput must be a JSON object, got a boolean",
        "recordId must be a string that is not empty, got a number",
    ]


@pytest.mark.parametrize("record", [{"modelInput": {}}, {"modelInput": {}, "recordId": "x", "more": 1}])
def test_what_the_service_documents_has_no_faults(record: dict[str, object]) -> None:
    assert list(faults_of(record)) == []
