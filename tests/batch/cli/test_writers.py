"""What each format of rows looks like."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from batch.cli.made import answer, error, job, results

from bedrock_batch.cli.writers import comma_separated, json_lines, openai
from bedrock_batch.results import Outcome, Results, Row

HALF = "half \ud83d of it"


def written(write: Callable[..., None], found: Results) -> str:
    file = io.StringIO()
    with found:
        write(found, job(), file)
    return file.getvalue()


def table(found: Results) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written(comma_separated.write, found))))


def objects(write: Callable[..., None], found: Results) -> list[Any]:
    return [json.loads(line) for line in written(write, found).splitlines()]


def test_json_lines_have_the_names_of_the_api_and_nothing_that_is_not_known() -> None:
    found = results(answer("yes"), error(400, "no"), None, columns=[{"question": "why"}])

    assert objects(json_lines.write, found) == [
        {
            "recordId": "r0",
            "outcome": "success",
            "text": "yes",
            "stopReason": "end_turn",
            "inputTokens": 7,
            "outputTokens": 3,
            "columns": {"question": "why"},
        },
        {"recordId": "r1", "outcome": "error", "errorCode": 400, "errorMessage": "no"},
        {"recordId": "r2", "outcome": "missing"},
    ]


def test_csv_has_a_header_and_the_columns_of_the_table_last() -> None:
    header, *rows = table(results(answer("a, b\nc"), None, columns=[{}, {"question": "why", "text": "own", "n": [1]}]))

    assert header == [
        "recordId", "outcome", "text", "vectors", "stopReason", "inputTokens", "outputTokens", "errorCode",
        "errorMessage", "modelOutput", "question", "column:text", "n",
    ]  # fmt: skip
    assert rows[0] == ["r0", "success", "a, b\nc", "", "end_turn", "7", "3", "", "", "", "", "", ""]
    assert rows[1] == ["r1", "missing", *[""] * 8, "why", "own", "[1]"]


@pytest.mark.parametrize(
    ("own", "names"),
    [
        (["text", "column:text"], ["column:column:text", "column:text"]),
        (["column:text", "text"], ["column:text", "column:column:text"]),
        (["a\ud83d", "a\\ud83d"], ["a\\ud83d", "column:a\\ud83d"]),
    ],
)
def test_no_two_columns_have_the_same_name(own: list[str], names: list[str]) -> None:
    header, row = table(results(answer("yes"), columns=[{name: name.replace("\ud83d", "") for name in own}]))

    assert header[-2:] == names
    assert row[-2:] == [name.replace("\ud83d", "") for name in own]


def test_csv_of_no_records_is_a_header() -> None:
    assert len(table(results())) == 1


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+2", "'=1+2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("- first", "'- first"),
        ("-cmd", "'-cmd"),
        ("-5", "-5"),
        ("+1,234.5e-3%", "+1,234.5e-3%"),
        ("5 = 5", "5 = 5"),
        ("\n=1+2", "'\n=1+2"),
        ("  =1+2", "'  =1+2"),
        ("\u200b\xa0@A1", "'\u200b\xa0@A1"),
        ("\uff1d1+2", "'\uff1d1+2"),
        ("\n\nYes", "\n\nYes"),
    ],
)
def test_no_text_of_a_model_is_a_formula_in_a_spreadsheet(text: str, cell: str) -> None:
    assert table(results(answer(text)))[1][2] == cell


def test_vectors_and_unknown_outputs_are_json_in_csv() -> None:
    vector = results({"modelOutput": {"embedding": [0.5, 1.0]}}, model="amazon.titan-embed-text-v2:0")
    unknown = results({"modelOutput": {"odd": {"a": 1}}}, model=None)

    assert json.loads(table(vector)[1][3]) == [0.5, 1.0]
    assert json.loads(table(unknown)[1][9]) == {"odd": {"a": 1}}


def test_openai_has_a_response_or_an_error_for_each_record() -> None:
    lines = objects(openai.write, results(answer("yes", "max_tokens"), error(429, "slow"), None, status="Expired"))

    assert [line["custom_id"] for line in lines] == ["r0", "r1", "r2"]
    body = lines[0]["response"]["body"]
    assert (lines[0]["response"]["status_code"], body["object"], body["model"]) == (
        200,
        "chat.completion",
        "amazon.nova-lite-v1:0",
    )
    assert body["choices"] == [
        {"index": 0, "message": {"role": "assistant", "content": "yes"}, "finish_reason": "length"}
    ]
    assert body["usage"] == {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    assert [line["error"] for line in lines] == [
        None,
        {"code": "429", "message": "slow"},
        {"code": "batch_expired", "message": "the record is expired"},
    ]
    assert [line["response"] for line in lines[1:]] == [None, None]


def test_openai_has_an_embedding_for_a_vector() -> None:
    found = results({"modelOutput": {"embedding": [0.5]}}, model="amazon.titan-embed-text-v2:0")
    (line,) = objects(openai.write, found)

    assert line["response"]["body"]["data"] == [{"object": "embedding", "index": 0, "embedding": [0.5]}]


@pytest.mark.parametrize(
    ("vectors", "items"),
    [
        ([0.5, 1.0], [[0.5, 1.0]]),
        ([[0.5], [1.0]], [[0.5], [1.0]]),
        ({"int8": [[1], [2]], "float": [[0.5], [1.0]]}, [[0.5], [1.0]]),
        ({"int8": [1, 2]}, [[1, 2]]),
    ],
)
def test_openai_has_an_item_for_each_vector(vectors: Any, items: list[Any]) -> None:
    row = Row(record_id="r", outcome=Outcome.SUCCESS, vectors=vectors)
    data = openai._body(row, job(), "x")["data"]

    assert data == [{"object": "embedding", "index": n, "embedding": item} for n, item in enumerate(items)]
