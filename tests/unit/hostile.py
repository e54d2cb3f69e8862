"""A corpus of job files that somebody might ask to have merged, each with what must be said of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GOOD = "name: tickets\nmodel: amazon.nova-lite-v1:0\ninput: prompts/tickets.jsonl\n"
FILE = "tickets.yaml"


@dataclass(frozen=True)
class Hostile:
    """What to do to a good folder, the file that must be named, and a part of the reason."""

    make: Callable[[Path], Any]
    reason: str
    named: str = FILE


def content(text: str | bytes, reason: str) -> Hostile:
    """A file of this content."""
    body = text if isinstance(text, bytes) else text.encode()
    return Hostile(lambda folder: (folder / FILE).write_bytes(body), reason)


def value(key: str, written: str, reason: str) -> Hostile:
    """A good file with another value, written as YAML has it."""
    kept = [line for line in GOOD.splitlines() if not line.startswith(f"{key}:")]
    return content("\n".join([*kept, f"{key}: {written}", ""]), reason)


def placed(name: str, reason: str, text: str = GOOD, *, named: str = "") -> Hostile:
    """A second file under this name."""

    def make(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        (folder / FILE).write_text(GOOD)

    return Hostile(make, reason, named or name)


def linked(name: str, target: str, reason: str, text: str = GOOD, *, named: str = FILE) -> Hostile:
    """A link in the folder, and a job file of this content."""

    def make(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).symlink_to(target)
        if name != FILE:
            (folder / FILE).write_text(text)

    return Hostile(make, reason, named)


INTERPRETED = "which CloudFormation, CDK or IAM interprets"
CONTROL = "must not hold line breaks or control characters"
RUN_ID = "run_id: must be 1 to 64 letters, digits and ._:/=+@- characters"


def template_language() -> Iterator[tuple[str, Hostile]]:
    """Texts that CloudFormation, CDK or IAM would take for more than texts."""
    ssm = '"{{resolve:ssm:/prod/db}}"'
    secret = '"{{resolve:secretsmanager:prod:SecretString:password}}"'
    for key in ("name", "model", "input", "invocation_type", "run_id"):
        reason = "must be one of InvokeModel, Converse" if key == "invocation_type" else INTERPRETED
        yield f"a parameter as {key}", value(key, ssm, reason)
        yield f"a pseudo parameter as {key}", value(key, '"${AWS::AccountId}"', reason)
    yield "a secret as a tag", value("tags", f"{{a: {secret}}}", INTERPRETED)
    yield "a secret as a tag's key", value("tags", f"{{{secret}: a}}", INTERPRETED)
    yield "a secret behind a token", value("tags", '{a: "${Token[TOKEN.1]}{{resolve:ssm:/a}}"}', INTERPRETED)
    yield "a token as a tag", value("tags", '{a: "${Token[TOKEN.1]}"}', INTERPRETED)
    yield "a list token as a tag", value("tags", '{a: "#{Token[TOKEN.1]}"}', INTERPRETED)
    yield "half a token as a tag", value("tags", '{a: "Token[AWS.Region.3]"}', INTERPRETED)
    arn = "arn:aws:bedrock:us-east-1::foundation-model/"
    yield "a wildcard behind a token", value("model", f'"{arn}*${{Token[TOKEN.1]}}"', INTERPRETED)
    yield "a wildcard for all models", value("model", f'"{arn}*"', INTERPRETED)
    yield "a wildcard for a character", value("model", '"amazon.nova-lite-v1:?"', INTERPRETED)
    yield "a wildcard for partitions", value("model", "arn:aws-*:bedrock:us-east-1::foundation-model/a.b", INTERPRETED)
    yield "a wildcard as input", value("input", '"prompts/*.jsonl"', INTERPRETED)
    yield "another service", value("model", "arn:aws:s3:::bucket/x", "must be the ARN of an Amazon Bedrock model")
    yield "a model of capitals", value("model", "Amazon.Nova", "is not the id of a foundation model")
    yield "a model of a million characters", value("model", "a." + "b" * 100_000, "at most 2048 characters")


def control_characters() -> Iterator[tuple[str, Hostile]]:
    """Texts that break a line of a log, or show as another text than they are."""
    for name, escape in {
        "NUL": "\\0",
        "line feed": "\\n",
        "carriage return": "\\r",
        "escape": "\\e[2J",
        "bell": "\\a",
        "delete": "\\x7f",
        "next line": "\\N",
        "line separator": "\\L",
        "paragraph separator": "\\P",
        "right-to-left override": "\\u202e",
        "zero width space": "\\u200b",
        "no-break space": "\\_",
        "a surrogate": "\\ud800",
    }.items():
        yield f"{name} in a tag", value("tags", f'{{a: "x{escape}y"}}', CONTROL)
    yield "a line break in run_id", value("run_id", "|\n  a\n  b", CONTROL)
    yield "a line break in a name", value("name", '"a\\nb"', CONTROL)
    yield "NUL in a path", value("input", '"prompts/a\\0.jsonl"', CONTROL)
    yield "NUL in the file", content(GOOD.encode() + b"run_id: a\0b\n", "not YAML")
    yield "an escape sequence in the file", content(GOOD + "run_id: a\x1b[2Jb\n", "not YAML")
    yield "an escape sequence in a key", content(GOOD + '"a\\e[2J": b\n', "unknown key")
    yield "letters of another alphabet", value("name", "t\u0456ckets", "must be 1 to 22 letters")
    yield "digits of another alphabet", value("timeout_hours", "\u0664\u0668", "must be a whole number of hours")
    yield "a run id of another alphabet", value("run_id", "\u0661", RUN_ID)
    yield "a run id with a blank", value("run_id", '"1 "', RUN_ID)
    yield "a run id without an end", value("run_id", "1" * 65, RUN_ID)
    yield "a tag of another alphabet", value("tags", "{a: \u00e9}", "tags: 'a': must be 0 to 256")
    yield "a reserved tag", value("tags", "{AWS:x: y}", "a tag key must not start with aws:")
    yield "a tag of 257 characters", value("tags", f"{{a: {'b' * 257}}}", "tags: 'a': must be 0 to 256")
    yield "201 tags", value("tags", f"{{{', '.join(f't{n}: x' for n in range(201))}}}", "at most 200 tags, got 201")


def yaml_tricks() -> Iterator[tuple[str, Hostile]]:
    """Files that cost time or memory, or mean another thing than they show."""
    bomb = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    yield "ten lines that double each", content("\n".join(bomb), "aliases and anchors are not allowed")
    yield "an alias of itself", content("a: &a [*a]\n", "aliases and anchors are not allowed")
    yield "an anchor without an alias", content(GOOD + "tags: &a {}\n", "aliases and anchors are not allowed")
    yield "a merge", content(GOOD + "<<: {run_id: '2'}\n", "'<<': unknown key")
    yield "20,000 keys", content("".join(f"k{n}: v\n" for n in range(20_000)), "131,072 bytes at most")
    yield "2,000 keys", content("".join(f"k{n}: v\n" for n in range(2_000)), "1,980 more unknown keys")
    yield (
        "2,000 tags",
        value("tags", f"{{{', '.join(f't{n}: x' for n in range(2_000))}}}", "at most 200 tags, got 2,000"),
    )
    yield "20,000 brackets", content("[" * 20_000, "8 levels deep at most")
    yield "20,000 braces", content("{" * 20_000, "8 levels deep at most")
    yield "20,000 dashes", content("- " * 20_000 + "x", "8 levels deep at most")
    yield "20,000 question marks", content("? " * 20_000 + "x", "8 levels deep at most")
    yield "a megabyte of blanks", content(" " * (1 << 20), "131,072 bytes at most")
    yield "a megabyte of text", value("run_id", "a" * (1 << 20), "131,072 bytes at most")
    yield "a long text", value("run_id", "a" * 100_000, RUN_ID)
    yield "a long key", content(GOOD + f"{'k' * 1_000}: x\n", "unknown key")
    yield "an object", content("!!python/object/apply:os.system ['true']\n", "tags such as !!str are not allowed")
    yield "an object as a value", value("run_id", "!!python/name:os.system", "tags such as !!str are not allowed")
    yield "a tag as text", value("run_id", "!!str 1", "tags such as !!str are not allowed")
    yield "a tag of its own", value("run_id", "!Ref x", "tags such as !!str are not allowed")
    yield "bytes", value("run_id", "!!binary aGk=", "tags such as !!str are not allowed")
    yield "two documents", content(f"{GOOD}---\n{GOOD}", "a second document")
    yield "a key twice", content(f"{GOOD}name: other\n", "'name': the key is there twice")
    yield "a tag twice", value("tags", '{a: x, "a": y}', "'a': the key is there twice")
    yield "a list as key", content(f"{GOOD}? [a]\n: b\n", "a key must be a text")
    yield "no key", content(f"{GOOD}~: b\n", "a key must be a text")
    yield "half a flow", content("name: [\n", "not YAML: expected the node content")
    yield "a character beyond all", value("run_id", '"\\UFFFFFFFF"', "not YAML")
    yield "a character just beyond", value("run_id", '"\\U00110000"', "not YAML")
    yield "a version without an end", content(f"%YAML 1.{'1' * 5_000}\n---\n{GOOD}", "not YAML")
    yield "a tab", content("name:\n\t- x\n", "not YAML: found character '\\t'")
    yield "nothing", content("", "must be a mapping")
    yield "a list", content("- name\n", "must be a mapping")
    yield "another encoding", content(b"name: \xe9\n", "not UTF-8")
    yield "UTF-16", content(GOOD.encode("utf-16"), "not UTF-8")
    yield "hours of a clock", value("timeout_hours", "1:30:00", "24 to 168, got '1:30:00'")
    yield "octal hours", value("timeout_hours", "060", "24 to 168, got '060'")
    yield "hours without an end", value("timeout_hours", "9" * 5_000, "must be a whole number of hours")
    yield "a number as another type", value("invocation_type", "1", "must be one of InvokeModel, Converse, got '1'")


def paths() -> Iterator[tuple[str, Hostile]]:
    """Files of other projects, and files that would silently not be read."""
    outside = "must lie in or below"
    yield "the folder above", value("input", "../x.jsonl", outside)
    yield "the folder above and back", value("input", "prompts/../../x.jsonl", outside)
    yield "an absolute path", value("input", "/etc/passwd", outside)
    yield "a device", value("input", "/dev/zero", outside)
    yield "a folder", value("input", "prompts", "no such file")
    yield "itself above", value("input", "..", outside)
    yield "a long path", value("input", "a/" * 600 + "x.jsonl", "at most 1024 characters")
    yield "a long name", value("input", "a" * 1000, "cannot be found")
    yield (
        "a link to another project",
        linked("prompts/link.jsonl", "../../secret.jsonl", outside, GOOD.replace("tickets.jsonl", "link.jsonl")),
    )
    yield "a link to the system", linked("prompts/x.jsonl", "/etc/passwd", outside, GOOD.replace("tickets.j", "x.j"))
    yield "a link to itself", linked("prompts/x.jsonl", "x.jsonl", "input: ", GOOD.replace("tickets.j", "x.j"))
    yield "a link to a folder outside", linked("more", "../..", "must not lead out of", named="more")
    yield "a job file that is a link", linked(FILE, "/etc/hostname", outside)
    yield "a job file that leads nowhere", linked(FILE, "nowhere.yaml", "no such file")
    named = "a.yaml"
    yield "a folder named like a job file", Hostile(lambda folder: (folder / named).mkdir(), "no such file", named)
    yield "a pipe named like a job file", Hostile(lambda folder: os.mkfifo(folder / named), "no such file", named)
    yield "a file in a subfolder", placed("te am/tickets.yaml", "the name of a folder with job files")
    yield "a file in a hidden subfolder", placed(".team/tickets.yaml", "the name of a folder with job files")
    yield "a file deep below", placed("a/b/c/d/tickets.yml", "must end with .yaml")
    yield "a file among the prompts", placed("prompts/tickets.YAML", "must end with .yaml")
    yield "a shorter suffix", placed("a.yml", "must end with .yaml")
    yield "a suffix of capitals", placed("a.YAML", "must end with .yaml")
    for kind, end in {
        "a blank": " ",
        "a no-break space": "\u00a0",
        "a zero width space": "\u200b",
        "a line break": "\n",
        "a delete": "\x7f",
    }.items():
        yield f"a suffix and {kind}", placed(f"a.yaml{end}", "the name of a job file must", named="a.yaml")
    yield "a wide dot", placed("a\uff0eyaml", "the name of a job file must", named="a")
    yield "a name with an escape sequence", placed("a\x1b[2J.yaml", "must not hold control characters", named="a\\x1b")
    yield "a name with a line break", placed("a\nb.yaml", "must not hold control characters", named="a\\nb")
    yield "a name that is no text", placed("a\udcff.yaml", "must not hold control characters", named="a\\udcff")
    yield "a second file of that name", placed("z.yaml", "is already the name of the job in")
    yield (
        "a second name but for hyphens",
        placed("z.yaml", "is, but for hyphens, already the name", GOOD.replace("name: tickets", "name: tick-ets")),
    )


CORPUS = dict([*template_language(), *control_characters(), *yaml_tricks(), *paths()])
