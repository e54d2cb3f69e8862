"""What the documents show is tried: each Python, YAML and shell block, the output of the demo, each link and file."""

import ast
import itertools
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from aws_cdk import App
from botocore import xform_name

from bedrock_batch.cli.arguments import parse
from cdk_bedrock_batch import JobFile, read_job_files
from unit.pages import DOCUMENTS, HOW_TO, ROOT, TEXTS, blocks, is_script, is_test_file, kind_of_file, needs_cdk_nag_2


def test_every_block_is_of_a_language_that_is_tried() -> None:
    languages = {name for text in TEXTS.values() for name in re.findall(r"^```(.+)$", text, re.MULTILINE)}

    assert languages == {"python", "yaml", "sh", "text", "json", "mermaid"}


@pytest.mark.parametrize(
    "block",
    [
        each
        for each in blocks("python")
        if not (needs_cdk_nag_2(each.values[0]) or is_test_file(each.values[0]) or is_script(each.values[0]))
    ],
)
def test_python_synthesizes(block: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    exec(compile(block, "README.md", "exec"), names)  # noqa: S102 - the block is our own

    assert isinstance(names["app"], App)
    assert names["app"].synth().stacks
    assert capsys.readouterr().out


def job_file(block: str, folder: Path) -> JobFile:
    """The job that a YAML block declares, beside the records of this repository."""
    shutil.copytree(ROOT / "jobs" / "prompts", folder / "prompts")
    (folder / "questions.csv").write_text("id,question\n" + "".join(f"{n},Why?\n" for n in range(100)))
    (folder / "answer.json").write_text('{"type": "object", "properties": {}, "additionalProperties": false}')
    (folder / "job.yaml").write_text(block, "utf-8")
    (job,) = read_job_files(folder)
    return job


def check_environments(block: str, folder: Path) -> None:
    """Read each environment of a YAML block, with a job for what it overrides."""
    (folder / "support").mkdir()
    job = "name: ticket-triage\nmodel: amazon.nova-lite-v1:0\ninput: {bucket: records, key: a.jsonl}\n"
    (folder / "support" / "ticket-triage.yaml").write_text(job)
    (folder / "environments.yaml").write_text(block, "utf-8")
    names = re.findall(r"^  (\w+):$", block, re.MULTILINE)
    assert names
    for name in names:
        (found,) = read_job_files(folder, environment=name, run_id="1" if name == "nightly" else None)
        assert found.environment == name


@pytest.mark.parametrize("block", [each for each in blocks("yaml") if kind_of_file(each.values[0]) == "environments"])
def test_yaml_is_a_file_of_environments(block: str, tmp_path: Path) -> None:
    check_environments(block, tmp_path)


@pytest.mark.parametrize("block", [each for each in blocks("yaml") if kind_of_file(each.values[0]) == "job-file"])
def test_yaml_is_a_job_file(block: str, tmp_path: Path) -> None:
    job = job_file(block, tmp_path)

    assert f"name: {job.name}\n" in block


def lines(block: str) -> Iterator[list[str]]:
    """The commands of a shell block, each as its words."""
    for line in block.replace("\\\n", " ").splitlines():
        for command in re.split(r" (?:&&|\|) ", line):
            if words := shlex.split(command, comments=True):
                yield words


@cache
def members(service: str, operation: str) -> set[str]:
    """The options of a command of the AWS CLI, by the service model from which the CLI makes them."""
    model = botocore.session.get_session().get_service_model(service)
    name = next(each for each in model.operation_names if xform_name(each, "-") == operation)
    return {f"--{xform_name(member, '-')}" for member in model.operation_model(name).input_shape.members}


# AWS CLI User Guide, "Command line options", and "Using AWS CLI pagination options".
_OF_THE_CLI = {"--query", "--output", "--region", "--profile", "--max-items"}
APPS = "".join((ROOT / name).read_text("utf-8") for name in ("app.py", "examples/cdk-pipelines/pipeline.py"))
_CDK = {"bootstrap", "diff", "deploy", "destroy", "synth", "gc", "publish-assets"}
_CDK_OPTIONS = {
    "-c",
    "--all",
    "--profile",
    "--require-approval",
    "--quiet",
    "--app",
    "--unstable=gc",
    "--unstable=publish-assets",
}


@pytest.mark.parametrize("block", blocks("sh"))
def test_shell_is_shell_and_names_what_exists(block: str) -> None:
    subprocess.run(["bash", "-n"], input=block, text=True, check=True)  # nothing of it is run
    for words in lines(block):
        options = {word for word in words if re.match(r"--?[a-z]", word)}
        match words:
            case ["aws", "s3", operation, *_]:
                assert operation in {"cp", "ls"}
            case ["aws", service, operation, *_]:
                assert options <= members({"s3api": "s3"}.get(service, service), operation) | _OF_THE_CLI
            case ["cdk", command, *arguments]:
                assert command in _CDK
                assert options <= _CDK_OPTIONS
                context = {b for a, b in itertools.pairwise(arguments) if a == "-c"}
                assert all(f'context["{each.partition("=")[0]}"]' in APPS for each in context)
            case ["bedrock-batch", *arguments]:
                parse(arguments)
            case ["python", "-m", module, *_] if module != "pip":
                assert (ROOT / "local" / module.partition(".")[0]).is_dir()


def patterns(tree: ast.AST) -> Iterator[str]:
    """The lines of a module's texts as regular expressions, with anything where a text is filled in."""
    for node in ast.walk(tree):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        texts = [part.value if isinstance(part, ast.Constant) else None for part in parts]
        whole = "".join(re.escape(text) if isinstance(text, str) else ".*" for text in texts)
        yield from whole.replace("\\\n", "\n").split("\n")


def test_what_the_readme_shows_of_the_demo_is_what_the_demo_prints() -> None:
    (shown,) = (block.values[0] for block in blocks("text") if str(block.id).startswith("README"))
    demo, cli = ROOT / "local" / "bedrock_batch_local" / "demo", ROOT / "batch" / "bedrock_batch" / "cli"
    files = [*demo.glob("*.py"), *(cli / name for name in ("board.py", "facts.py"))]
    printed = {each for file in files for each in patterns(ast.parse(file.read_text("utf-8")))}
    printed = {each for each in printed if len(re.sub(r"\.\*|\W", "", each)) > 3}
    # What is a status, a counter or a row as a whole.
    printed |= {r"\w+: Completed, good", r"\d+ records: \d+ success", r"\w+: InProgress, \d+ of \d+ records processed"}
    printed |= {r'\{"recordId": .*\.\.\.', r"bedrock-batch (watch|results) BedrockBatchJobs .*"}

    assert len(shown.splitlines()) > 10
    for line in filter(None, shown.splitlines()):
        assert any(re.fullmatch(rf"(== )? *{each}", line) for each in printed), line


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", TEXTS[document], flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(((?!https?://)[^)\s]+)\)", text):
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document

        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), link


