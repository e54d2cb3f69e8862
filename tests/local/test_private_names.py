"""The names of MiniStack that the embedded AWS uses, private ones too, are there in the pinned release."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "local/bedrock_batch_local/emulator"

# In a process of its own: importing MiniStack changes the process that does it.
SCRIPT = """
import importlib, json, sys
from pathlib import Path
from bedrock_batch_local.server.surroundings import prepare_environment
prepare_environment(Path(sys.argv[1]), 1)
import ministack.app
def exists(name):
    module, *rest = name.split(".")
    found = importlib.import_module(module)
    for part in rest:
        module = f"{module}.{part}"
        if not hasattr(found, part):
            try:
                importlib.import_module(module)
            except ModuleNotFoundError:
                return False
        found = getattr(found, part)
    return True
print(json.dumps([name for name in json.load(sys.stdin) if not exists(name)]))
"""
INVENTED = """
from ministack.services import s3 as storage
from ministack.core.responses import get_region, get_moon
def f():
    storage._buckets._data.no_such_member
    storage._buckets.get_scoped("1").anything
    storage._no_such_name("1")
"""


def used(source: str) -> Iterator[str]:
    """The full names of MiniStack that a source text uses: what it imports, and all that it asks of that by name."""
    tree = ast.parse(source)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names if alias.name.partition(".")[0] == "ministack"]
            names |= dict.fromkeys(["ministack"] if modules else [], "ministack")
            yield from modules
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    ours = {name: full for name, full in names.items() if full.partition(".")[0] == "ministack"}
    yield from ours.values()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            first, *rest = ast.unparse(node).split(".")
            # A call or an index on the way gives what only a running program knows.
            if first in ours and all(part.isidentifier() for part in rest):
                yield ".".join([ours[first], *rest])


def used_by_the_room() -> set[str]:
    return {name for file in ROOM.rglob("*.py") for name in used(file.read_text("utf-8"))}


@pytest.fixture(scope="module")
def missing(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Which of the room's names, and of the invented ones, MiniStack does not have."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path_factory.mktemp("server"))],
        env=dict(os.environ),
        input=json.dumps(sorted({*used_by_the_room(), *used(INVENTED)})),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(run.stdout.splitlines()[-1]))


def test_the_room_uses_names_that_ministack_promises_to_nobody() -> None:
    names = used_by_the_room()

    assert {
        "ministack.app.app",
        "ministack.core.iam_actions._auth_failure",
        "ministack.services.s3._bucket_policies.get_scoped",
        "ministack.services.cloudformation.provisioners._RESOURCE_HANDLERS",
    } <= names
    assert sum("._" in name for name in names) > 40


def test_every_name_that_the_room_uses_is_there(missing: set[str]) -> None:
    assert missing & used_by_the_room() == set()


def test_a_name_that_is_not_there_is_noticed(missing: set[str]) -> None:
    assert missing & set(used(INVENTED)) == {
        "ministack.core.responses.get_moon",
        "ministack.services.s3._buckets._data.no_such_member",
        "ministack.services.s3._no_such_name",
    }
