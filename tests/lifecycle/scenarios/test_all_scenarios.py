"""Every numbered scenario has a test that says what it shows."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[2]
FOLDERS = [Path(__file__).parent, TESTS / "handler"]
_PAGE = TESTS.parent / "docs" / "scenarios.md"
_HEAD = """# Scenarios

What CloudFormation, Lambda, the network, Bedrock, people and versions do to a job, and what must follow; several tests
may stand for one. Each runs the handler itself. This page is made from the tests.
"""


def numbered() -> Iterator[tuple[str, list[int], str]]:
    """File and name, scenario numbers and docstring of each test that stands for a scenario."""
    for path in sorted(path for folder in FOLDERS for path in folder.glob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                numbers = [
                    call.args[0].value
                    for call in node.decorator_list
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "scenario"
                    if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, int)
                ]
                if numbers or (path.parent == FOLDERS[0] and path != Path(__file__)):
                    yield f"{path.relative_to(TESTS)}::{node.name}", numbers, ast.get_docstring(node) or ""


def test_every_number_is_there() -> None:
    assert {number for _, numbers, _ in numbered() for number in numbers} == {*range(1, 112)}


def test_each_test_carries_one_number_and_says_what_leads_to_what() -> None:
    assert [
        name for name, numbers, said in numbered() if len(numbers) != 1 or " -> " not in said.partition("\n")[0]
    ] == []


def _page() -> str:
    """One row a test, by the number of its scenario."""
    rows = sorted((numbers[0], said.partition("\n")[0], name) for name, numbers, said in numbered())
    cells = [f"| {number} | {said} | {_linked(name)} |" for number, said, name in rows]
    return "\n".join([_HEAD, "| Number | What happens -> what must follow | Test |", "|---|---|---|", *cells, ""])


def _linked(name: str) -> str:
    file, _, test = name.partition("::")
    return f"[`{test}`](../tests/{file})"


def test_the_page_has_every_scenario_with_its_test() -> None:
    """UPDATE_DOCS=1 makes it anew."""
    if os.environ.get("UPDATE_DOCS") == "1":
        _PAGE.write_text(_page(), encoding="utf-8")
    assert _PAGE.read_text(encoding="utf-8") == _page(), "run with UPDATE_DOCS=1"
