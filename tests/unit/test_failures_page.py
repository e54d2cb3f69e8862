"""`docs/failures.md` has every text that a user can meet in a stack event, and each is one of the handler's."""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HANDLER = ROOT / "lambda" / "model_invocation_job"
SHARED = ROOT / "batch" / "bedrock_batch"
PAGE = (ROOT / "docs" / "failures.md").read_text("utf-8")
# Errors whose text reaches a user as it is; the classes are named so that a new text is not forgotten on the page.
_TOLD = {"OutOfTimeError", "RefusedError", "Refuse", "StackUnknownError"}
_VARIABLE = "…"


def quoted_texts() -> list[str]:
    """The texts of the table."""
    return re.findall(r"^\| `([^`]+)`", PAGE, re.MULTILINE)


def source_texts(tree: ast.AST) -> Iterator[str]:
    """Every text of a module, with the sign for what is filled in."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else _VARIABLE for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


TREES = [ast.parse(path.read_text("utf-8")) for room in (HANDLER, SHARED) for path in sorted(room.rglob("*.py"))]
TEXTS = sorted({text for tree in TREES for text in source_texts(tree)})


@pytest.mark.parametrize("quoted", quoted_texts())
def test_every_text_on_the_page_is_one_of_the_handler(quoted: str) -> None:
    """The handler may end a sentence, or add one, where it puts a text into an answer."""
    endings = (quoted, quoted.removesuffix("."), quoted.removesuffix(". Nothing was started."))

    assert any(ending in text for ending in endings for text in TEXTS)


def told_texts() -> list[str]:
    """What the handler's own refusals say."""
    calls = [node for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Call)]
    own = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in _TOLD and call.args]
    return [text for call in own for text in itertools.islice(source_texts(call.args[0]), 1)]


@pytest.mark.parametrize("told", told_texts())
def test_every_refusal_of_the_handler_is_on_the_page(told: str) -> None:
    """A text that is mostly filled in (the gate's) is on the page with its own words instead."""
    if told.replace(_VARIABLE, "").strip():
        assert any(told in quoted or quoted in told for quoted in quoted_texts())


def test_there_are_refusals_to_look_for() -> None:
    assert len(told_texts()) > 10
