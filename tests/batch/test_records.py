"""What `read_records` accepts and refuses."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bedrock_batch.records import check_file_name, read_records

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write good records with some lines replaced (counted from 1)."""

    def file(replaced: dict[int, bytes] | None = None, *, records: int = 100, name: str = "prompts.jsonl") -> Path:
        lines = {
            number: json.dumps({"recordId": f"record-{number}", "modelInput": {}}).encode()
            for number in range(1, records + 1)
        }
        path = tmp_path / name
        path.write_bytes(b"".join(line + b"\n" for line in {**lines, **(replaced or {})}.values()))
        return path

    return file


def test_gives_the_digest_of_the_records_and_their_number(write: Write) -> None:
    path = write(records=120)
    found = read_records(path)
    assert (found.sha256, found.records) == (hashlib.sha256(path.read_bytes()).hexdigest(), 120)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"\n", b"\r\n"), (b"}\n", b"}\r\r\n")],
    ids=["CR LF", "CR CR LF"],
)
def test_line_ends_do_not_change_the_digest(write: Write, old: bytes, new: bytes) -> None:
    """A checkout with CR LF is the same run."""
    path = write()
    before = read_records(path)
    path.write_bytes(path.read_bytes().replace(old, new))
    assert read_records(path) == before


@pytest.mark.parametrize("end", [b"", b"\n\n", b"\r\n\r\n", b"\n  \n"])
def test_the_end_of_the_file_does_not_change_the_digest(write: Write, end: bytes) -> None:
    path = write()
    before = read_records(path)
    path.write_bytes(path.read_bytes().removesuffix(b"\n") + end)
    assert read_records(path) == before


def test_anything_else_changes_the_digest(write: Write) -> None:
    path = write()
    before = read_records(path)
    path.write_bytes(path.read_bytes().replace(b"{", b" {", 1))
    assert read_records(path).sha256 != before.sha256


def test_fails_on_a_git_lfs_pointer(write: Write) -> None:
    path = write()
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
    with pytest.raises(ValueError, match=r"a Git LFS pointer, not the file itself; get it with: git lfs pull$"):
        read_records(path)


def test_fails_on_each_empty_line_before_the_last_record(write: Write) -> None:
    path = write({3: b"", 7: b" \r"})
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        read_records(path)
    assert str(error.value) == f"{path}:3: the line is empty (2 records)"


@pytest.mark.parametrize(
    "line",
    [
        b'{"modelInput": {"a": [1, 2.5e3, null, true]}}',
        b'  {"recordId": "x", "modelInput": {}, "more": "is allowed"}  \r',
        '{"recordId": "é日本", "modelInput": {"text": "naïve"}}'.encode(),
    ],
    ids=["no recordId", "white space and CR LF", "beyond ASCII"],
)
def test_accepts_what_the_service_documents(write: Write, line: bytes) -> None:
    assert read_records(write({7: line})).records == 100


def test_accepts_a_last_line_without_its_end(write: Write) -> None:
    path = write()
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    assert read_records(path).records == 100


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "the line is empty"),
        (b"\xef\xbb\xbf{}", "the line starts with a byte order mark; save the file as UTF-8 without one"),
        (b'{"modelInput": {"a": "\xe9"}}', "not UTF-8: invalid continuation byte at byte 23 of the line"),
        (b'{"modelInput": {},}', "not JSON: Illegal trailing comma before end of object at column 18"),
        (b"[" * 100_000, "not readable: the JSON is nested too deeply"),
        (b'{"modelInput": {"a": NaN}}', "not JSON: NaN is not a JSON number"),
        (b'["modelInput"]', "a record must be a JSON object, got an array"),
        (b'{"recordId": "x"}', "modelInput must be a JSON object, got nothing"),
        (b'{"modelInput": null}', "modelInput must be a JSON object, got null"),
        (b'{"modelInput": "text"}', "modelInput must be a JSON object, got a string"),
        (b'{"recordId": 7, "modelInput": {}}', "recordId must be a string that is not empty, got a number"),
        (b'{"recordId": "", "modelInput": {}}', "recordId must be a string that is not empty, got an empty string"),
        (b'{"recordId": "record-3", "modelInput": {}}', "recordId 'record-3' is already in line 3"),
    ],
)
def test_fails_on_a_bad_line_with_file_line_and_reason(write: Write, line: bytes, reason: str) -> None:
    path = write({42: line})
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        read_records(path)
    # Python 3.13 tells a trailing comma from other faults, 3.11 does not.
    old = "not JSON: Expecting property name enclosed in double quotes at column 19"
    assert str(error.value) in {f"{path}:42: {reason}", f"{path}:42: {old}" if "trailing comma" in reason else ""}


def test_one_kind_of_fault_is_told_once_with_its_first_line_and_its_count(write: Write) -> None:
    path = write(dict.fromkeys(range(30, 45), b"{}") | {20: b"{", 50: b" {", 60: b"{}"})
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        read_records(path)
    name = "not JSON: Expecting property name enclosed in double quotes at column 2 (2 records)"
    assert str(error.value) == (
        f"{path}:20: {name}\n{path}:30: modelInput must be a JSON object, got nothing (16 records)"
    )


