"""The pages of this project and their code blocks."""

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HOW_TO = sorted((ROOT / "docs" / "how-to").glob("*.md"))
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *HOW_TO,
    *sorted((ROOT / "examples").glob("**/README.md")),
]
TEXTS = {document: document.read_text("utf-8") for document in DOCUMENTS}


def blocks(language: str) -> list[Any]:
    """All code blocks of a language, each named by its page."""
    pattern = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [
        pytest.param(block, id=f"{document.name}-{number}")
        for document, text in TEXTS.items()
        for number, block in enumerate(pattern.findall(text), 1)
    ]


def kind_of_file(block: str) -> str:
    """The kind of file that a YAML block shows. A block that is no job file begins with the name of its file."""
    named = re.match(r"# (defaults|environments)\.yaml\n", block)
    return named[1] if named else "job-file"


def needs_cdk_nag_2(block: str) -> bool:
    """Whether a block is for cdk-nag 2, which `tests/security/test_cdk_nag_2.py` has."""
    return "CdkNag2Suppressions" in block


def is_script(block: str) -> bool:
    """Whether a block is a script with arguments, which a test of deployments runs on a job."""
    return "sys.argv" in block


def is_test_file(block: str) -> bool:
    """Whether a block is a file of a user's tests, which `tests/e2e/test_wheel.py` runs."""
    return re.search(r"^(def test_|pytest_plugins)", block, re.MULTILINE) is not None
