"""A plan as JSON: its schema holds for each plan, and describes each member."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from batch.plan.drawn import PLANS, job, plan
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from bedrock_batch.cli.main import main
from bedrock_batch.plan.members import as_members
from bedrock_batch.plan.planned import Action, Amounts, Cause, Plan

TEXT = (resources.files("bedrock_batch") / "schemas" / "plan.schema.json").read_text("utf-8")
SCHEMA = json.loads(TEXT)


def schemas(of: Any) -> Iterator[dict[str, Any]]:
    """Each object with members, wherever in the schema."""
    if isinstance(of, dict):
        if "properties" in of:
            yield of
        for each in of.values():
            yield from schemas(each)


def strict() -> Draft202012Validator:
    """The schema as this release keeps to it: with no other members."""
    schema = json.loads(TEXT)
    for each in list(schemas(schema)):
        each["additionalProperties"] = False
    return Draft202012Validator(schema)


STRICT = strict()


def printed(found: Plan) -> Any:
    return json.loads(json.dumps({"schemaVersion": 1, **as_members(found)}))


@settings(deadline=None, max_examples=50)
@given(found=PLANS)
def test_every_plan_satisfies_the_schema(found: Plan) -> None:
    assert [each.message for each in STRICT.iter_errors(printed(found))] == []


def test_the_schema_is_one_and_describes_and_requires_each_member() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    found = list(schemas(SCHEMA))

    assert len(found) == 5
    for each in found:
        assert each["required"] == list(each["properties"])
        for member in each["properties"].values():
            told = SCHEMA["$defs"][member["$ref"].rpartition("/")[2]] if "$ref" in member else member
            assert told["description"].endswith(".")


@pytest.mark.parametrize("action", Action)
def test_the_schema_has_each_action_with_its_words(action: Action) -> None:
    words = {each["const"]: each["description"] for each in SCHEMA["$defs"]["job"]["properties"]["action"]["oneOf"]}

    assert list(words) == list(Action)
    assert words[action]


@pytest.mark.parametrize(
    "change", [{"usd": 0.1}, {"usd": "1E+3"}, {"jobs": None}, {"jobs": -1}, {"records": -1}, {"extra": 1}]
)
def test_another_form_is_refused(change: dict[str, Any]) -> None:
    found = printed(plan(job()))
    found["total"] |= change

    assert not STRICT.is_valid(found)


def test_a_sum_of_nothing_known_is_no_zero() -> None:
    found = printed(plan(job(amounts=Amounts()), job("b", amounts=Amounts(records=5))))

    assert STRICT.is_valid(found)
    assert [found["total"][each] for each in ("records", "mostTokens", "usd")] == [5, None, None]
    nothing = printed(plan(job("kept", Action.KEEPS)))
    assert [nothing["total"][each] for each in ("records", "mostTokens", "usd")] == [0, 0, "0"]


def test_the_members_are_those_of_the_plan() -> None:
    cause = Cause(what="model", place="jobs/a.yaml:3", before="a", after="b")
    found = plan(
        job(causes=(cause,), job_arn="arn", status="Failed", notes=("A note.",), above=("max_usd is 0.1",)),
        job("same", Action.NOTHING),
        notes=("Another.",),
        above=("max_records is 1",),
    )

    assert as_members(found) == {
        "isPaid": True,
        "isAboveCeiling": True,
        "base": "the deployed stacks",
        "jobs": [
            {
                "stack": "Reports",
                "logicalResourceId": "Job1",
                "name": "triage",
                "action": "starts",
                "isPaid": True,
                "causes": [{"what": "model", "place": "jobs/a.yaml:3", "before": "a", "after": "b"}],
                "amounts": {
                    "records": 100,
                    "inputTokens": 3_017,
                    "mostOutputTokens": 30_000,
                    "mostTokens": 33_017,
                    "usd": "0.1032",
                },
                "jobArn": "arn",
                "status": "Failed",
                "ceilings": ["max_usd is 0.1"],
                "notes": ["A note."],
            },
            {
                **as_members(plan(job("same", Action.NOTHING)))["jobs"][0],
                "isPaid": False,
                "causes": [],
                "jobArn": None,
                "status": None,
            },
        ],
        "total": {
            "jobs": 1,
            "records": 100,
            "jobsWithoutRecords": 0,
            "mostTokens": 33_017,
            "jobsWithoutTokens": 0,
            "usd": "0.1032",
            "jobsWithoutUsd": 0,
        },
        "ceilings": ["max_records is 1"],
        "notes": ["Another."],
    }


def test_usd_have_no_exponent() -> None:
    amounts = job().amounts
    each = job(amounts=type(amounts)(records=1, input_tokens=1, most_output_tokens=1, usd=Decimal("1E+3")))

    assert as_members(plan(each))["total"]["usd"] == "1000"


def test_the_command_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "plan"]) == 0
    assert capsys.readouterr() == (TEXT, "")
    assert main(["schema", "plan", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"schemaVersion": 1, "file": "plan", "schema": SCHEMA}
