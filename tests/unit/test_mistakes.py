"""What is said of mistakes in job files: each line of each page, and a mistake for each option of the table."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from unit.mistake_pages import PAGES, cases, renewed, run


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_each_mistake_is_told_as_the_page_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """UPDATE_DOCS=1 makes the page anew. Read the difference before you commit it."""
    said = {}
    for number, case in enumerate(cases(page)):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        said[case.title] = run(case, folder)
    now = renewed(page, said)
    if os.environ.get("UPDATE_DOCS") == "1":
        page.write_text(now, "utf-8")
    assert page.read_text("utf-8") == now, "run with UPDATE_DOCS=1"
