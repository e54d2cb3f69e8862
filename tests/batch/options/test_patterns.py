"""The patterns of the schemas match in the engine of editors, ECMA-262, what they match in Python."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from batch.options.test_schema_values import within
from batch.options.variants import variants

from bedrock_batch.options import FILES, Text, schema_of

# Editors try the flag `u` first, in which more is a fault.
NODE = """
const {patterns, texts} = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const found = patterns.map(each => ['u', ''].map(flags => texts.map(text => new RegExp(each, flags).test(text))))
console.log(JSON.stringify(found))
"""
HOSTILE = [
    "",
    " ",
    "a\n",
    "a\nb",
    "\n",
    "\u00e9",
    "\u0661",
    "\u212a",
    "\u2028",
    "${a}",
    "#{a}",
    "Token[a",
    "{{a",
    "a*",
    "a?",
    "/",
]


def patterns(schema: Any) -> Iterator[str]:
    """Every pattern of a schema, wherever in it."""
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for value in schema.values():
            yield from patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from patterns(value)


def test_each_pattern_matches_the_same_texts_in_both() -> None:
    known = sorted({each for file in FILES for each in patterns(schema_of(file))})
    kinds = [kind for file in FILES for kind in within(file.members) if isinstance(kind, Text)]
    texts = sorted({value for kind in kinds for _, value, _ in variants(kind) if isinstance(value, str)} | {*HOSTILE})
    run = subprocess.run(
        ["node", "-e", NODE],
        input=json.dumps({"patterns": known, "texts": texts}),
        capture_output=True,
        text=True,
        check=True,
    )

    assert len(known) > 15
    assert len(texts) > 50
    for pattern, found in zip(known, json.loads(run.stdout), strict=True):
        matches = [re.search(pattern, text) is not None for text in texts]
        assert found == [matches, matches], pattern


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_pattern_depends_on_a_flag_or_on_what_python_calls_a_letter(file: Any) -> None:
    for pattern in patterns(schema_of(file)):
        assert not re.search(r"\\[wdsb]|\(\?[a-zA-Z]", pattern), pattern
