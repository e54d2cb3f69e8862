"""Reading records from a stream, and the limits of files and jobs. No server is needed here."""

from __future__ import annotations

import pytest

from bedrock_batch_local.work import records
from bedrock_batch_local.work.records import InvalidInput
from bedrock_batch_local.work.results import InputFile, RecordResult, Results, spans

GIGABYTE = 1024**3


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_lines_do_not_depend_on_how_the_bytes_arrive(size: int) -> None:
    body = '{"a": "\u00e9"}\r\n\n  \n{"b": 2}\n{"c": 3}'.encode()
    chunks = [body[start : start + size] for start in range(0, len(body), size)]

    found = [(number, line.strip()) for number, line in records.lines(chunks)]

    assert found == [(1, '{"a": "\u00e9"}'.encode()), (4, b'{"b": 2}'), (5, b'{"c": 3}')]


def test_deeply_nested_json_is_a_bad_record_and_no_crash() -> None:
    with pytest.raises(InvalidInput, match=r"Record is not valid JSON at line 1 of file x\.jsonl"):
        records.count([b"[" * 100_000], "x.jsonl")


def test_a_file_may_have_a_hundred_thousand_records_and_no_more() -> None:
    line = b'{"modelInput": {}}\n'

    assert records.count([line * 100_000], "x.jsonl") == 100_000
    with pytest.raises(InvalidInput, match="more than the allowed maximum of 100000"):
        records.count([line * 100_001], "x.jsonl")


@pytest.mark.parametrize("total", [99, 100_001])
def test_a_job_has_a_hundred_to_a_hundred_thousand_records(total: int) -> None:
    records.check_total(100)
    records.check_total(100_000)
    with pytest.raises(InvalidInput, match=f"Input has {total} records"):
        records.check_total(total)


@pytest.mark.parametrize("sizes", [[GIGABYTE + 1], [GIGABYTE] * 5 + [1]], ids=["one file", "all files"])
def test_files_and_jobs_have_a_largest_size(sizes: list[int]) -> None:
    records.check_sizes(("x.jsonl", size) for size in [GIGABYTE] * 5)
    with pytest.raises(InvalidInput, match="more than the allowed maximum"):
        records.check_sizes(("x.jsonl", size) for size in sizes)


def test_results_of_the_first_records_can_be_taken_out_per_file() -> None:
    results = Results()
    for number in range(6):
        results.add(RecordResult(f"line {number}".encode(), number != 2, input_tokens=10, output_tokens=number))
    files = [InputFile("in/a", "a", 4), InputFile("in/b", "b", 2)]

    assert [(file.name, results.lines(start, stop)) for file, start, stop in spans(files, 5)] == [
        ("a", b"line 0\nline 1\nline 2\nline 3\n"),
        ("b", b"line 4\n"),
    ]
    assert (results.progress(5).success, results.progress(5).errors, results.progress(99).processed) == (4, 1, 6)
    assert results.tokens(3) == (30, 3)
    assert [file.name for file, _, _ in spans(files, 4)] == ["a"]
    results.close()
