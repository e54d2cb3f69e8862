"""How values and paths stand in the text of an error."""

from pathlib import Path

import pytest

from bedrock_batch.texts import shown, shown_path


@pytest.mark.parametrize(
    ("value", "text"), [("a", "'a'"), (7, "7"), ("\x1b[31m", r"'\x1b[31m'"), ([[[["deep"]]]], "[[[[...]]]]")]
)
def test_what_a_terminal_cannot_show_is_escaped(value: object, text: str) -> None:
    assert shown(value) == text


def test_what_is_long_is_cut() -> None:
    assert len(shown("x" * 1000)) == 200
    assert len(shown(10**1000)) == 200


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("in/x.jsonl", "in/x.jsonl"),
        ("in/ü.jsonl", "in/ü.jsonl"),
        ("in/\n.jsonl", r"'in/\n.jsonl'"),
        ("x" * 300, "x" * 300),
    ],
)
def test_a_path_is_quoted_only_if_it_must_be(path: str, text: str) -> None:
    assert shown_path(Path(path)) == text


def test_a_long_path_is_cut() -> None:
    assert len(shown_path(Path("x" * 301))) == 200