def test_every_how_to_page_is_short_and_the_readme_leads_to_it() -> None:
    assert len(HOW_TO) > 9
    for page in HOW_TO:
        assert f"(docs/how-to/{page.name})" in TEXTS[ROOT / "README.md"]
        assert len(TEXTS[page].splitlines()) <= 100, page.name


@pytest.mark.parametrize("document", [ROOT / "README.md", *HOW_TO], ids=lambda document: document.name)
def test_tables_for_users_have_at_most_three_columns(document: Path) -> None:
    for line in re.findall(r"^\|.*\|$", TEXTS[document], re.MULTILINE):
        assert len(re.findall(r"(?<!\\)\|", line)) <= 4, line


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for text in TEXTS.values() for name in re.findall(r"\bmake ([a-z]+)", text)}

    assert {"demo", "test", "local", "synth", "setup", "clean"} <= named <= targets | {"sure"}


# Objects in S3.
NO_FILES = {"outcome.json"}


def test_every_file_that_is_named_exists() -> None:
    handler = "lambda/model_invocation_job"
    rooms = ["", "docs", "constructs/cdk_bedrock_batch", handler, "local/bedrock_batch_local"]
    rooms += [f"{handler}/{ring}" for ring in ("core", "io", "operations")]
    rooms += ["batch", "batch/bedrock_batch", "batch/bedrock_batch/decisions"]
    for document, text in TEXTS.items():
        if document.name == "where.md":
            continue  # its files are those of its rows
        for name in re.findall(r"[`(]((?:[\w.-]+/)*\w[\w-]*\.(?:py|md|toml|txt|json))[`)]", text):
            if name in NO_FILES:
                continue
            places = [document.parent, *(ROOT / room for room in rooms)]
            assert any((place / name).exists() for place in places), f"{document.name} names {name}"


ROOTS = {
    "batch/": "batch/bedrock_batch/",
    "library/": "constructs/cdk_bedrock_batch/",
    "handler/": "lambda/model_invocation_job/",
    "outcome/": "lambda/batch_outcome/",
    "local/": "local/bedrock_batch_local/",
}
WHERE = [
    line.strip("|").split("|")
    for line in (ROOT / "docs" / "where.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and "| File |" not in line
]


def place(name: str) -> Path:
    """The file that a name on the page stands for."""
    short = next((each for each in ROOTS if name.startswith(each)), "")
    return ROOT / (ROOTS.get(short, "") + name.removeprefix(short))


def defined(file: Path) -> set[str]:
    """The names of functions, classes and constants in a file, wherever in it."""
    tree = ast.parse(file.read_text("utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return names | {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


@pytest.mark.parametrize("row", WHERE, ids=lambda row: row[0].strip())
def test_each_behaviour_lies_where_the_page_says(row: list[str]) -> None:
    _, files, names = row
    places = [place(name) for name in re.findall(r"`([^`]+)`", files)]

    assert places
    assert all(file.is_file() for file in places)
    assert set(re.findall(r"`([^`]+)`", names)) <= set().union(*map(defined, places))


def test_the_page_has_more_than_twenty_behaviours_of_every_root() -> None:
    files = [file for _, cell, _ in WHERE for file in re.findall(r"`([^`]+)`", cell)]

    assert len(WHERE) > 20
    assert all(any(file.startswith(root) for file in files) for root in ROOTS)
