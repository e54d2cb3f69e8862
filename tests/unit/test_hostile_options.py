"""Nothing of a folder of job files reaches a template but plain text, and no mutation of a good file ends otherwise."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bedrock_batch.options import (
    DEFAULTS_FILE,
    ENVIRONMENTS_FILE,
    INTERPRETED,
    JOB_FILE,
    Either,
    Entries,
    Items,
    Kind,
    LocalPath,
    Members,
    Text,
    Word,
)
from cdk_bedrock_batch import read_job_files
from cdk_bedrock_batch.files.faults import Faults
from cdk_bedrock_batch.files.table_reader import read_members
from cdk_bedrock_batch.files.yaml_reader import load_yaml

_HOSTILE = ("${AWS::AccountId}", "{{resolve:ssm:/a}}", "#{Token[TOKEN.1]}", "${Token[TOKEN.1]}", "Token[a.1]", "*", "?")
_SECRET = "Dear Mrs Miller, your account"
_JOB = f"""\
name: tickets
model: amazon.nova-lite-v1:0
input:
  table: tickets.csv
  prompt: "{_SECRET}: {{text}}"
  system: |
    {_SECRET}
  max_tokens: 100
timeout_hours: 48
tags: {{team: support, "cost center": "1"}}
gate: VALIDATED
gate_timeout_seconds: 60
"""
_TEXT = f"        - {_SECRET}\n"
_SEVERAL = f"""\
jobs:
  - name: first
    input:
      texts:
        - "{_SECRET}"
{_TEXT * 99}
  - name: second
    model: amazon.nova-micro-v1:0
    input: {{file: records.jsonl, max_records: 100}}
"""
_DEFAULTS = """\
model: amazon.nova-lite-v1:0
tags:
  team: support
storage:
  output_retention_days: 30
"""
_ENVIRONMENTS = """\
environments:
  dev:
    account: "111122223333"
    region: eu-central-1
  prod:
    models: [amazon.nova-lite-v1:0, amazon.nova-micro-v1:0]
    ceilings: {max_usd: 12.50}
    overrides:
      support/:
        timeout_hours: 72
      tickets:
        tags: {team: operations}
"""
_FILES = {
    "tickets.yaml": _JOB,
    "support/several.yaml": _SEVERAL,
    "defaults.yaml": _DEFAULTS,
    "environments.yaml": _ENVIRONMENTS,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "jobs"
    (folder / "support").mkdir(parents=True)
    (folder / "tickets.csv").write_text("text\n" + "a\n" * 100)
    (folder / "support" / "records.jsonl").touch()
    (tmp_path / "secret.jsonl").write_text("theirs")
    for name, text in _FILES.items():
        (folder / name).write_text(text)
    return folder


def _texts(kind: Kind, *path: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The way to each text of a kind of value, and whether it is a key: `[]` is an item, `{}` a value of any key."""
    match kind:
        case Text() | Word() | LocalPath():
            yield path, False
        case Items():
            yield from _texts(kind.of, *path, "[]")
        case Either():
            yield from _texts(kind.scalar, *path)
            yield from _texts(kind.members, *path)
        case Entries():
            yield (*path, "{}"), True
            yield from _texts(kind.value, *path, "{}")
        case Members():
            for option in kind.options:
                beside = option.beside[0] if option.beside else ""
                yield from _texts(option.kind, *path, *([f"+{beside}"] if beside else []), option.name)


def _written(path: tuple[str, ...], hostile: str, *, is_key: bool) -> str:
    """YAML in flow style with a text at the end of a path."""
    if not path:
        return f'"{hostile}"'
    first, rest = path[0], path[1:]
    if first == "[]":
        return f"[{_written(rest, hostile, is_key=is_key)}]"
    if first == "{}":
        key = f'"{hostile}"' if is_key and not rest else '"dev"'
        return f"{{{key}: {'{}' if is_key and not rest else _written(rest, hostile, is_key=is_key)}}}"
    if first.startswith("+"):
        return f"{{{first[1:]}: x, {_written(rest, hostile, is_key=is_key)[1:]}"
    return f"{{{first}: {_written(rest, hostile, is_key=is_key)}}}"


_PLACES = [
    pytest.param(kind.members, path, is_key, id=f"{kind.name}-{'.'.join(path)}{'-key' if is_key else ''}")
    for kind in (JOB_FILE, DEFAULTS_FILE, ENVIRONMENTS_FILE)
    for path, is_key in _texts(kind.members)
]


@pytest.mark.parametrize(("members", "path", "is_key"), _PLACES)
def test_no_text_of_the_table_takes_what_something_interprets(
    members: Members, path: tuple[str, ...], is_key: bool, tmp_path: Path
) -> None:
    file = tmp_path / "file.yaml"
    for hostile in _HOSTILE:
        for text in (hostile, f"a{hostile}b"):
            faults = Faults()
            file.write_text(_written(path, text, is_key=is_key))
            node = load_yaml(file, faults)
            assert node is not None
            assert len(faults) == 0
            read_members(members, node, faults)
            with pytest.raises(ValueError, match=r"interprets|must be one of|must be the word"):
                faults.raise_if_any()


def test_each_mark_that_something_interprets_is_tried() -> None:
    assert all(any(mark in each for each in _HOSTILE) for mark in INTERPRETED)
    assert len(_PLACES) > 90


