"""`docs/job-files.md` says what the table says; UPDATE_DOCS=1 makes it anew. Read the difference before committing."""

import os
import re
from pathlib import Path

from batch.options.job_files_page import sections
from batch.options.test_schema_values import options
from generated import renew

PAGE = Path(__file__).parents[3] / "docs" / "job-files.md"


def test_the_page_is_what_the_table_says() -> None:
    page = PAGE.read_text("utf-8")
    renewed = renew(page, sections())
    if os.environ.get("UPDATE_DOCS") == "1":
        PAGE.write_text(renewed, "utf-8")
        page = renewed

    assert page == renewed, "run with UPDATE_DOCS=1"


def test_another_limit_is_another_page() -> None:
    page = PAGE.read_text("utf-8")
    changed = page.replace("24 to 168", "24 to 169", 1)

    assert changed != page
    assert renew(changed, sections()) == page


def test_every_option_has_a_row_with_its_source() -> None:
    rows = re.findall(r"^\| (?:\[)?`(\w+)`.*\| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert {(option.name, option.source) for option in options()} <= {*rows}
