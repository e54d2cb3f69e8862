"""One row for each record, whatever the output looks like."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedrock_batch.families import family_of
from bedrock_batch.results import Files, Outcome, Results, collect
from bedrock_batch.statuses import ENDED

CONVERSE = family_of("amazon.nova-lite-v1:0", converse=True)
ERROR = {"errorCode": 400, "errorMessage": "Malformed input request"}


def answer(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": [{"text": text, "image": None}]}
    usage = {"inputTokens": 7, "outputTokens": 3, "totalTokens": 10}
    return {"output": {"message": message}, "stopReason": "end_turn", "usage": usage, "trace": None}


def body(number: int) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [{"text": f"question {number}"}]}]}


def lines(records: Iterable[Mapping[str, Any]]) -> list[bytes]:
    return [json.dumps(record).encode() + b"\n" for record in records]


def files(content: Mapping[str, list[bytes]]) -> Files:
    return {name: lambda found=found: iter(found) for name, found in content.items()}  # type: ignore[misc] # bound now


def small(status: str = "Completed", output: list[bytes] | None = None, **options: Any) -> Results:
    records = [{"recordId": f"r{number}", "modelInput": body(number)} for number in range(3)]
    if output is None:
        output = lines({**record, "modelOutput": answer("yes")} for record in records)
    return collect(status, files({"in.jsonl": lines(records)}), files({"in.jsonl.out": output}), CONVERSE, **options)


def test_a_row_has_the_text_the_tokens_and_the_stop_reason() -> None:
    with small() as results:
        rows = list(results)
    assert [row.record_id for row in rows] == ["r0", "r1", "r2"]
    assert {(row.text, row.stop_reason, row.input_tokens, row.output_tokens) for row in rows} == {
        ("yes", "end_turn", 7, 3)
    }
    assert results.outcomes == {Outcome.SUCCESS: 3}
    assert results.notes == ()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("Completed", Outcome.MISSING),
        ("Failed", Outcome.MISSING),
        ("Stopped", Outcome.CANCELLED),
        ("Expired", Outcome.EXPIRED),
        ("PartiallyCompleted", Outcome.EXPIRED),
    ],
)
def test_a_record_without_output_has_the_outcome_of_its_job(status: str, outcome: Outcome) -> None:
    with small(status, []) as results:
        assert [row.outcome for row in results] == [outcome] * 3
        assert results.outcomes == {outcome: 3}


def test_every_status_at_which_a_job_has_ended_says_what_is_without_output() -> None:
    for status in ENDED:
        with small(status, []) as results:
            assert results.records == 3


@pytest.mark.parametrize("status", ["Submitted", "InProgress", "Stopping", "Archived"])
def test_fails_for_a_job_that_has_not_ended(status: str) -> None:
    with pytest.raises(ValueError, match=f"^the job has not ended: its status is {status}$"):
        small(status)


def test_an_error_keeps_its_code_and_message() -> None:
    with small(output=lines([{"recordId": "r1", "modelInput": {}, "error": ERROR}])) as results:
        row = list(results)[1]
    assert (row.outcome, row.error_code, row.error_message) == (Outcome.ERROR, 400, "Malformed input request")


def test_the_rows_without_one_outcome_are_those_that_have_another() -> None:
    with small("Stopped", lines([{"recordId": "r1", "error": ERROR}])) as results:
        assert [row.record_id for row in results.without(Outcome.CANCELLED)] == ["r1"]
        assert [row.record_id for row in results.without(Outcome.ERROR)] == ["r0", "r2"]


def test_half_a_last_line_is_left_out_and_told_of() -> None:
    output = lines([{"recordId": "r0", "modelInput": {}, "modelOutput": answer("yes")}])
    with small("Stopped", [*output, b'{"recordId": "r1", "modelIn']) as results:
        assert [row.outcome for row in results] == [Outcome.SUCCESS, Outcome.CANCELLED, Outcome.CANCELLED]
        assert results.notes == ("the last line of an output file is cut off",)


def test_lines_that_are_no_records_are_counted_once_and_say_nothing_of_themselves() -> None:
    with small(output=[b"secret\n", b"[]\n", b'{"recordId": 1}\n']) as results:
        assert results.notes == ("a line of the output is not a record (3 times)",)


@pytest.mark.parametrize("has_id", [True, False], ids=["an id", "a made-up id"])
def test_of_repeated_lines_the_first_of_the_best_ones_counts(has_id: bool) -> None:
    said: list[dict[str, Any]] = [
        {"error": ERROR},
        {"modelOutput": {"odd": 1}},
        {"error": {"errorCode": 500}},
        {"modelOutput": answer("late")},
        {"modelOutput": answer("later")},
        {"modelOutput": {"odd": 2}},
    ]
    records = lines([{"recordId": "r0", "modelInput": {}} if has_id else {"modelInput": {}}])
    found = []
    for number in range(1, len(said) + 1):
        output = lines({"recordId": "r0", "modelInput": {}, **each} for each in said[:number])
        with collect("Completed", files({"a.jsonl": records}), files({"a.jsonl.out": output}), CONVERSE) as results:
            (row,) = results
            found.append(row.text or row.output or row.error_code)
            assert results.notes == ()
    assert found == [400, {"odd": 1}, {"odd": 1}, "late", "late", "late"]


def test_a_line_of_no_record_is_no_row() -> None:
    with small(output=lines([{"recordId": "other", "modelOutput": answer("yes")}])) as results:
        assert results.records == 3
        assert results.notes == ("1 output lines belong to no record of the input",)


@pytest.mark.parametrize(
    ("family", "outcome"), [(CONVERSE, Outcome.INVALID_OUTPUT), (None, Outcome.SUCCESS)], ids=["known", "unknown"]
)
def test_an_output_of_another_form_is_kept(family: Any, outcome: Outcome) -> None:
    records = lines([{"recordId": "r0", "modelInput": {}}])
    output = lines([{"recordId": "r0", "modelOutput": {"odd": 1}}])
    with collect("Completed", files({"a.jsonl": records}), files({"a.jsonl.out": output}), family) as results:
        (row,) = results
    assert (row.outcome, row.output, row.text) == (outcome, {"odd": 1}, None)


def test_without_the_input_the_output_stands_for_it_and_this_is_told() -> None:
    output = lines({"recordId": name, "modelOutput": answer(name)} for name in "cab")
    with collect("Completed", {}, files({"deep/a.jsonl.out": output, "manifest.json.out": []}), CONVERSE) as results:
        assert [row.text for row in results] == ["c", "a", "b"]
        assert results.notes == ("there is no input: records without output are not known",)


def test_records_with_the_same_body_get_each_a_row_of_their_own() -> None:
    """Bedrock made up the ids of all but one of them."""
    records: list[dict[str, Any]] = [
        {"modelInput": body(1)},
        {"recordId": "named", "modelInput": body(1)},
        {"modelInput": body(1)},
    ]
    output = [{"recordId": name, "modelInput": body(1), "modelOutput": answer(name)} for name in ("named", "M1", "M2")]
    with collect(
        "Completed", files({"a.jsonl": lines(records)}), files({"a.jsonl.out": lines(output)}), CONVERSE
    ) as results:
        rows = list(results)
    assert rows[1].text == "named"
    assert {rows[0].text, rows[2].text} == {"M1", "M2"}
    assert results.notes == ()


@st.composite
def jobs(
    draw: st.DrawFn,
) -> tuple[str, dict[str, list[bytes]], dict[str, list[bytes]], Counter[Outcome], list[str | None]]:
    """A job in which anything may have happened to each record, and what its rows must say."""
    chance = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - no secret
    status = draw(st.sampled_from(sorted(ENDED)))
    without = {"Stopped": Outcome.CANCELLED, "Expired": Outcome.EXPIRED, "PartiallyCompleted": Outcome.EXPIRED}
    inputs: dict[str, list[bytes]] = {}
    outputs: dict[str, list[bytes]] = {}
    expected: Counter[Outcome] = Counter()
    texts: list[str | None] = []
    keeps_folders, number, unique = draw(st.booleans()), 0, draw(st.sampled_from([0.5, 1]))
    for name in sorted(draw(st.sets(st.sampled_from(["a.jsonl", "x/b.jsonl", "x/y/c.jsonl", "d.jsonl"]), min_size=1))):
        records, output = [], []
        for position in range(draw(st.integers(1, 12))):
            number += 1
            # The same id in another file is another record, and now and then in the same file.
            record_id = f"r{position if chance.random() < unique else 0}"
            record: dict[str, Any] = {"recordId": record_id, "modelInput": body(number)}
            nameless = chance.random() < 0.2
            records.append({"modelInput": record["modelInput"]} if nameless else record)
            made_up = f"REC{number}" if chance.random() < unique else "r0"
            written = {**record, "recordId": made_up} if nameless else record
            fate = chance.choice(["answer", "answer", "error", "nothing"])
            if fate == "answer":
                output.append({**written, "modelOutput": answer(f"answer {number}")})
                expected[Outcome.SUCCESS] += 1
            elif fate == "error":
                output.append({**written, "error": ERROR})
                expected[Outcome.ERROR] += 1
            else:
                expected[without.get(status, Outcome.MISSING)] += 1
            texts.append(f"answer {number}" if fate == "answer" else None)
        chance.shuffle(output)
        inputs[name] = lines(records)
        if output or chance.random() < 0.5:
            written_name = name if keeps_folders else name.rpartition("/")[2]
            outputs[f"{written_name}.out"] = lines(output)
    if chance.random() < 0.5:
        outputs["manifest.json.out"] = [b"{}\n"]
    return status, inputs, outputs, expected, texts


@settings(max_examples=150, deadline=None)
@given(job=jobs())
def test_rows_add_up_in_the_order_of_the_input(job: Any) -> None:
    status, inputs, outputs, expected, texts = job
    with collect(status, files(inputs), files(outputs), CONVERSE) as results:
        rows = list(results)
        assert results.records == len(rows) == sum(map(len, inputs.values()))
        assert results.outcomes == +expected
        assert Counter(row.outcome for row in rows) == +expected
        assert [row.text for row in rows] == texts
        assert not [note for note in results.notes if "id of an earlier record" not in note]


def nested(*outputs: str) -> Results:
    """Three files of the same name, with the same id in each."""
    inputs = {
        name: lines([{"recordId": "r0", "modelInput": body(0)}]) for name in ("a.jsonl", "x/a.jsonl", "y/a.jsonl")
    }
    written = {each: lines([{"recordId": "r0", "modelOutput": answer(each)}]) for each in outputs}
    return collect("Stopped", files(inputs), files(written), CONVERSE)


def test_a_file_without_output_does_not_get_that_of_a_file_of_the_same_name() -> None:
    with nested("a.jsonl.out") as results:
        assert [row.text for row in results] == ["a.jsonl.out", None, None]
        assert results.outcomes == {Outcome.SUCCESS: 1, Outcome.CANCELLED: 2}
    with nested("y/a.jsonl.out", "x/a.jsonl.out") as results:
        assert [row.text for row in results] == [None, "x/a.jsonl.out", "y/a.jsonl.out"]
        assert results.notes == ()


def test_an_output_that_may_belong_to_several_files_belongs_to_none_and_this_is_told() -> None:
    inputs = {name: lines([{"recordId": "r0", "modelInput": body(0)}]) for name in ("x/a.jsonl", "y/a.jsonl")}
    output = lines([{"recordId": "r0", "modelOutput": answer("whose?")}])
    with collect("Completed", files(inputs), files({"a.jsonl.out": output}), CONVERSE) as results:
        assert [row.outcome for row in results] == [Outcome.MISSING, Outcome.MISSING]
        assert results.notes == ("an output file belongs to no file of the input",)


def test_a_byte_order_mark_is_no_part_of_a_record() -> None:
    mark = b"\xef\xbb\xbf"
    record = lines([{"recordId": "r0", "modelInput": body(0)}])[0]
    output = lines([{"recordId": "r0", "modelOutput": answer("yes")}])[0]
    with collect(
        "Completed", files({"a.jsonl": [mark + record]}), files({"a.jsonl.out": [mark + output]}), CONVERSE
    ) as results:
        assert [row.text for row in results] == ["yes"]
        assert results.notes == ()
