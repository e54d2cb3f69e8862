"""A correction of MiniStack must not undo another one."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "local/bedrock_batch_local/emulator"


def replaced(source: str) -> list[str]:
    """The names of MiniStack that ``install`` replaces, without those of which it wraps what it finds."""
    names = []
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef) and function.name == "install":
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
                    name = ast.unparse(node.targets[0])
                    found = [ast.unparse(part) for part in ast.walk(node.value) if isinstance(part, ast.Attribute)]
                    names += [] if name in found else [name]
    return names


def test_each_name_is_replaced_once() -> None:
    counts = Counter(name for file in ROOM.rglob("*.py") for name in replaced(file.read_text("utf-8")))

    assert counts["evaluator.enforce"] == 1
    assert len(counts) > 20
    assert {name: count for name, count in counts.items() if count > 1} == {}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("s3._put = _ours", ["s3._put"]),
        ("s3._put = _wrapping(s3._put)", []),
        ("s3._put = _wrapping(s3._get)", ["s3._put"]),
    ],
)
def test_a_wrapper_of_what_is_there_replaces_nothing(line: str, names: list[str]) -> None:
    assert replaced(f"def install() -> None:\n    {line}\n") == names