@pytest.mark.parametrize("mark", _HOSTILE)
@pytest.mark.parametrize("name", ["{}/a.yaml", "support/{}/a.yaml", "a{}b/a.yaml"])
def test_no_folder_has_it_in_its_name(folder: Path, name: str, mark: str) -> None:
    path = folder / name.format(mark.replace("/", ""))
    path.parent.mkdir(parents=True)
    path.write_text("name: other\ninput: ../tickets.csv\n")
    with pytest.raises(ValueError, match="the name of a folder with job files"):
        read_job_files(folder, environment="dev")


@pytest.mark.parametrize("mark", _HOSTILE)
def test_no_file_has_it_in_its_name(folder: Path, mark: str) -> None:
    (folder / f"{mark.replace('/', '')}.yaml").write_text("name: other\ninput: tickets.csv\n")
    with pytest.raises(ValueError, match="the name of a job file must not hold"):
        read_job_files(folder, environment="dev")


def test_the_files_are_good(folder: Path) -> None:
    assert [job.name for job in read_job_files(folder, environment="prod")] == ["tickets", "first", "second"]


_BITS = (
    *("\t", "\n", "\r\n", "\ufeff", "\0", "\x85", "\u2028", "\ud7ff", "\U0001f600", "é", "#", ":", " ", "- ", "? "),
    *("|\n", ">", "[", "]", "{", "}", "&a ", "*a", "!!str ", "!<x>", "%YAML 9.9\n", "---\n", "...\n", "'", '"', "\\"),
    *(",", "<<: ", "~", "null", "yes", "010", "1e999", "-1", "9" * 400, "a" * 3_000, "../", "/etc/passwd", "*", "name"),
    *("${AWS::Region}", "jobs:", "texts", "prod", "[" * 40, "{a: " * 20, "../secret.jsonl", "{{resolve:ssm:/a}}"),
    *("\\ud800", "\\0"),
)


def _mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 4)):
        at, end = sorted(chance.randint(0, len(text)) for _ in range(2))
        lines = text.splitlines(keepends=True) or [""]
        match chance.randrange(6):
            case 0:
                text = text[:at] + chance.choice(_BITS) + text[at:]
            case 1:
                text = text[:at] + text[min(at + chance.randint(1, 9), end) :]
            case 2:
                chance.shuffle(lines)
                text = "".join(lines)
            case 3:
                text = text.replace(chance.choice(lines).strip() or "a", chance.choice(_BITS), 1)
            case 4:
                text = text[:end] + text[at:end] + text[end:]
            case _:
                text = text.replace(": ", f": {chance.choice(_BITS)}", 1)
    return text


@pytest.mark.parametrize("seed", range(8))
def test_a_mutated_file_is_read_or_refused_with_its_name(folder: Path, seed: int) -> None:
    """Any other error than ValueError fails the test, and an error that shows the text of a record."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    refused = 0
    for _ in range(60):
        name = chance.choice(list(_FILES))
        path = folder / name
        path.write_text(_mutated(_FILES[name], chance), "utf-8", "surrogatepass", newline="")
        try:
            jobs = read_job_files(folder, environment=chance.choice(["dev", "prod", None]))
        except ValueError as error:
            said = str(error)
            refused += 1
            lines = said.split("\n")
            assert all(line.startswith((str(folder), "... and ")) for line in lines)
            assert all(line.isprintable() and ": " in line and len(line) < 2_000 for line in lines)
            assert "theirs" not in said
            assert _SECRET not in said
        else:
            assert all(job.path.is_relative_to(folder) for job in jobs)
        path.write_text(_FILES[name])
    assert refused > 20


@pytest.mark.parametrize(
    ("change", "is_good"),
    [
        (lambda text: text.replace("\n", "\r\n"), True),
        (lambda text: f"\ufeff{text}", True),
        (lambda text: f"# größer als €, \U0001f600\n{text}", True),
        (lambda text: text.replace("\n", " # größer\n").replace("| #", "|  #"), True),
        (lambda text: f"---\n{text}...\n", True),
        (lambda text: text.replace("\n", "\r"), True),
        (lambda text: text + "x: [" + "1," * 4_960 + "1]\n", False),
        (lambda text: text + "#" * (128 * 1024 - len(text.encode())), True),
        (lambda text: text + "#" * (128 * 1024 - len(text.encode()) + 1), False),
    ],
    ids=["CRLF", "BOM", "comments", "comments at each line", "marks", "CR", "5,000 values", "128 KiB", "a byte more"],
)
def test_files_of_editors_are_read(folder: Path, change: object, is_good: bool) -> None:
    assert callable(change)
    path = folder / "tickets.yaml"
    path.write_text(change(_JOB), "utf-8", newline="")
    if is_good:
        assert len(read_job_files(folder, environment="dev")) == 3
    else:
        with pytest.raises(ValueError, match=r"tickets\.yaml"):
            read_job_files(folder, environment="dev")


def test_a_folder_with_thousands_of_mistakes_is_told_in_short(folder: Path) -> None:
    for number in range(2_000):
        (folder / f"{'x' * 200}-{number}.yaml").write_text("nam: x\n")
    with pytest.raises(ValueError, match="more mistakes") as refused:
        read_job_files(folder, environment="dev")
    assert len(str(refused.value)) < 200_000


def test_thousands_of_links_lead_nowhere_else(folder: Path) -> None:
    for number in range(1_000):
        (folder / f"{number}.yaml").symlink_to("../secret.jsonl")
        (folder / f"folder-{number}").symlink_to("..")
    with pytest.raises(ValueError, match="must lie in or below") as refused:
        read_job_files(folder, environment="dev")
    assert "theirs" not in str(refused.value)
