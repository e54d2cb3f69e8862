"""`docs/iam.md` says what the templates say; UPDATE_DOCS=1 makes it anew. Read the difference before you commit it."""

import os
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from generated import renew

from security import iam_page
from security.assembly import FLAGS, Stacks
from security.configurations import CONFIGURATIONS
from security.registry import ENVIRONMENT

PAGE = Path(__file__).parents[2] / "docs/iam.md"


@pytest.fixture(scope="module")
def sections(stacks: Stacks) -> dict[str, str]:
    app = App(context=FLAGS)
    shown = [each for each in CONFIGURATIONS if each.name in iam_page.PRINTED]
    known = {each.name: Stack(app, each.name, env=ENVIRONMENT) for each in shown}
    for each in shown:
        each.build(known[each.name])
    return iam_page.sections(
        CONFIGURATIONS,
        stacks.templates,
        iam_page.required_policies(stacks.stacks),
        iam_page.required_policies(known),
    )


def test_the_page_is_what_the_templates_say(sections: dict[str, str]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    renewed = renew(page, sections)
    if os.environ.get("UPDATE_DOCS") == "1":
        PAGE.write_text(renewed, encoding="utf-8")
        page = renewed
    assert page == renewed, "run with UPDATE_DOCS=1"


def test_another_statement_is_another_page(sections: dict[str, str]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    changed = page.replace("s3:PutObject", "s3:*", 1)
    assert changed != page
    assert renew(changed, sections) == page


def test_fails_on_a_page_that_has_lost_a_section(sections: dict[str, str]) -> None:
    page = PAGE.read_text(encoding="utf-8").replace("<!-- generated: findings -->", "")
    with pytest.raises(ValueError, match=r"^the page must have one section <!-- generated: findings --> \.\.\. <!-- e"):
        renew(page, sections)
