"""The columns of the table that the records were built from, beside their rows."""

from __future__ import annotations

import json
from typing import Any

from batch.results.test_collect import answer, body, lines, small

from bedrock_batch.results import Outcome, Row


def columns(*found: Any) -> Any:
    return lambda: iter(lines(found))


def test_each_row_has_the_columns_of_its_record_in_any_order() -> None:
    found = [{"recordId": f"r{number}", "columns": {"question": number}} for number in (2, 0, 1)]
    with small(columns=columns(*found)) as results:
        assert [row.columns for row in results] == [{"question": 0}, {"question": 1}, {"question": 2}]
        assert results.column_names == ("question",)
        assert results.notes == ()


def test_a_record_without_output_has_its_columns_too() -> None:
    with small("Stopped", [], columns=columns({"recordId": "r1", "columns": {"a": "x", "b": None}})) as results:
        assert [(row.outcome, row.columns) for row in results] == [
            (Outcome.CANCELLED, None),
            (Outcome.CANCELLED, {"a": "x", "b": None}),
            (Outcome.CANCELLED, None),
        ]
        assert results.column_names == ("a", "b")


def test_damaged_columns_are_a_note_and_the_others_are_read() -> None:
    good = lines([{"recordId": "r0", "columns": {"a": 1}}])
    damaged = [
        b"secret\n",
        *good,
        b'{"recordId": "r1", "columns": [1]}\n',
        b'{"columns": {}}\n',
        b'{"recordId": "r2", "co',
    ]
    with small(columns=lambda: iter(damaged)) as results:
        assert [row.columns for row in results] == [{"a": 1}, None, None]
        assert results.notes == ("a line of the columns cannot be read (4 times)",)


def test_columns_of_no_record_are_no_row() -> None:
    with small(columns=columns({"recordId": "other", "columns": {"a": 1}})) as results:
        assert results.records == len(list(results)) == 3


def test_a_row_is_written_under_the_names_of_the_api_and_read_again() -> None:
    row = Row(record_id="r", outcome=Outcome.ERROR, error_code=400, error_message="no", columns={"a": None})
    members = row.members()
    assert json.loads(json.dumps(members)) == {
        "recordId": "r",
        "outcome": "error",
        "errorCode": 400,
        "errorMessage": "no",
        "columns": {"a": None},
    }
    assert Row.of_members(members) == row


def test_half_a_character_in_an_id_does_not_stop_the_rows() -> None:
    record = {"recordId": "r\ud83d", "modelInput": body(1), "modelOutput": answer("yes")}
    with small(output=lines([record])) as results:
        assert results.notes == ("1 output lines belong to no record of the input",)
