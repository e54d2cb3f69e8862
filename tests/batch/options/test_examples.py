"""Every job file of this repository fits the schema, in `jobs/` and on the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch.options.core_yaml import load
from batch.options.test_schema_values import VALIDATORS

from unit.pages import blocks, kind_of_file

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "jobs").rglob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_job_file_fits_the_schema(path: Path) -> None:
    assert list(VALIDATORS["job-file"].iter_errors(load(path.read_text("utf-8")))) == []


@pytest.mark.parametrize("block", blocks("yaml"))
def test_a_block_of_a_page_fits_the_schema(block: str) -> None:
    assert list(VALIDATORS[kind_of_file(block)].iter_errors(load(block))) == []


def test_each_kind_of_file_is_on_a_page() -> None:
    assert {kind_of_file(block.values[0]) for block in blocks("yaml")} == {*VALIDATORS}
