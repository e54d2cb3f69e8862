"""Tables of questions: rows become records, placeholders become cells, and no cell is ever a template."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bedrock_batch.run.declaration import JobSpec
from cdk_bedrock_batch import InvocationType, JobInput
from cdk_bedrock_batch._records import Template
from unit.built import ANTHROPIC, CONVERSE, TOKEN, bodies, records, uploaded
from unit.templates import as_text

ROWS = "".join(f'{number},"What is, {number}?",note\n' for number in range(100))
SHORT = [{"id": f"q{number}", "q": f"What is {number}?", "n": number} for number in range(100)]
CELLS = "a row must have 2 cells, as the header, got 1 (201 records)"
SAME = "the cell of id_column has the same value as line 2 (2 records)"
LFS = "{path}: a Git LFS pointer, not the file itself; get it with: git lfs pull"
HIDDEN = (
    "{path}: prompt names the column 'q'; the names of the 2 columns are not shown, since they may be cells: the first "
    "line of a CSV file must name the columns"
)
BRACE = "for a brace, and the name of a column in braces for its value"


@pytest.fixture
def table(tmp_path: Path) -> Any:
    def write(content: str | bytes, name: str = "questions.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def texts(built: JobInput) -> list[str]:
    return [body["messages"][0]["content"][0]["text"] for body in bodies(built, CONVERSE)]


def refused(reason: str, path: Path, **options: Any) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        JobInput.from_table(path, **{"prompt": "{q}", **options})
    assert str(error.value) == reason.format(path=path)


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_row_of_a_csv_file_is_a_record(table: Any, bom: str, end: str) -> None:
    path = table((bom + "id,q,other\n" + ROWS).replace("\n", end))
    built = JobInput.from_table(path, prompt="{q} Answer {{{id}}}.", id_column="id", system="{q}")
    found = records(built, ANTHROPIC)

    assert len(found) == 100
    assert found[7]["recordId"] == "7"
    assert found[7]["modelInput"]["messages"][0]["content"] == [{"type": "text", "text": "What is, 7? Answer {7}."}]
    assert found[7]["modelInput"]["system"] == "{q}"


def test_each_line_of_a_jsonl_file_is_a_record(table: Any) -> None:
    lines = [json.dumps({"q": "What?", "n": number, "deep": {"a": [None, "é"]}}) for number in range(100)]
    built = JobInput.from_table(table("\ufeff" + "\n".join(lines) + "\n\n", "q.jsonl"), prompt="{q} {n} {deep}")

    assert texts(built)[3] == 'What? 3 {"a":[null,"é"]}'
    assert records(built, CONVERSE)[3]["recordId"] == "record-000004"


def test_a_cell_may_have_lines_and_be_longer_than_the_csv_module_takes_by_default(table: Any) -> None:
    long = "x" * 200_000
    path = table(f'q\n"a\n{long}"\n' + "b\n" * 99)

    assert texts(JobInput.from_table(path, prompt="{q}"))[:2] == [f"a\n{long}", "b"]


@pytest.mark.parametrize("cell", ["{q}", "{{q}}", "{0.__class__}", "${AWS::Region}", "${Token[AWS.Region.3]}"])
def test_a_cell_may_hold_anything_and_is_no_template(table: Any, cell: str) -> None:
    built = JobInput.from_table(table("q,r\n" + f"{cell},b\n" * 100), prompt="{q}{r}")

    assert texts(built)[0] == f"{cell}b"


def test_the_name_of_a_column_is_all_between_the_braces(table: Any) -> None:
    path = table("a.b,c[0],d!r,e:>5\n" + "1,2,3,4\n" * 100)

    assert texts(JobInput.from_table(path, prompt="{a.b}{c[0]}{d!r}{e:>5}"))[0] == "1234"


@pytest.mark.parametrize("invocation_type", InvocationType)
def test_a_column_that_is_not_in_the_text_does_not_define_the_run(
    table: Any, tmp_path: Path, invocation_type: InvocationType
) -> None:
    def seen(rows: str, folder: str) -> tuple[JobSpec, dict[str, bytes]]:
        built = JobInput.from_table(table("id,q,other\n" + rows), prompt="{q}")
        files = uploaded(built, tmp_path / folder, invocation_type)
        resources = json.loads(files["Stack.template.json"])["Resources"].values()
        (job,) = (each["Properties"] for each in resources if each["Type"] == "Custom::BedrockModelInvocationJob")
        resolved = re.sub(r"\$\{[^}]*\}", "x", json.dumps(as_text(job)))
        return JobSpec.parse(json.loads(resolved)), files

    (one, files), (two, others), (three, _) = (
        seen(ROWS, "one"),
        seen(ROWS.replace("note", "word"), "two"),
        seen(ROWS.replace("What", "Who"), "three"),
    )
    assert one.defining() == two.defining()
    assert one.input_files == two.input_files
    assert one.input_columns != two.input_columns
    assert one.defining() != three.defining()
    assert len(files) == 4
    assert files == seen(ROWS, "four")[1]
    assert files != others


def test_all_columns_are_uploaded_with_the_ids_of_their_records(table: Any, tmp_path: Path) -> None:
    """The words of the file, in its order, whatever they look like."""
    lines = [{"q": "What?", "id": f"q{number}", "deep": {"b": None, "a": [1.5, "é"]}} for number in range(100)]
    path = table("\n".join(map(json.dumps, lines)), "a.jsonl")
    built = JobInput.from_table(path, prompt="{q}", id_column="id")
    files = uploaded(built, tmp_path, InvocationType.CONVERSE)
    (columns,) = (each for each in files.values() if each.startswith(b'{"recordId":"q0","columns":'))

    assert [json.loads(line) for line in columns.splitlines()] == [
        {"recordId": each["id"], "columns": each} for each in lines
    ]
    assert columns.splitlines()[0].endswith('{"q":"What?","id":"q0","deep":{"b":null,"a":[1.5,"é"]}}}'.encode())


def test_only_a_table_has_columns(tmp_path: Path) -> None:
    built = JobInput.from_prompts(["a"] * 100)

    assert b"InputColumns" not in uploaded(built, tmp_path, InvocationType.CONVERSE)["Stack.template.json"]


def test_the_copy_has_the_name_of_the_table(table: Any, tmp_path: Path) -> None:
    built = JobInput.from_table(table("q\n" + "a\n" * 100, "Übung 1.csv"), prompt="{q}")

    assert b"/Ubung_1.jsonl" in uploaded(built, tmp_path, InvocationType.CONVERSE)["Stack.template.json"]


@pytest.mark.parametrize(
    ("content", "options", "reason"),
    [
        ("", {}, "{path}: the first line must name the columns"),
        ("q,,r\n", {}, "{path}: column 2 has no name in the first line"),
        ("q,r,q\n", {}, "{path}: columns 1 and 3 have the same name"),
        ("q,r\na,b\na\n" + "a,b,c\n" * 200, {}, f"{{path}}:3: {CELLS}"),
        ('q,r\na,b\n"c\nd"\n', {}, "{path}:3: a row must have 2 cells, as the header, got 1"),
        ('q\n"a\nb"\n"c"d\n', {}, "{path}:4: not CSV: ',' expected after '\"'"),
        (
            b"q\n" + b"a\n" * 5000 + b"ab\xff\n",
            {},
            "{path}:5002: not UTF-8: invalid start byte at byte 3 of the line; save the file as UTF-8",
        ),
        (
            "q\n".encode("utf-16"),
            {},
            "{path}:1: not UTF-8: invalid start byte at byte 1 of the line; save the file as UTF-8",
        ),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", {}, LFS),
        ("q\n", {"prompt": "{z}"}, "{path}: prompt names the column 'z'; the columns are 'q'"),
        ("q\n", {"id_column": "z"}, "{path}: id_column names the column 'z'; the columns are 'q'"),
        ("q\n" + "a\n" * 101, {"max_records": 100}, "{path}: a batch must have 100 to 100 records, got more"),
        ("q\na\n\nb\n\n\n", {}, "{path}:3: the text of the record is empty"),
        ("q\na\n\nb\n\n\n", {"id_column": "q"}, "{path}:3: the cell of id_column must not be empty"),
        ("What is wrong with Ann (1970)?,yes\n", {}, HIDDEN),
        ("ann@example.com,a\n", {"prompt": "{ann}"}, HIDDEN.replace("'q'", "'ann'")),
        ("1970,a\n", {}, HIDDEN),
        (" q,a\n", {}, "{path}: prompt names the column 'q'; did you mean ' q'? the columns are ' q', 'a'"),
        ("q\na\n", {}, "{path}: a batch must have 100 to 100,000 records, got 1"),
        ("q\na\n", {"max_records": 5}, "{path}: a batch must have 100 to 5 records, got 1"),
        ("question,b\na,b\n", {}, "{path}: prompt names the column 'q'; the columns are 'question', 'b'"),
        (
            "question,b\na,b\n",
            {"prompt": "{qestion}"},
            "{path}: prompt names the column 'qestion'; did you mean 'question'? the columns are 'question', 'b'",
        ),
        (
            "q,bid\na,b\n",
            {"id_column": "id"},
            "{path}: id_column names the column 'id'; did you mean 'bid'? the columns are 'q', 'bid'",
        ),
        (
            ",".join(f"c{number}" for number in range(24)) + "\n" + "a," * 23 + "a\n",
            {"prompt": f"{{{'z' * 70}}}"},
            "{path}: prompt names the column '"
            + "z" * 27
            + "..."
            + "z" * 28
            + "'; the columns are "
            + ", ".join(f"'c{number}'" for number in range(20))
            + ", and 4 more",
        ),
        ("q,id\na,1\nb,2\nc,1\nd,1\n", {"id_column": "id"}, f"{{path}}:4: {SAME}"),
        ('q,id\n"a\nb",1\n\nb,\n', {"id_column": "id"}, "{path}:5: the cell of id_column must not be empty"),
        ("q,r\na,b\n ,b\n", {}, "{path}:3: the text of the record is empty"),
    ],
)
def test_fails_on_a_table_that_is_none(table: Any, content: str | bytes, options: dict[str, Any], reason: str) -> None:
    refused(reason, table(content), **options)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("no", "not JSON: Expecting value at column 1"),
        ("[]", "a record must be a JSON object, got an array"),
        ('{"q": "a", "q": "b"}', "q: the key is there twice"),
        ('{"q": "a", "n": {"a": 1, "a": 1}}', "n.a: the key is there twice"),
        ('{"q": 123456789012345678901}', "q: the number does not fit into 64 bits"),
        ('{"q": "a", "n": 1e999}', "n: the number is too large: above 1.8e308"),
        (f'{{"q": {"9" * 5000}}}', "q: the number does not fit into 64 bits"),
        (r'{"q": "a", "n": "\ud83d"}', "n: holds half an emoji: a lone surrogate such as \\ud83d"),
        ('{"q": ' + "[" * 5000 + "]" * 5000 + "}", "not readable: the JSON is nested too deeply"),
        ('{"q": null}', "the column 'q' is null"),
        ('{"p": 1}', "prompt names the column 'q'; the columns are 'p'"),
        ("{}", "prompt names the column 'q'; there are none"),
    ],
)
def test_fails_on_a_line_that_is_no_row(table: Any, line: str, reason: str) -> None:
    lines = [json.dumps(each) for each in SHORT]
    refused("{path}:3: " + reason, table("\n".join([*lines[:2], line, *lines]), "a.jsonl"))


@pytest.mark.parametrize(("name", "hint"), [("a.tsv", ""), ("a", ""), ("a.csv.gz", "; unpack the file")])
def test_fails_on_a_file_of_another_kind(tmp_path: Path, name: str, hint: str) -> None:
    refused(f"{{path}}: the name of a table must end with .csv or .jsonl{hint}", tmp_path / name)


def test_a_cell_of_any_depth_is_a_row_or_refused(table: Any) -> None:
    """How deep JSON may be depends on the stack of the caller, and is not the same to read and to write."""
    told = set()
    for depth in range(900, 1010):
        lines = [json.dumps(each) for each in SHORT] + ['{"q": ' + "[" * depth + "]" * depth + "}"]
        try:
            assert texts(JobInput.from_table(table("\n".join(lines), "a.jsonl"), prompt="{q}"))
        except ValueError as error:
            told.add(str(error).partition("jsonl:101: ")[2])
    assert told <= {"not readable: the JSON is nested too deeply", "not JSON: nested too deeply"}
    assert told


def test_rows_beyond_those_that_tell_that_there_are_too_many_are_not_read(table: Any) -> None:
    lines = [*map(json.dumps, SHORT), '{"q": "one more"}', "no"]
    refused(
        "{path}: a batch must have 100 to 100 records, got more", table("\n".join(lines), "a.jsonl"), max_records=100
    )


def test_a_relative_path_is_one_of_the_directory_that_was_current_then(
    table: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table("q,r\n" + "a,b\n" * 99 + ",\n" + "a,b\n")
    monkeypatch.chdir(tmp_path)
    refused("questions.csv:101: the text of the record is empty", Path(path.name))
    path.write_text("q\n" + "a\n" * 100)
    built = JobInput.from_table(path.name, prompt="{q}")
    monkeypatch.chdir("/")
    assert texts(built) == ["a"] * 100


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("a {q", "prompt has a single { at character 3; write {{ " + BRACE),
        ("{q}}", "prompt has a single } at character 4; write }} " + BRACE),
        ("{q} {}", "prompt has a single { at character 5; write {{ " + BRACE),
        ("no column {{q}}", "prompt has no placeholder such as {column}, so all records would be the same"),
        (f"{{q}} in {TOKEN}", "prompt holds a token of CDK, whose value is known only at deployment"),
    ],
)
def test_fails_on_a_template_that_is_none(tmp_path: Path, prompt: str, reason: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        JobInput.from_table(tmp_path / "a.csv", prompt=prompt)
    assert str(error.value) == reason


@pytest.mark.parametrize(
    ("template", "filled"),
    [("{a}", "A"), ("{{{a}}}", "{A}"), ("{{a}}{a}", "{a}A"), ("$${a}%s{{{{", "$$A%s{{"), ("{a}{a}\n", "AA\n")],
)
def test_braces_are_doubled(template: str, filled: str) -> None:
    assert Template.parse(template).filled(str.upper) == filled


def test_no_error_tells_a_cell(table: Any) -> None:
    """Also what `recordId` is made of."""
    secret = "hunter2"
    for content, options in (
        (f"q,id\na,{secret}\nb,{secret}\n", {"id_column": "id"}),
        (f"q,id\n{secret},{secret},{secret}\n", {}),
        (f'q\n"{secret}"{secret}\n', {}),
        (f"q\n{secret}\n", {"prompt": "{x}"}),
    ):
        with pytest.raises(ValueError, match="questions") as error:
            JobInput.from_table(table(content), **{"prompt": "{q}", **options})  # type: ignore[arg-type]  # some options
        assert secret not in str(error.value)
