"""Which line of the output belongs to which record, whether its id is made up, repeated, or a number."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from batch.results.test_collect import CONVERSE, ERROR, answer, files, lines

from bedrock_batch.results import Results, collect

REPEATED = "1 records have the id of an earlier record of their file: their bodies tell them apart"
STRAY = "1 output lines belong to no record of the input"
NO_BODY = object()


@dataclass(frozen=True)
class Case:
    """Records, each an id and a body, and lines of the output, each an id, a body and what the model said."""

    name: str
    records: list[tuple[Any, Any]]
    output: list[tuple[Any, Any, str | None]]
    texts: list[str | None]
    notes: tuple[str, ...] = ()


CASES = [
    Case("the bodies differ", [("r", 1), ("r", 2)], [("r", 2, "B"), ("r", 1, "A")], ["A", "B"], (REPEATED,)),
    Case("the bodies are the same", [("r", 1), ("r", 1)], [("r", 1, "A"), ("r", 1, "B")], ["A", "B"], (REPEATED,)),
    Case("the first one has no output", [("r", 1), ("r", 2)], [("r", 2, "B")], [None, "B"], (REPEATED,)),
    Case("the second one has no output", [("r", 1), ("r", 1)], [("r", 1, "A")], ["A", None], (REPEATED,)),
    Case(
        "lines are repeated too",
        [("r", 1), ("r", 2), ("s", 1)],
        [("r", 1, None), ("r", 2, "B"), ("r", 2, "B"), ("s", 1, "C"), ("r", 1, "A")],
        ["A", "B", "C"],
        (REPEATED,),
    ),
    Case(
        "lines have no bodies",
        [("r", 1), ("r", 2)],
        [("r", NO_BODY, "A"), ("r", NO_BODY, None)],
        ["A", None],
        (REPEATED,),
    ),
    Case("a line too many", [("r", 1), ("r", 1)], [*[("r", 1, "A")] * 2, ("r", 2, "?")], ["A"] * 2, (STRAY, REPEATED)),
    Case("a made-up id is there already", [(None, 1), ("REC1", 2)], [("REC1", 1, "A"), ("REC1", 2, "B")], ["A", "B"]),
    Case("the same, in another order", [("REC1", 2), (None, 1)], [("REC1", 1, "A"), ("REC1", 2, "B")], ["B", "A"]),
    Case("a repeated line is of one record", [("r", 1), (None, 1)], [("r", 1, "A"), ("r", 1, "A")], ["A", None]),
    Case("made-up ids, repeated lines", [(None, 1)] * 2, [("A", 1, "A"), ("A", 1, "A"), ("B", 1, "B")], ["A", "B"]),
    Case("made-up ids, a later answer", [(None, 1)], [("A", 1, None), ("A", 1, "A")], ["A"]),
    Case("numbers of one value", [(None, [1, 1.0, 2e20, "1.0"])], [("A", [1.0, 1, 2 * 10**20, "1.0"], "A")], ["A"]),
    Case("texts of numbers differ", [(None, {"t": "1"})], [("A", {"t": "1.0"}, "A")], [None], (STRAY,)),
    Case("one made-up id without a body", [(None, 1), ("r", 1)], [("A", NO_BODY, "A"), ("r", 1, "B")], ["A", "B"]),
    Case("nobody knows whose", [(None, 1), (None, 2)], [("A", NO_BODY, "A")], [None, None], (STRAY,)),
    Case("an id is a number", [(7, 1), ("r", 1)], [("r", 1, "B"), (7, 1, "A")], ["A", "B"]),
    Case("a number becomes a text", [(7, 1)], [("7", 1, "A")], ["A"]),
    Case("a text is no number", [("7", 1)], [(7, 1, "A")], [None], ("a line of the output is not a record",)),
    Case("yes is no number", [(1, 1)], [(True, 1, "A")], [None], ("a line of the output is not a record",)),
]  # fmt: skip


def line(record_id: Any, body: Any, said: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {"recordId": record_id}
    if body is not NO_BODY:
        found["modelInput"] = body
    return {**found, "error": ERROR} if said is None else {**found, "modelOutput": answer(said)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_record_has_its_own_answer(case: Case) -> None:
    records = [
        {"modelInput": body} if record_id is None else {"recordId": record_id, "modelInput": body}
        for record_id, body in case.records
    ]
    inputs, outputs = {"a.jsonl": lines(records)}, {"a.jsonl.out": lines(line(*each) for each in case.output)}
    with collect("Completed", files(inputs), files(outputs), CONVERSE) as results:
        assert [row.text for row in results] == case.texts
        assert results.notes == case.notes


def test_only_files_with_odd_ids_are_read_twice() -> None:
    reads: list[str] = []

    def reading(name: str, *records: dict[str, Any]) -> Callable[[], Iterator[bytes]]:
        def read() -> Iterator[bytes]:
            reads.append(name)
            return iter(lines(records))

        return read

    named, other, nameless = {"recordId": "r", "modelInput": 1}, {"recordId": "s", "modelInput": 1}, {"modelInput": 1}
    inputs = {
        "ids.jsonl": reading("ids", named, other),
        "made up.jsonl": reading("made up", nameless, nameless),
        "repeated.jsonl": reading("repeated", named, other, named),
    }
    outputs = files({f"{name}.out": [] for name in inputs})
    with collect("Completed", inputs, outputs, CONVERSE) as results:
        assert results.records == 7
    assert sorted(reads) == ["ids", "made up", "repeated", "repeated"]


@pytest.mark.parametrize("record", [{"modelInput": 1}, {"recordId": "r", "modelInput": 1}], ids=["made up", "repeated"])
def test_many_records_with_the_same_body_take_time_for_each_once(
    record: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = [_steps_of(record, number, monkeypatch) for number in (500, 2_000)]
    assert steps[1] < 6 * steps[0]


def _steps_of(record: dict[str, Any], number: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How much SQLite works for so many records: thousands of instructions of its virtual machine."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def counting(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_progress_handler(step, 100)
        return connection

    monkeypatch.setattr(sqlite3, "connect", counting)
    output = [line(record.get("recordId", f"REC{each}"), 1, f"{each}") for each in range(number)]
    try:
        with _collected([record] * number, output) as results:
            assert {row.text for row in results} == {f"{each}" for each in range(number)}
    finally:
        monkeypatch.setattr(sqlite3, "connect", connect)
    return steps


def _collected(records: list[dict[str, Any]], output: list[dict[str, Any]]) -> Results:
    text = [json.dumps(each).encode() + b"\n" for each in output]
    return collect("Completed", files({"a.jsonl": lines(records)}), files({"a.jsonl.out": text}), CONVERSE)


@pytest.mark.parametrize(
    ("inputs", "texts"),
    [
        (["d/a.jsonl"], ["d/a.jsonl.out", "a.jsonl.out"]),
        (["a.jsonl", "d/a.jsonl"], [None, "a.jsonl.out", "d/a.jsonl.out", None]),
        (["d/a.jsonl", "e/a.jsonl"], ["d/a.jsonl.out", None, None, "a.jsonl.out"]),
    ],
    ids=["of one file", "of two files", "of a file without output"],
)
def test_both_forms_of_a_nested_name_are_read(inputs: list[str], texts: list[str | None]) -> None:
    names = ("d/a.jsonl.out", "a.jsonl.out")
    records = lines({"recordId": name, "modelInput": 1} for name in names)
    outputs = {name: lines([line(name, 1, name)]) for name in names}
    with collect("Completed", files(dict.fromkeys(inputs, records)), files(outputs), CONVERSE) as results:
        assert results.notes == ()
        assert [row.text for row in results] == texts
