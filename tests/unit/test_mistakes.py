"""What is said of mistakes in job files: each line of each page, and a mistake for each option of the table."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bedrock_batch.options import DEFAULTS_FILE, ENVIRONMENTS_FILE, JOB_FILE, Either, Entries, Members
from unit.mistake_pages import PAGES, Case, cases, renewed, run


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


def test_there_are_enough_of_them_and_each_is_told() -> None:
    every = [case for page in PAGES for case in cases(page)]
    assert len(every) >= 200
    assert [case.title for case in every if not case.said] == []


def test_titles_are_unique_in_a_page() -> None:
    for page in PAGES:
        titles = [case.title for case in cases(page)]
        assert len(titles) == len(set(titles))


def test_each_option_of_the_table_has_a_mistake() -> None:
    """A new option needs one: `9-all.md` has every option with a wrong value."""
    told = {path for page in PAGES for case in cases(page) for path in _paths(case)}
    kinds = {"": JOB_FILE, "defaults": DEFAULTS_FILE, "environments": ENVIRONMENTS_FILE}
    known = {(file, *path) for file, kind in kinds.items() for path in _options(kind.members)}
    assert len(known) > 150
    assert sorted(known - told) == []


def _options(members: Members) -> Iterator[tuple[str, ...]]:
    """The keys that lead to each option. The keys that a user chooses are left out."""
    for option in members.options:
        yield (option.name,)
        kind = option.kind.members if isinstance(option.kind, Either) else option.kind
        of = kind.value if isinstance(kind, Entries) else kind
        if isinstance(of, Members):
            yield from ((option.name, *path) for path in _options(of))


def _paths(case: Case) -> Iterator[tuple[str, ...]]:
    """The keys of each line that is told, and those of the mappings that they are in."""
    for line in case.said.splitlines():
        _, place, *words = line.split(": ")
        file = Path(place.partition(":")[0]).stem
        keys = [word for word in words if re.fullmatch(r"[a-z_]+", word) and word != "jobs"]
        for end in range(1, len(keys) + 1):
            yield (file if file in ("defaults", "environments") else "", *keys[:end])
