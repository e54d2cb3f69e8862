"""A corpus of bad files, each with the whole text that a user reads, and of good ones that look odd."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from batch.families.bodies import CLAUDE, CONVERSE
from batch.families.test_faults import CERTAIN, DOUBTFUL, OTHERS

from bedrock_batch.families import family_of
from bedrock_batch.record import Loads, careful_loads
from bedrock_batch.records import read_records

CLAUDE_MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
NOVA_MODEL = "amazon.nova-lite-v1:0"
HALF = "holds half an emoji: a lone surrogate such as \\ud83d"
KEY_HALF = "has a key with half an emoji: a lone surrogate such as \\ud83d"
TWICE = "the key is there twice"
LARGE = "the number does not fit into 64 bits"
HUGE = "the number is too large: above 1.8e308"
MEDIA = "an uploaded file cannot name media in S3; use JobInput.from_bucket"
NAME = "Expecting property name enclosed in double quotes"

File = Callable[[Path], Path]


def read(path: Path, model: str | None = None, *, loads: Loads = careful_loads, **options: Any) -> list[str]:
    """The warnings, or the error, without the path at the beginning of each line."""
    family = None if model is None else family_of(model, converse=model == "converse")
    try:
        found = list(read_records(path, family=family, loads=loads, **options).warnings)
    except ValueError as error:
        found = str(error).splitlines()
    return [line.removeprefix(str(path)) for line in found]


def write(folder: Path, lines: dict[int, str | bytes], good: str = '{"modelInput": {}}', records: int = 100) -> Path:
    path = folder / "records.jsonl"
    as_bytes = {number: line if isinstance(line, bytes) else line.encode() for number, line in lines.items()}
    path.write_bytes(b"".join(as_bytes.get(each, good.encode()) + b"\n" for each in range(1, records + 1)))
    return path


def body(text: str) -> str:
    return f'{{"modelInput": {text}}}'


# A bad line, and what is told of it.
LINES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "the line is empty"),
    "blanks": (" \t", "the line is empty"),
    "a byte order mark": (
        b'\xef\xbb\xbf{"modelInput": {}}',
        "the line starts with a byte order mark; save the file as UTF-8 without one",
    ),
    "Latin-1": (body('{"a": "é"}').encode("latin-1"), "not UTF-8: invalid continuation byte at byte 23 of the line"),
    "half an emoji as bytes": (
        b'{"modelInput": {"a": "\xed\xa0\xbd"}}',
        "not UTF-8: invalid continuation byte at byte 23 of the line",
    ),
    "UTF-16": ('{"modelInput": {}}'.encode("utf-16-le"), f"not JSON: {NAME} at column 2"),
    "a comment": ("// a comment", "not JSON: Expecting value at column 1"),
    "a table": ("recordId,modelInput", "not JSON: Expecting value at column 1"),
    "a line of a JSON array": ('{"modelInput": {}},', "not JSON: Extra data at column 19"),
    "the beginning of an array": ("[", "not JSON: Expecting value at column 2"),
    "half a record": ('{"recordId": "1",', f"not JSON: {NAME} at column 18"),
    "half a text": ('{"recordId": "1', "not JSON: Unterminated string starting at column 14"),
    "two records": ('{"modelInput": {}} {"modelInput": {}}', "not JSON: Extra data at column 20"),
    "Python": ("{'modelInput': {}}", f"not JSON: {NAME} at column 2"),
    "None": (body("None"), "not JSON: Expecting value at column 16"),
    "no colon": ('{"modelInput" {}}', "not JSON: Expecting ':' delimiter at column 15"),
    "no comma": ('{"recordId": "1" "modelInput": {}}', "not JSON: Expecting ',' delimiter at column 18"),
    "a line break in a text": (body('{"a": "\x0b"}'), "not JSON: Invalid control character at column 23"),
    "a Windows path": (body(r'{"a": "C:\dir"}'), r"not JSON: Invalid \escape at column 25"),
    "half an escape": (body(r'{"a": "\u12"}'), r"not JSON: Invalid \uXXXX escape at column 24"),
    "a number with zeros": (body('{"a": 007}'), "not JSON: Expecting ',' delimiter at column 23"),
    "a hexadecimal number": (body('{"a": 0x1F}'), "not JSON: Expecting ',' delimiter at column 23"),
    "a plus": (body('{"a": +1}'), "not JSON: Expecting value at column 22"),
    "NaN": (body('{"a": NaN}'), "not JSON: NaN is not a JSON number"),
    "Infinity": (body('{"a": Infinity}'), "not JSON: Infinity is not a JSON number"),
    "-Infinity": (body('{"a": [-Infinity]}'), "not JSON: -Infinity is not a JSON number"),
    "too deep": ("[" * 100_000, "not readable: the JSON is nested too deeply"),
    "an array": ("[1]", "a record must be a JSON object, got an array"),
    "a text": ('"text"', "a record must be a JSON object, got a string"),
    "a number": ("1", "a record must be a JSON object, got a number"),
    "null": ("null", "a record must be a JSON object, got null"),
    "an object without members": ("{}", "modelInput must be a JSON object, got nothing"),
    "another name": ('{"body": {}}', "modelInput must be a JSON object, got nothing"),
    "another case": ('{"modelinput": {}}', "modelInput must be a JSON object, got nothing"),
    "a body as text": (body('"{}"'), "modelInput must be a JSON object, got a string"),
    "no body": (body("null"), "modelInput must be a JSON object, got null"),
    "many bodies": (body("[{}]"), "modelInput must be a JSON object, got an array"),
    "a number as id": (
        '{"recordId": 7, "modelInput": {}}',
        "recordId must be a string that is not empty, got a number",
    ),
    "null as id": ('{"recordId": null, "modelInput": {}}', "recordId must be a string that is not empty, got null"),
    "false as id": (
        '{"recordId": false, "modelInput": {}}',
        "recordId must be a string that is not empty, got a boolean",
    ),
    "an empty id": (
        '{"recordId": "", "modelInput": {}}',
        "recordId must be a string that is not empty, got an empty string",
    ),
    "a list of ids": (
        '{"recordId": [], "modelInput": {}}',
        "recordId must be a string that is not empty, got an array",
    ),
    "the same id": ('{"recordId": "same", "modelInput": {}}', "recordId 'same' is already in line 3"),
    "the same id, escaped": (
        r'{"recordId": "\u0073ame", "modelInput": {}}',
        "recordId 'same' is already in line 3",
    ),
    "two bodies": ('{"modelInput": {}, "modelInput": {}}', f"modelInput: {TWICE}"),
    "two ids": ('{"recordId": "a", "recordId": "b", "modelInput": {}}', f"recordId: {TWICE}"),
    "a key twice": (body('{"a": 1, "a": 2}'), f"modelInput.a: {TWICE}"),
    "a key twice with the same value": (body('{"a": 1, "a": 1}'), f"modelInput.a: {TWICE}"),
    "a key three times": (body('{"a": 1, "a": 2, "a": 3}'), f"modelInput.a: {TWICE}"),
    "a key twice, escaped": (body(r'{"role": 1, "r\u006fle": 2}'), f"modelInput.role: {TWICE}"),
    "a key twice with blanks": (body('{"a" : 1, "a"\t: 2}'), f"modelInput.a: {TWICE}"),
    "a key twice inside a list": (body('{"a": [[{"b": 1, "b": 2}]]}'), f"modelInput.a.b: {TWICE}"),
    "an empty key twice": (body('{"": 1, "": 2}'), f"modelInput.: {TWICE}"),
    "a key twice behind a text that looks like keys": (
        body(r'{"a": "{\"b\": 1, \"b\": 2}", "c": 1, "c": 2}'),
        f"modelInput.c: {TWICE}",
    ),
    "half an emoji": (body(r'{"a": "\ud83d"}'), f"modelInput.a: {HALF}"),
    "half an emoji in capitals": (body(r'{"a": "\uD83D"}'), f"modelInput.a: {HALF}"),
    "the other half": (body(r'{"a": "\ude00"}'), f"modelInput.a: {HALF}"),
    "both halves in the wrong order": (body(r'{"a": "\ude00\ud83d"}'), f"modelInput.a: {HALF}"),
    "one half too many": (body(r'{"a": "\ud83d\ud83d\ude00"}'), f"modelInput.a: {HALF}"),
    "half an emoji behind a whole one": (body(r'{"a": "\ud83d\ude00\ude00"}'), f"modelInput.a: {HALF}"),
    "half an emoji behind a backslash": (body(r'{"a": "\\ud83d\ude00"}'), f"modelInput.a: {HALF}"),
    "an emoji that was cut": (body(r'{"a": ["\ud83d", "\ude00"]}'), f"modelInput.a: {HALF}"),
    "half an emoji in a key": (body(r'{"\ud83d": 1}'), f"modelInput: {KEY_HALF}"),
    "half an emoji in a key of the record": (r'{"modelInput": {}, "\ud83d": 1}', f"a record: {KEY_HALF}"),
    "half an emoji in an id": (r'{"recordId": "\ud83d", "modelInput": {}}', f"recordId: {HALF}"),
    "1e999": (body('{"a": 1e999}'), f"modelInput.a: {HUGE}"),
    "-1E+999": (body('{"a": [-1E+999]}'), f"modelInput.a: {HUGE}"),
    "400 digits and a fraction": (body(f'{{"a": {"9" * 400}.5}}'), f"modelInput.a: {HUGE}"),
    "2 ** 64": (body('{"a": 18446744073709551616}'), f"modelInput.a: {LARGE}"),
    "-(2 ** 63) - 1": (body('{"a": -9223372036854775809}'), f"modelInput.a: {LARGE}"),
    "5,000 digits": (body(f'{{"a": {"9" * 5000}}}'), f"modelInput.a: {LARGE}"),
    "a large number beside the body": ('{"modelInput": {}, "n": 99999999999999999999}', f"n: {LARGE}"),
    "media in S3": (
        body('{"messages": [{"content": [{"image": {"source": {"s3Location": {"uri": "s3://b/k"}}}}]}]}'),
        f"modelInput.messages.content.image.source.s3Location: {MEDIA}",
    ),
    "media in S3, escaped": (
        body(r'{"messages": [{"content": [{"video": {"source": {"s3L\u006fcation": {"uri": "s3://b/k"}}}}]}]}'),
        f"modelInput.messages.content.video.source.s3Location: {MEDIA}",
    ),
    "media in S3 by a text": (
        body('{"messages": [{"content": [{"document": {"source": {"s3Uri": "s3://b/k"}}}]}]}'),
        f"modelInput.messages.content.document.source.s3Uri: {MEDIA}",
    ),
    "media in S3 of Claude": (
        body('{"messages": [{"content": [{"type": "image", "source": {"s3Uri": "s3://b/k"}}]}]}'),
        f"modelInput.messages.content.source.s3Uri: {MEDIA}",
    ),
    "media in S3 of an embedding": (
        body('{"singleEmbeddingParams": {"text": {"source": {"s3Location": {"uri": "s3://b/k"}}}}}'),
        f"modelInput.singleEmbeddingParams.text.source.s3Location: {MEDIA}",
    ),
    "a key that a terminal obeys": (body(r'{"\u001b[2J": 1e999}'), f"'modelInput.\\x1b[2J': {HUGE}"),
    "a long key": (
        body(f'{{"{"k" * 500}": 1e999}}'),
        f"'modelInput.{'k' * 86}...{'k' * 98}': {HUGE}",
    ),
}


@pytest.mark.parametrize("number", ["1", "1e999"])
def test_json_of_any_depth_is_read_or_refused(tmp_path: Path, number: str) -> None:
    """How deep a line may be depends on the stack of the caller, and each of two parsers has its own limit."""
    told = set()
    for depth in range(900, 1010):
        told |= {*read(write(tmp_path, {42: body('{"a": ' + "[" * depth + number + "]" * depth + "}")}))}
    assert told - {f":42: modelInput.a: {HUGE}"} == {":42: not readable: the JSON is nested too deeply"}


@pytest.mark.parametrize("name", LINES)
def test_a_bad_line_is_told_with_its_number_and_reason(tmp_path: Path, name: str) -> None:
    line, reason = LINES[name]
    found = read(write(tmp_path, {3: '{"recordId": "same", "modelInput": {}}', 42: line}))
    assert found == [f":42: {reason}"]


# Whole files. Each has a hundred records of Claude unless its lines say otherwise.
GOOD = json.dumps({"modelInput": CLAUDE})


def claude(**members: Any) -> str:
    return json.dumps(
        {"modelInput": {key: value for key, value in {**CLAUDE, **members}.items() if value != "left out"}}
    )


FILES: dict[str, tuple[dict[int, str], str, list[str]]] = {
    "every record lacks a member": (
        dict.fromkeys(range(1, 101), claude(max_tokens="left out")),
        CLAUDE_MODEL,
        [":1: modelInput.max_tokens: required by Anthropic Claude (100 records)"],
    ),
    "three kinds, by their first lines": (
        {
            9: claude(max_tokens=0),
            5: "-",
            7: claude(anthropic_version="x"),
            80: claude(max_tokens=0),
            81: "-",
            82: claude(max_tokens=0),
        },
        CLAUDE_MODEL,
        [
            ":5: not JSON: Expecting value at column 1 (2 records)",
            ":7: modelInput.anthropic_version: must be bedrock-2023-05-31",
            ":9: modelInput.max_tokens: must be a whole number above zero (3 records)",
        ],
    ),
    "one kind at different columns": (
        {5: "  -", 6: "-", 7: body("-")},
        CLAUDE_MODEL,
        [":5: not JSON: Expecting value at column 3 (3 records)"],
    ),
    "many messages of one record": (
        {5: claude(messages=[{"role": "bot", "content": "a"}] * 30)},
        CLAUDE_MODEL,
        [":5: modelInput.messages.role: must be one of user, assistant"],
    ),
    "blocks without a text": (
        {5: claude(messages=[{"role": "user", "content": [{"type": "text"}, {"type": "text", "text": 5}]}])},
        CLAUDE_MODEL,
        [":5: modelInput.messages.content.text: must be a string that is not empty"],
    ),
    "null beside another member": (
        {5: claude(texts=None, temperature=0.5, top_p=None)},
        "anthropic.claude-haiku-4-5-20251001-v1:0",
        [
            ":5: modelInput.texts: not a member that Anthropic Claude is known to have",
            ":5: modelInput.top_p: null stands for nothing here; leave it out",
        ],
    ),
    "two faults of a record": (
        {5: claude(max_tokens=0, top_k=-1)},
        CLAUDE_MODEL,
        [
            ":5: modelInput.max_tokens: must be a whole number above zero",
            ":5: modelInput.top_k: must be a whole number, zero or more",
        ],
    ),
    "a record that is read twice is still checked": (
        {5: json.dumps({"modelInput": CLAUDE}).replace('"max_tokens"', '"top_k": -1, "top_k": -1, "max_tokens"')},
        CLAUDE_MODEL,
        [":5: modelInput.top_k: the key is there twice", ":5: modelInput.top_k: must be a whole number, zero or more"],
    ),
    "an error hides the warnings": (
        {5: claude(odd=1), 6: "-"},
        CLAUDE_MODEL,
        [":6: not JSON: Expecting value at column 1"],
    ),
    "ids that are there many times": (
        {each: json.dumps({"recordId": f"r{each % 3}", "modelInput": CLAUDE}) for each in range(10, 40)},
        CLAUDE_MODEL,
        [":13: recordId 'r1' is already in line 10 (27 records)"],
    ),
    "an id that is there twice before another fault": (
        {3: '{"recordId": "a", "modelInput": {}}', 5: '{"recordId": "a", "modelInput": {}}', 4: "-", 9: body("1")},
        "custom",
        [
            ":4: not JSON: Expecting value at column 1",
            ":5: recordId 'a' is already in line 3",
            ":9: modelInput must be a JSON object, got a number",
        ],
    ),
    "records of OpenAI": (
        dict.fromkeys(
            range(1, 101),
            '{"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {"messages": []}}',
        ),
        CLAUDE_MODEL,
        [":1: modelInput must be a JSON object, got nothing (100 records)"],
    ),
    "Converse records of an InvokeModel job": (
        dict.fromkeys(range(1, 101), json.dumps({"modelInput": CONVERSE})),
        CLAUDE_MODEL,
        [
            ":1: modelInput: is a Converse body, but Anthropic Claude is asked with a body of its own (InvokeModel)"
            " (100 records)"
        ],
    ),
    "Claude's records of a Converse job": (
        {},
        "converse",
        [
            ":1: modelInput: is a body of Anthropic Claude (InvokeModel), but the invocation type of the job is"
            " Converse (100 records)"
        ],
    ),
    "Claude's records of a Nova job": (
        {},
        NOVA_MODEL,
        [":1: modelInput: is a body of Anthropic Claude, not of Amazon Nova (100 records)"],
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_told_by_kinds_of_faults(tmp_path: Path, name: str) -> None:
    lines, model, told = FILES[name]
    assert read(write(tmp_path, dict(lines), GOOD), model) == told


@pytest.mark.parametrize(("model", "bad", "member", "reason"), CERTAIN)
def test_each_fault_of_a_family_is_told_with_its_line_and_member(
    tmp_path: Path, model: str, bad: dict[str, Any], member: str, reason: str
) -> None:
    path = write(tmp_path, dict.fromkeys(range(1, 101), json.dumps({"modelInput": bad})))
    name = f"modelInput.{member}" if member else "modelInput"
    assert read(path, model, may_name_media=True) == [f":1: {name}: {reason} (100 records)"]


@pytest.mark.parametrize(("model", "bad", "reason"), OTHERS)
def test_each_body_of_another_family_is_told(tmp_path: Path, model: str, bad: dict[str, Any], reason: str) -> None:
    path = write(tmp_path, dict.fromkeys(range(1, 101), json.dumps({"modelInput": bad})))
    assert read(path, model) == [f":1: modelInput: {reason} (100 records)"]


@pytest.mark.parametrize(("model", "odd", "member", "reason"), DOUBTFUL)
def test_what_is_doubtful_is_a_warning(
    tmp_path: Path, model: str, odd: dict[str, Any], member: str, reason: str
) -> None:
    path = write(tmp_path, dict.fromkeys(range(1, 101), json.dumps({"modelInput": odd})))
    family = family_of(model, converse=model == "converse")
    name = f"modelInput.{member}" if member else "modelInput"
    found = read_records(path, family=family, may_name_media=True)
    assert found.warnings == (f"{path}:1: {name}: {reason} (100 records)",)


UNKNOWN = "not a member that a record is known to have"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"recordID": "r", "modelInput": {}}', [f"recordID: {UNKNOWN}; did you mean recordId?"]),
        ('{"record_id": 5, "modelInput": {}}', [f"record_id: {UNKNOWN}; did you mean recordId?"]),
        ('{"recordId": "r", "modelInput": {}, "modelinput": {}}', [f"modelinput: {UNKNOWN}; did you mean modelInput?"]),
        ('{"recordId": "r", "modelInput": {}, "custom_id": null}', [f"custom_id: {UNKNOWN}"]),
        (r'{"modelInput": {"source": "\\ud83d"}, "more": 1}', [f"more: {UNKNOWN}"]),
    ],
)
def test_a_member_beside_the_body_that_is_not_known_is_a_warning(tmp_path: Path, line: str, told: list[str]) -> None:
    assert read(write(tmp_path, {42: line})) == [f":42: {each}" for each in told]


ODD_AND_GOOD: dict[str, str | bytes] = {
    "beyond ASCII": body('{"a": "naïve 日本 😀"}'),
    "escaped keys": r'{"\u006dodelInput": {"a": 1}}',
    "a whole emoji": body(r'{"a": "\ud83d\ude00 \uD83D\uDE00"}'),
    "a family of emoji": body(r'{"a": "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67"}'),
    "the text of an escape": body(r'{"a": "\\ud83d"}'),
    "Korean": body(r'{"a": "한국어 \ud55c\n"}'),
    "U+FFFF": body(r'{"a": "\uffff\u0000"}'),
    "the largest numbers": body('{"a": [18446744073709551615, -9223372036854775808, 1.7976931348623157e308]}'),
    "the smallest numbers": body('{"a": [1e-999, -0, 0.0, -0.0]}'),
    "one key in two objects": body('{"a": {"b": 1}, "b": {"a": 1}, "c": [{"a": 1}, {"a": 1}]}'),
    "keys that differ in case": body('{"a": 1, "A": 2}'),
    "a text that looks like keys": body(r'{"a": "{\"b\": 1, \"b\": 2}"}'),
    "a text that looks like media": body(r'{"a": "\"source\": {\"s3Location\": {\"uri\": \"s3://b/k\"}}"}'),
    "s3Location elsewhere": body('{"properties": {"s3Location": {"type": "string"}}}'),
    "a source in S3 as the input of Claude's tool": body(
        '{"messages": [{"content": [{"type": "tool_use", "name": "copy", "input": {"source": {"s3Uri": "s3://b/k"}}}]}]}'
    ),
    "media in S3 as the input of a tool of Converse": body(
        '{"messages": [{"content": [{"toolUse": {"input": {"image": {"source": {"s3Uri": "s3://b/k"}}}}}]}]}'
    ),
    "a source in S3 in a schema": body('{"tools": [{"input_schema": {"properties": {"source": {"s3Uri": {}}}}}]}'),
    "media in the record": body('{"image": {"source": {"bytes": "aGk="}}}'),
    "deep": body('{"a": ' + "[" * 200 + "]" * 200 + "}"),
    "blanks": ' \t{ "modelInput" : { } } \t',
    "CR": b'{"modelInput": {}}\r',
    "no text": body('{"a": ""}'),
    "NEL and LINE SEPARATOR": body('{"a": "\x85\u2028"}'),
    "a long id": '{"recordId": "' + "x" * 10_000 + '", "modelInput": {}}',
}


@pytest.mark.parametrize("name", ODD_AND_GOOD)
def test_what_only_looks_odd_is_accepted(tmp_path: Path, name: str) -> None:
    assert read(write(tmp_path, {42: ODD_AND_GOOD[name]})) == []


def test_100_000_records_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text("".join(f'{{"recordId": "{n}", "modelInput": {{}}}}\n' for n in range(100_000)), "utf-8")
    assert read_records(path).records == 100_000


def test_a_record_may_name_media_where_it_lies_beside_them(tmp_path: Path) -> None:
    line, _ = LINES["media in S3"]
    assert read(write(tmp_path, {42: line}), may_name_media=True) == []


def test_a_doubt_about_one_line_does_not_hide_another(tmp_path: Path) -> None:
    path = write(tmp_path, {5: claude(odd=1), 7: claude(odd=2), 8: claude(strange=1)}, GOOD)
    unknown = "not a member that Anthropic Claude is known to have"
    assert read(path, CLAUDE_MODEL) == [
        f":5: modelInput.odd: {unknown} (2 records)",
        f":8: modelInput.strange: {unknown}",
    ]


def test_ids_with_one_hash_are_no_repeated_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bedrock_batch.records.hash", len, raising=False)
    lines: dict[int, str | bytes] = {n: f'{{"recordId": "r{n:02}", "modelInput": {{}}}}' for n in range(10, 40)}
    assert read(write(tmp_path, lines)) == []
    lines[50] = '{"recordId": "r12", "modelInput": {}}'
    assert read(write(tmp_path, lines)) == [":50: recordId 'r12' is already in line 12"]


def test_no_error_text_holds_a_text_of_a_record(tmp_path: Path) -> None:
    secret = "a-secret-of-a-person"
    for number, (line, _) in enumerate(LINES.values()):
        text = line if isinstance(line, bytes) else line.encode("utf-8", "surrogatepass")
        path = write(tmp_path, {42: text.replace(b'"a": "', b'"a": "' + secret.encode()), 43: b'"' + secret.encode()})
        assert secret not in "".join(read(path)), number


def test_the_corpus_is_large() -> None:
    assert len(LINES) + len(FILES) >= 80
    assert len(CERTAIN) + len(OTHERS) >= 80
