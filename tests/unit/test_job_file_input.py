"""The key `input` of a job file: each builder, what its texts may hold, and how a mistake is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack

from cdk_bedrock_batch import JobFile, read_job_files

HEAD = "name: tickets\nmodel: amazon.nova-lite-v1:0\ninvocation_type: Converse\n"
# CloudFormation, CDK and IAM interpret some of these, a template of ours the braces, a shell the rest.
ANYTHING = (
    "${AWS::Region} {{resolve:ssm:/a}} #{x} ${Token[TOKEN.7]} * ? \u00fc \U0001f600 'a' \"b\" $(id) `id`\n\tend\u2028."
)
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}


def quoted(text: str) -> str:
    """A text as YAML writes it in double quotes."""
    return json.dumps(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "repository" / "jobs"
    (folder / "prompts").mkdir(parents=True)
    record = '{{"recordId": "r{}", "modelInput": {{"messages": [{{"role": "user", "content": [{{"text": "x"}}]}}]}}}}\n'
    (folder / "prompts" / "a.jsonl").write_text("".join(record.format(n) for n in range(60)))
    (folder / "prompts" / "b.jsonl").write_text("".join(record.format(n) for n in range(60, 120)))
    (folder / "all.jsonl").write_text("".join(record.format(n) for n in range(100)))
    (folder / "rows.csv").write_text("id,question,answer\n" + "".join(f"q{n},How many? {n},{n}\n" for n in range(100)))
    line = {"method": "POST", "url": "/v1/chat/completions"}
    body = {"model": "gpt", "messages": [{"role": "user", "content": "Hi"}]}
    lines = [json.dumps({"custom_id": f"t{n}", **line, "body": body}) for n in range(100)]
    (folder / "openai.jsonl").write_text("\n".join(lines))
    (folder / "answer.json").write_text(json.dumps(SCHEMA, indent=1))
    (tmp_path / "repository" / "theirs.csv").write_text("a\nsecret\n")
    return folder


def job_file(folder: Path, text: str) -> JobFile:
    (folder / "tickets.yaml").write_text(f"{HEAD}input:{text}\n", "utf-8")
    (job,) = read_job_files(folder)
    return job


def synthesized(tmp_path: Path, job: JobFile) -> tuple[str, list[dict[str, Any]]]:
    """The template of a job and its records."""
    app = App(outdir=str(tmp_path / "out"))
    job.declare(Stack(app, "S"))
    assembly = app.synth()
    records: dict[str, dict[str, Any]] = {}
    for path in Path(assembly.directory).glob("asset.*.jsonl"):
        for line in path.read_text("utf-8").split("\n"):
            if line and "modelInput" in (record := json.loads(line)):
                records[record["recordId"]] = record["modelInput"]
    return json.dumps(assembly.get_stack_by_name("S").template), list(records.values())


def prompts(count: int = 100, last: str = "end") -> str:
    texts = [*(f"text {n}" for n in range(count - 1)), last]
    return "".join(f"\n    - {quoted(text)}" for text in texts)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (" all.jsonl", 100),
        ("\n  file: all.jsonl", 100),
        ("\n  file: all.jsonl\n  max_records: 100", 100),
        ("\n  folder: prompts", 120),
        ("\n  openai_batch: openai.jsonl", 100),
        ('\n  table: rows.csv\n  prompt: "{question}"', 100),
        (f"\n  texts:{prompts()}\n  max_tokens: 9", 100),
    ],
)
def test_each_builder_makes_records(folder: Path, tmp_path: Path, text: str, count: int) -> None:
    _, records = synthesized(tmp_path, job_file(folder, text))

    assert len(records) == count


def test_a_table_is_asked_with_all_that_the_file_says(folder: Path, tmp_path: Path) -> None:
    source = job_file(
        folder,
        "\n  table: rows.csv\n  id_column: id\n  prompt: |\n    Q: {question}\n    A: {{}}\n  system: Be short.\n"
        "  max_tokens: 300\n  temperature: 0.25\n  answer_schema: answer.json",
    )
    _, records = synthesized(tmp_path, source)

    asked = records[3].pop("outputConfig")
    assert json.loads(asked["textFormat"]["structure"]["jsonSchema"]["schema"]) == SCHEMA
    assert records[3] == {
        "system": [{"text": "Be short."}],
        "messages": [{"role": "user", "content": [{"text": "Q: How many? 3\nA: {}\n"}]}],
        "inferenceConfig": {"maxTokens": 300, "temperature": 0.25},
    }


@pytest.mark.parametrize(
    "text",
    [
        f"\n  texts:{prompts(last=ANYTHING)}",
        f"\n  texts:{prompts()}\n  system: {quoted(ANYTHING)}",
        "\n  table: rows.csv\n  prompt: " + quoted("{question}" + ANYTHING.replace("{", "{{").replace("}", "}}")),
    ],
)
def test_texts_may_hold_anything_and_reach_records_only(folder: Path, tmp_path: Path, text: str) -> None:
    template, records = synthesized(tmp_path, job_file(folder, text))

    assert json.dumps(ANYTHING)[1:-1] in json.dumps(records)
    for piece in ("resolve:ssm", "$(id)", "TOKEN.7"):
        assert piece not in template


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "input: must be the path of a file, or a mapping with keys such as file, "),
        (" [a]", "input: must be the path of a file, or a mapping with keys such as file, "),
        (" {}", "input: must be a path, or have exactly one of the keys file, folder, texts, table, openai_batch"),
        (" {table: rows.csv, file: all.jsonl}", "input: must be a path, or have exactly one of the keys file, "),
        (
            " {file: all.jsonl, system: x}",
            "input: 'system': unknown key, allowed beside file are max_records",
        ),
        (
            " {table: rows.csv, promt: x}",
            "input: 'promt': unknown key, allowed beside table are prompt, system, max_tokens, temperature, "
            "answer_schema, id_column, max_records",
        ),
        (" {table: rows.csv}", "input: prompt: missing"),
        (" {table: rows.csv, prompt: }", "input: prompt: must be a text that is not empty"),
        (" {table: rows.csv, prompt: [x]}", "input: prompt: must be a text that is not empty"),
        (" {table: rows.csv, prompt: x}", "input: prompt: has no placeholder such as {column}"),
        (
            ' {table: rows.csv, prompt: "{qestion}"}',
            "input: table: {folder}/rows.csv: prompt names the column 'qestion'; did",
        ),
        (
            ' {table: rows.csv, prompt: "{id}", id_column: x}',
            "input: table: {folder}/rows.csv: id_column names the column",
        ),
        (' {table: ../theirs.csv, prompt: "{a}"}', "input: table: must lie in or below {folder}, got "),
        (' {table: nowhere.csv, prompt: "{a}"}', "input: table: no such file: "),
        (" {file: ../theirs.csv}", "input: file: must lie in or below {folder}, got "),
        (" {folder: ..}", "input: folder: must lie in or below {folder}, got "),
        (" {folder: nowhere}", "input: folder: no such folder: "),
        (" {folder: all.jsonl}", "input: folder: no such folder: "),
        (" {folder: .}", "input: folder: {folder}: the folder may have .jsonl files only, no other files or folders"),
        (" {openai_batch: /etc/passwd}", "input: openai_batch: must lie in or below {folder}, got "),
        (
            " {openai_batch: all.jsonl}",
            "input: openai_batch: {folder}/all.jsonl:1: 'modelInput': not a member of a line of OpenAI's",
        ),
        (' {openai_batch: "${AWS::Region}.jsonl"}', "input: openai_batch: must not hold '${', which CloudFormation,"),
        (" {texts: a text}", "input: texts: must be a list of texts"),
        (' {texts: [a, ""]}', "input: texts: 2: must be a text that is not empty"),
        (" {texts: [a, [b]]}", "input: texts: 2: must be a text that is not empty"),
        (" {texts: [a, b]}", "input: texts: a batch must have 100 to 100,000 records, got 2"),
        (" {texts: [a], system: ' '}", "input: system: must be a text that is not empty"),
        (
            " {texts: [a], max_tokens: many}",
            "input: max_tokens: must be a whole number of tokens, 1 to 1,000,000,000, got 'many'",
        ),
        (" {texts: [a], max_tokens: 0}", "input: max_tokens: must be 1 to 1,000,000,000 tokens, got 0"),
        (
            ' {texts: [a], max_tokens: "9"}',
            "input: max_tokens: must be a whole number of tokens, 1 to 1,000,000,000, without",
        ),
        (" {texts: [a], temperature: hot}", "input: temperature: must be a number from zero, such as 0.5, got 'hot'"),
        (" {texts: [a], temperature: -1}", "input: temperature: must be a number from zero, such as 0.5, got '-1'"),
        (" {texts: [a], temperature: .inf}", "input: temperature: must be a number from zero, such as 0.5, got "),
        (" {texts: [a], answer_schema: {type: object}}", "input: answer_schema: must be the path of a file"),
        (" {texts: [a], answer_schema: rows.csv}", "input: answer_schema: {folder}/rows.csv:1: not JSON: "),
        (
            " {texts: [a], answer_schema: twice.json}",
            "input: answer_schema: {folder}/twice.json: not JSON: the key 'a'",
        ),
        (" {texts: [a], answer_schema: nan.json}", "input: answer_schema: {folder}/nan.json: not JSON: NaN is not a"),
        (" {texts: [a], answer_schema: list.json}", "input: answer_schema: {folder}/list.json: must hold a JSON obj"),
        (" {texts: [a], answer_schema: latin.json}", "input: answer_schema: {folder}/latin.json: not UTF-8: "),
        (" {texts: [a], answer_schema: deep.json}", "input: answer_schema: {folder}/deep.json: nested too deeply"),
        (" {texts: [a], answer_schema: large.json}", "input: answer_schema: {folder}/large.json: may have 131,072"),
        (" {file: all.jsonl, max_records: 0}", "input: max_records: must be 1 to 999,999,999 records, got 0"),
    ],
)
def test_fails_with_file_key_and_reason(folder: Path, text: str, reason: str) -> None:
    (folder / "twice.json").write_text('{"a": 1, "a": 2}')
    (folder / "nan.json").write_text('{"a": NaN}')
    (folder / "list.json").write_text("[]")
    (folder / "latin.json").write_bytes(b'{"\xe9": 1}')
    (folder / "deep.json").write_text("[" * 60_000 + "]" * 60_000)
    (folder / "large.json").write_text(" " * 140_000)

    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the text is compared
        job_file(folder, text)

    place, _, said = str(refused.value).partition(": ")
    assert place.startswith(f"{folder}/tickets.yaml:4:")
    assert said.startswith(reason.replace("{folder}", str(folder)))


def test_a_link_in_a_folder_of_records_must_not_lead_out(folder: Path) -> None:
    (folder / "prompts" / "c.jsonl").symlink_to("../../theirs.csv")

    with pytest.raises(ValueError, match=r"tickets\.yaml:5:11: input: folder: must lie in or below "):
        job_file(folder, "\n  folder: prompts")


def test_no_error_shows_a_prompt(folder: Path) -> None:
    for text in (" {texts: [secret, [secret]]}", " {table: rows.csv, prompt: [secret]}", " {texts: [secret, ' ']}"):
        with pytest.raises(ValueError, match="must be") as refused:
            job_file(folder, text)
        assert "secret" not in str(refused.value)
