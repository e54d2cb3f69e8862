"""A value and a sentence in Markdown are what GitHub's own renderer shows of them, and nothing else."""

from __future__ import annotations

import re

import pytest
from batch.plan.drawn import PIECES, VALUES
from batch.plan.rendered import agrees, rendered
from hypothesis import example, given, settings

from bedrock_batch.plan.gfm import code, prose
from bedrock_batch.plan.words import visible


@settings(deadline=None)
@given(value=VALUES)
@example("`")
@example(" ` ")
@example("  ")
@example("a\\|b")
@example("".join(f"{'`' * each}x" for each in range(1, 30)))
def test_a_code_span_is_its_value_in_a_list_too(value: str) -> None:
    (span,) = rendered(f"- x {code(value)} y").all("code")

    assert agrees(span.text, value)


@pytest.mark.parametrize("piece", PIECES)
def test_a_sentence_keeps_what_it_holds(piece: str) -> None:
    (line,) = rendered(f"- Note: {prose(f'The records of {piece} are in S3.')}").all("li")

    kept = re.sub(" +", " ", re.sub(r"\\x5c", r"\\", visible(f"Note: The records of {piece} are in S3.")))
    assert re.sub(" +", " ", line.text.replace("\\x5c", "\\")) == kept or "`" in piece


def test_plain_words_and_numbers_stand_as_they_are() -> None:
    sentence = 'max_tokens is 1,000, and the job ("all of it") may take 66,034 tokens of S3; don\'t raise it.'

    assert prose(sentence) == sentence.replace("max_tokens", "`max_tokens`")


@pytest.mark.parametrize("word", ["deadbeef", "1234567", "GH-12", "a@b", "#1", "x.y", "[x]", "a_b", "<b>", "-", "*"])
def test_a_word_that_could_be_more_stands_in_code(word: str) -> None:
    assert prose(f"see {word}, please") == f"see `{word}`, please"
