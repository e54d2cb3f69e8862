"""When a run is good: what the options say, and what the job's resource sends of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Aws, Stack, Token
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from bedrock_batch.outcome import OutcomeRule, Partial
from cdk_bedrock_batch import ModelInvocationJob, Outcome, PartialRun

Declare = Callable[..., ModelInvocationJob]


def sent(properties: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = properties["Outcome"]
    return found


def test_by_default_each_record_must_have_a_result(declare: Declare, job_properties: Callable[[], Any]) -> None:
    declare(outcome=Outcome())

    assert sent(job_properties()) == {"MaxErrorRate": "0"}


def test_its_defaults_are_those_of_the_rule() -> None:
    rule, outcome = OutcomeRule(), Outcome()

    assert (rule.max_error_rate, rule.max_missing, rule.partial.value) == (
        outcome.max_error_rate,
        outcome.max_missing,
        outcome.partial.value,
    )


def test_its_words_are_those_of_the_rule() -> None:
    assert {each.name: each.value for each in PartialRun} == {each.name: each.value for each in Partial}


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0.02, "0.02"), (1, "1"), (1.0, "1"), (0.0, "0"), (1e-7, "0.0000001"), (0.1 + 0.2, None), (1 / 3, None)],
)
def test_a_rate_is_sent_as_a_plain_number(
    declare: Declare, job_properties: Callable[[], Any], rate: float, text: str | None
) -> None:
    declare(outcome=Outcome(max_error_rate=rate))

    found = sent(job_properties())["MaxErrorRate"]
    assert float(found) == rate
    assert text in {found, None}
    assert "e" not in found.lower()


@pytest.mark.parametrize("rate", [-0.0, 5e-324, 1e-40])
def test_a_rate_that_no_record_can_reach_is_none(
    declare: Declare, job_properties: Callable[[], Any], rate: float
) -> None:
    declare(outcome=Outcome(max_error_rate=rate))

    assert sent(job_properties())["MaxErrorRate"] == "0"


def test_all_of_it_is_sent_as_texts(declare: Declare, job_properties: Callable[[], Any], stack: Stack) -> None:
    topic = sns.Topic(stack, "Told")
    declare(outcome=Outcome(max_error_rate=0.5, max_missing=3, partial=PartialRun.FAILED), notify=topic)

    (name,) = Template.from_stack(stack).find_resources("AWS::SNS::Topic")
    assert sent(job_properties()) == {
        "MaxErrorRate": "0.5",
        "MaxMissing": "3",
        "Partial": "failed",
        "Notify": [f"${{{name}}}"],
    }


def test_a_topic_alone_asks_for_a_result_of_each_record(
    declare: Declare, job_properties: Callable[[], Any], stack: Stack
) -> None:
    job = declare(notify=sns.Topic(stack, "Told"))

    assert job._outcome == Outcome()
    assert sent(job_properties())["MaxErrorRate"] == "0"


def test_a_job_without_it_is_as_before(declare: Declare, stack: Stack) -> None:
    job = declare()

    assert (job._outcome, job._outcome_log_group) == (None, None)
    assert "Outcome" not in json.dumps(Template.from_stack(stack).to_json())


def test_a_job_with_it_leaves_the_others_as_they_are(declare: Declare) -> None:
    alone, beside = Stack(App(), "Stack"), Stack(App(), "Stack")
    declare("Plain", scope=alone)
    declare("Plain", scope=beside)
    declare("Told", scope=beside, outcome=Outcome())
    before, after = (Template.from_stack(each).to_json()["Resources"] for each in (alone, beside))

    for name in before:
        if name.startswith("Plain"):
            assert after[name] == before[name]
    assert set(_job(after, "Told")["Properties"]) - set(_job(after, "Plain")["Properties"]) == {"Outcome"}


def _job(resources: dict[str, Any], construct_id: str) -> dict[str, Any]:
    (found,) = (
        each
        for name, each in resources.items()
        if name.startswith(construct_id) and each["Type"] == "Custom::BedrockModelInvocationJob"
    )
    job: dict[str, Any] = found
    return job


@pytest.mark.parametrize("rate", [-0.01, 1.01, float("nan"), float("inf"), True, "0.5", None])
def test_fails_on_a_rate_that_is_none(rate: Any) -> None:
    with pytest.raises(ValueError, match=r"^max_error_rate must be a number from 0 to 1, got "):
        Outcome(max_error_rate=rate)


@pytest.mark.parametrize("missing", [-1, 1_000_000_000, 1.0, True, "1", None])
def test_fails_on_a_number_of_records_that_is_none(missing: Any) -> None:
    with pytest.raises(ValueError, match=r"^max_missing must be a whole number from 0 to 999,999,999, got "):
        Outcome(max_missing=missing)


def test_fails_on_tokens() -> None:
    number = Token.as_number({"Ref": "Rate"})
    with pytest.raises(ValueError, match=r"^max_error_rate must be"):
        Outcome(max_error_rate=number)
    with pytest.raises(ValueError, match=r"^max_missing must be"):
        Outcome(max_missing=int(number))
    with pytest.raises(ValueError, match=r"^partial must be one of by_limits, degraded, failed, got "):
        Outcome(partial=Aws.REGION)  # type: ignore[arg-type]  # what a user may do


def test_a_text_is_its_word() -> None:
    assert Outcome(partial="by_limits").partial is PartialRun.BY_LIMITS  # type: ignore[arg-type]  # as all options
    with pytest.raises(ValueError, match=r"^partial must be one of by_limits, degraded, failed, got 'good'$"):
        Outcome(partial="good")  # type: ignore[arg-type]  # what a user may do
