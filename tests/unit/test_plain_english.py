"""Plain English: the words that this project does not use, each with the one that it says instead."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
FILES: Final = [
    ROOT / "app.py",
    *(file for room in ("batch", "constructs", "lambda", "local") for file in sorted((ROOT / room).rglob("*.py"))),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


@dataclass(frozen=True)
class Word:
    """A pattern, in which a blank also matches a line break, and what is said instead."""

    pattern: str
    instead: str

    def found_in(self, text: str) -> Iterator[re.Match[str]]:
        """Each place where the text has the word."""
        return re.finditer(self.pattern.replace(" ", r"\s+"), text, re.IGNORECASE)


WORDS: Final = [
    Word(r"\b(?:take|takes|taken|taking|took) on\b", "assumes the role"),
    Word(r"\bprompts\b(?!/)", "records"),
    Word(
        r"\b(?:reads?|writes?|decrypts?|encrypts?) (?:\w+ )?answers\b|\banswers (?:of|in) (?:the|each|this)\b", "output"
    ),
    Word(r"\b(?:run|runs|ran|running) on(?=[,.;:)]| (?:from|after|until|to)\b)", "keeps running"),
    Word(r"\b(?:let|lets) what runs\b", "keeps running"),
    Word(r"\b(?:take|takes|taken|taking|took) (?:\w+ ){0,2}back\b", "is rolled back, or: is adopted"),
    Word(r"\bin (?:whose|its|our|the) care\b", "belongs to"),
    Word(r"\bnobody waits\b|\b(?:has|have|had) given up\b", "CloudFormation no longer waits"),
    Word(r"\bdirect way\b", "a retry"),
    Word(r"\bdeliver(?:ed|s)? (?:\w+ ){0,2}again\b", "a repeated delivery, or: Lambda retries the event"),
    Word(r"\bknows? (?:no )?resources\b", "supports no resource-level permissions"),
    Word(r"\b(?:is|or|be) no text\b", "must be a non-empty string"),
    Word(r"\bmend(?:s|ed|ing)?\b", "fix, or: correct"),
    Word(r"\bturn(?:s|ed|ing)? around\b|\bunwind(?:s|ing)?\b|\bunwound\b", "the stack is rolling back"),
]


@dataclass(frozen=True)
class Exemption:
    """A text that may stay, with the reason: a name of the public contract, or a quotation of AWS."""

    text: str
    reason: str


EXEMPTIONS: Final = [
    Exemption("prompts copied", "the message of a log line, by which users filter their logs"),
]


@dataclass(frozen=True)
class Prose:
    """A text that a person reads, and the line on which it begins."""

    text: str
    line: int


def of_source(source: str) -> list[Prose]:
    """The docstrings, string literals and comments of a source file; comments that follow each other are one text."""
    found = [
        Prose(node.value, node.lineno)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    block: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if block and block[-1][0] != token.start[0] - 1:
                found.append(Prose("\n".join(text for _, text in block), block[0][0]))
                block = []
            block.append((token.start[0], token.string.removeprefix("#")))
    if block:
        found.append(Prose("\n".join(text for _, text in block), block[0][0]))
    return found


def faults(name: str, proses: list[Prose]) -> list[str]:
    """`<file>:<line>: <what stands there>; say: <what is said instead>` for each word that is not used."""
    return [
        f"{name}:{prose.line + prose.text[: match.start()].count(chr(10))}: {match[0]!r}; say: {word.instead}"
        for prose in proses
        for word in WORDS
        for match in word.found_in(prose.text)
        if not any(is_exempt(each, prose.text, match) for each in EXEMPTIONS)
    ]


def is_exempt(exemption: Exemption, text: str, match: re.Match[str]) -> bool:
    """Whether a match lies inside an exempt text."""
    return any(
        found.start() <= match.start() and match.end() <= found.end()
        for found in re.finditer(re.escape(exemption.text), text)
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_is_in_plain_english(file: Path) -> None:
    text = file.read_text("utf-8")

    found = faults(str(file.relative_to(ROOT)), of_source(text) if file.suffix == ".py" else [Prose(text, 1)])

    assert not found, "\n".join(found)


SAMPLES: Final = {
    "Bedrock takes on the role": "assumes the role",
    "prompts": "records",
    "reads the answers": "output",
    "the job runs on.": "keeps running",
    "lets what runs run": "keeps running",
    "what it takes back": "is rolled back, or: is adopted",
    "in whose care a job is": "belongs to",
    "nobody waits any more": "CloudFormation no longer waits",
    "came on the direct way": "a retry",
    "was delivered again meanwhile": "a repeated delivery, or: Lambda retries the event",
    "the action knows no resources": "supports no resource-level permissions",
    "is empty, or no text": "must be a non-empty string",
    "mended": "fix, or: correct",
    "the stack has turned around": "the stack is rolling back",
}


@pytest.mark.parametrize("text", SAMPLES)
def test_finds_each_word_wherever_it_stands(text: str) -> None:
    docstring = f'\n"""A\n{text}"""\n'
    comment = f"a = 1  # A\n# {text}\n"
    literal = f'raise ValueError(f"{text} {{a}}")'

    for source, line in ((docstring, 3), (comment, 2), (literal, 1)):
        (fault,) = faults("file.py", of_source(source))
        assert fault.startswith(f"file.py:{line}: ")
        assert fault.endswith(f"; say: {SAMPLES[text]}")


def test_finds_a_word_that_a_line_break_divides() -> None:
    sources = ['"""Bedrock takes\n  on the role"""', "# Bedrock takes\n# on the role\n"]

    assert [len(faults("file.py", of_source(source))) for source in sources] == [1, 1]


def test_an_exempt_text_may_stay_and_nothing_beside_it() -> None:
    (fault,) = faults("file.py", of_source('log("prompts copied", "prompts")'))

    assert fault == "file.py:1: 'prompts'; say: records"


def test_each_exemption_is_needed_and_has_a_reason() -> None:
    texts = [file.read_text("utf-8") for file in FILES]

    assert all(each.reason and any(each.text in text for text in texts) for each in EXEMPTIONS)


def test_each_word_has_a_sample() -> None:
    assert sorted(SAMPLES.values()) == sorted(word.instead for word in WORDS)


@pytest.mark.parametrize(
    "text", ["jobs/prompts/a.jsonl", "runs on one machine", "the prompt of a person", "it answers"]
)
def test_does_not_find_other_words(text: str) -> None:
    assert not faults("file.py", of_source(f'"""{text}"""'))