@pytest.mark.parametrize(("kinds", "more"), [(10, ""), (11, "... and 1 more kind of faults"), (15, "... and 5 more")])
def test_fails_with_the_first_ten_kinds_of_faults_at_once(write: Write, kinds: int, more: str) -> None:
    path = write({30 + each: b'{"modelInput": {"key-%d": 1e999}}' % each for each in range(kinds)})
    with pytest.raises(ValueError, match="modelInput") as error:
        read_records(path)
    lines = str(error.value).splitlines()
    assert [line.split(":")[1] for line in lines[:10]] == [str(number) for number in range(30, 40)]
    assert [line.startswith(more) for line in lines[10:]] == ([True] if more else [])


def test_more_kinds_than_anyone_would_count(write: Write) -> None:
    members = ", ".join(f'"key-{each}": 1e999' for each in range(2_000))
    with pytest.raises(ValueError, match=r"\n\.\.\. and at least 990 more kinds of faults$"):
        read_records(write({30: f'{{"modelInput": {{{members}}}}}'.encode()}))


@pytest.mark.parametrize(("records", "shown"), [(0, "0"), (99, "99"), (1201, "1,201")])
def test_fails_on_too_few_or_too_many_records(write: Write, records: int, shown: str) -> None:
    path = write(records=records)
    with pytest.raises(ValueError, match=f"{path}: a batch must have 100 to 1,200 records, got {shown}$"):
        read_records(path, max_records=1200)


def test_fails_on_a_file_above_the_size_limit_without_reading_it(write: Write) -> None:
    path = write({1: b"not JSON"})
    with pytest.raises(ValueError, match=r"an input file may have 1,000 bytes at most, got 4,\d\d\d$"):
        read_records(path, max_bytes=1000)


@pytest.mark.parametrize("name", ["prompts.jsonl.gz", "prompts.GZ"])
def test_fails_on_a_compressed_file(write: Write, name: str) -> None:
    path = write(name=name)
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        read_records(path)
    reason = "batch inference does not read compressed files; unpack it to a file that ends with .jsonl"
    assert str(error.value) == f"{path}: {reason}"


def test_fails_on_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"prompts\.jsonl: no such file$"):
        read_records(tmp_path / "prompts.jsonl")


def test_a_line_is_read_no_further_than_a_record_may_be_long(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        file.write(b"\n")
        file.truncate(60_000_000)
    with pytest.raises(ValueError, match=r"long\.jsonl:2: a record may have 26,000,000 bytes at most$"):
        read_records(path)


def test_lines_beyond_the_quota_are_counted_and_not_checked(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"-\n" * 300_000)
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        read_records(path, max_records=1000)
    assert str(error.value) == (
        f"{path}:1: not JSON: Expecting value at column 1 (at least 1,000 records)\n"
        f"{path}: a batch must have 100 to 1,000 records, got 300,000"
    )


def test_a_gap_of_millions_of_lines_is_told_like_one_of_thousands(tmp_path: Path) -> None:
    path = tmp_path / "gap.jsonl"
    path.write_bytes(b"{}\n" + b"\n" * 5_000_000 + b"{}\n")
    with pytest.raises(ValueError, match=r"gap\.jsonl:2: the line is empty \(5,000,000 records\)$"):
        read_records(path, max_records=10_000_000)


def test_a_file_of_empty_lines_has_no_records(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"\n" * 5000)
    with pytest.raises(ValueError, match=r"must have 100 to 100,000 records, got 0$"):
        read_records(path)


def test_another_parser_reads_the_lines_and_json_decides_what_it_refuses(write: Write) -> None:
    seen: list[str] = []

    def loads(text: str) -> Any:
        seen.append(text)
        if len(seen) < 5:
            raise ValueError("not for me")
        return {"modelInput": {}}

    assert read_records(write(), loads=loads).records == 100
    assert len(seen) == 100
    seen.clear()
    path = write({3: b"bad"})
    with pytest.raises(ValueError, match=f"^{path}:3: not JSON: Expecting value at column 1$"):
        read_records(path, loads=loads)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("in/x.json", "in/x.json: the name of an input file must end with .jsonl"),
        (
            "x.jsonl.gz",
            "x.jsonl.gz: batch inference does not read compressed files; unpack it to a file that ends with .jsonl",
        ),
        ("a=b.jsonl", "a=b.jsonl: the name of an input file may hold letters, digits and -!_'(). only"),
    ],
)
def test_fails_on_the_key_of_an_object_that_is_not_read(name: str, reason: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        check_file_name(name, name)
    assert str(error.value) == reason


def test_fails_on_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r": no such file$"):
        read_records(tmp_path / ("x" * 5000))


def test_accepts_the_key_of_a_file_in_a_folder() -> None:
    check_file_name("in/x.jsonl", "in/x.jsonl")


def test_one_of_several_files_may_be_small_and_have_a_name_of_its_own(write: Write) -> None:
    assert read_records(write(records=3), min_records=1).records == 3
    with pytest.raises(ValueError, match=r"^mine: a batch must have 4 to 100,000 records, got 3$"):
        read_records(write(records=3), min_records=4, shown_as="mine")
    with pytest.raises(ValueError, match=r"^mine:2: the line is empty$"):
        read_records(write({2: b""}), shown_as="mine")
