"""The pages in `mistakes/`: mistakes in folders of job files, each with what is said of it."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aws_cdk import App

_ROOT: Final = Path(__file__).parents[2]
_CONTEXT: Final = json.loads((_ROOT / "cdk.json").read_text("utf-8"))["context"]
PAGES: Final = sorted((Path(__file__).parent / "mistakes").glob("*.md"))
_CASE: Final = re.compile(r"^## (?P<title>.+)\n(?P<files>(?s:.*?))^```console\n(?P<said>(?s:.*?))^```$", re.MULTILINE)
_FILE: Final = re.compile(r"^`(?P<name>[^`]+)`\n\n```\w+\n(?P<text>(?s:.*?))^```$", re.MULTILINE)
_COMMAND: Final = "$ cdk synth"
_RECORDS: Final = "prompts/tickets.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    """A folder of job files with mistakes."""

    title: str
    files: dict[str, str]
    command: str
    """`$ cdk synth -c env=prod`."""
    said: str
    """All that is printed after the command."""

    @property
    def context(self) -> dict[str, Any]:
        """The context: of the command line, and of a `cdk.json` among the files."""
        words = shlex.split(self.command.removeprefix(_COMMAND))
        given = dict(word.split("=", 1) for word in words if word != "-c")
        return {**json.loads(self.files.get("cdk.json", "{}")).get("context", {}), **given}


def cases(page: Path) -> list[Case]:
    """The mistakes of a page."""
    return [_case(found) for found in _CASE.finditer(page.read_text("utf-8"))]


def _case(found: re.Match[str]) -> Case:
    command, _, said = found["said"].partition("\n")
    files = {each["name"]: each["text"] for each in _FILE.finditer(found["files"])}
    return Case(found["title"], files, command, said)


def renewed(page: Path, said: dict[str, str]) -> str:
    """The page with what is said of each mistake now, by its title."""

    def case(found: re.Match[str]) -> str:
        command, _, _ = found["said"].partition("\n")
        return found[0].removesuffix(f"{found['said']}```") + f"{command}\n{said[found['title']]}```"

    return _CASE.sub(case, page.read_text("utf-8"))


def run(case: Case, folder: Path) -> str:
    """What is said of a mistake: the lines of `app.py`. The working directory must be the folder."""
    _write(folder / "jobs", {_RECORDS: "", **case.files})
    try:
        _build()(App(context={**_CONTEXT, "jobs": "jobs", **case.context}, outdir=str(folder / "out")))
    except ValueError as error:
        return "".join(f"error: {line}\n" for line in str(error).split("\n"))
    return ""


def _write(jobs: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = jobs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(text) if path.suffix == ".jsonl" else text, "utf-8")


def _filled(text: str) -> str:
    """A file of records with good ones after those of the page, 100 in all."""
    lines = text.splitlines()
    good = (
        json.dumps({"recordId": f"GOOD{number:04}", "modelInput": {"messages": [_MESSAGE]}}) for number in range(100)
    )
    return "".join(f"{line}\n" for line in [*lines, *good][:100])


_MESSAGE: Final = {"role": "user", "content": [{"text": "Which queue is this for?"}]}


def _build() -> Any:
    spec = importlib.util.spec_from_file_location("app", _ROOT / "app.py")
    assert spec is not None
    assert spec.loader is not None
    app = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(app)
    return app.build
