"""The marks of the page: each statement and condition has one, and each assumption is one of something."""

from dataclasses import replace

import pytest

from security import iam_page
from security.assembly import Stacks
from security.assumptions import ASSUMPTIONS
from security.conditions import condition_basis
from security.marks import assumptions_of
from security.statements import Statement, statements

STATEMENT = Statement("service role", "Allow", "", ("bedrock:InvokeModel",), ("*",), ())


@pytest.fixture(scope="module")
def rows(stacks: Stacks) -> list[Statement]:
    required = iam_page.required_policies(stacks.stacks)
    return [each for name, template in stacks.templates.items() for each in statements(template, required[name])]


def test_every_assumption_is_one_of_a_statement(rows: list[Statement]) -> None:
    assert {each.number for row in rows for each in assumptions_of(row)} == {each.number for each in ASSUMPTIONS}


def test_without_the_condition_nothing_is_assumed_of_it(rows: list[Statement]) -> None:
    bound = [row for row in rows if any(key == "bedrock:InferenceProfileArn" for _, key, _ in row.conditions)]
    assert bound
    assert {each.number for row in bound for each in assumptions_of(row)} == {"A1", "A2"}
    assert {each for row in bound for each in assumptions_of(replace(row, conditions=()))} == set()


def test_fails_on_a_condition_of_which_nobody_has_said_where_it_comes_from() -> None:
    unknown = replace(STATEMENT, conditions=(("StringEquals", "bedrock:ServiceTier", ("batch",)),))
    with pytest.raises(LookupError, match="nobody has said what bedrock:ServiceTier"):
        condition_basis(unknown, "model", "bedrock:ServiceTier")
