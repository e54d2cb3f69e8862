"""Each option that changes is named, with what it was and is, and where it is written."""

from typing import Any

import pytest

from bedrock_batch.plan.causes import causes, new_job
from bedrock_batch.plan.planned import Cause
from bedrock_batch.plan.told import DECLARED_AT
from bedrock_batch.plan.values import placeholder
from handler.world import properties

_NOVA, _HAIKU = "amazon.nova-lite-v1:0", "us.anthropic.claude-haiku-4-5-20251001-v1:0"
_TOPIC = "arn:aws:sns:us-east-1:111122223333:ended"
_OTHER_TAGS = [{"key": "team", "value": "sales"}, {"key": "new", "value": "1"}]
_TOLD = {DECLARED_AT: {"file": "jobs/triage.yaml", "line": 1, "options": {"model": "jobs/defaults.yaml:3"}}}


def _job(**members: Any) -> dict[str, Any]:
    return properties(Job=members)


def _output(**members: str) -> dict[str, Any]:
    return _job(outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://answers/tickets/", **members}})


@pytest.mark.parametrize(
    ("declared", "what", "before", "after"),
    [
        (
            _job(modelId=_NOVA),
            "model",
            _HAIKU,
            _NOVA,
        ),
        (_job(modelInvocationType="InvokeModel"), "invocation_type", "Converse", "InvokeModel"),
        (properties(RunId="2"), "run_id", "1", "2"),
        (properties(InputDigest="b" * 64), "input", None, "other contents, 500 records as before"),
        (properties(InputDigest="b" * 64, InputRecords="501"), "input", "500 records", "501 records"),
        (_output(s3Uri="s3://answers/others/"), "output_prefix", "s3://answers/tickets/", "s3://answers/others/"),
        (_output(s3EncryptionKeyId="arn:aws:kms:us-east-1:111122223333:key/1"), "storage", None, None),
        (properties() | {"InputKey": "arn:aws:kms:us-east-1:111122223333:key/1"}, "storage", None, None),
        (properties(Hold="true"), "hold", "not held", "held"),
        (
            _job(tags=_OTHER_TAGS),
            "tags",
            "team=support",
            "new=1, team=sales",
        ),
        (_job(tags=[]), "tags", "team=support", None),
        (_job(timeoutDurationInHours="24"), "timeout_hours", "48", "24"),
        (_job(timeoutDurationInHours=""), "timeout_hours", "48", None),
        (properties(JobNamePrefix="others"), "job_name_prefix", "tickets", "others"),
        (properties(Gate="VALIDATED"), "gate", "SUBMITTED", "VALIDATED"),
        (properties(GateSeconds="100"), "gate_timeout_seconds", "600", "100"),
        (properties(OnRemoval="LEAVE_RUNNING"), "on_removal", "STOP", "LEAVE_RUNNING"),
        (_job(vpcConfig={"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}), "vpc", None, None),
        (_job(roleArn="arn:aws:iam::111122223333:role/other"), "service_role", None, None),
        (properties(InputColumns="s3://assets/columns.csv"), "input", None, "other columns"),
        (properties(Outcome={}), "outcome", None, "at most 0 % errors, 0 missing, partial degraded"),
        (
            properties(Outcome={"MaxErrorRate": "0.02", "MaxMissing": "1000", "Partial": "failed"}),
            "outcome",
            None,
            "at most 2 % errors, 1,000 missing, partial failed",
        ),
        (properties(Outcome={"Notify": [_TOPIC]}), "notify", None, _TOPIC),
    ],
)
def test_an_option_that_changed_is_the_cause(
    declared: dict[str, Any], what: str, before: str | None, after: str | None
) -> None:
    place = "jobs/defaults.yaml:3" if what == "model" else "jobs/triage.yaml:1"

    assert causes(properties(), declared, _TOLD) == (Cause(what=what, place=place, before=before, after=after),)


def test_a_topic_and_a_rule_that_change_at_once_are_two_causes() -> None:
    before = properties(Outcome={"Notify": [_TOPIC], "MaxMissing": "1"})

    notify, outcome = causes(before, properties(Outcome={"Notify": [f"{_TOPIC}2"]}), _TOLD)

    assert (notify.what, notify.before, notify.after) == ("notify", _TOPIC, f"{_TOPIC}2")
    assert outcome.what == "outcome"
    assert outcome.before == "at most 0 % errors, 1 missing, partial degraded"
    assert outcome.after == "at most 0 % errors, 0 missing, partial degraded"


def test_without_a_topic_the_default_rule_is_none_any_more() -> None:
    (cause,) = causes(properties(Outcome={"Notify": [_TOPIC]}), properties(), _TOLD)

    assert (cause.what, cause.before, cause.after) == ("notify", _TOPIC, None)


def test_what_defines_a_run_comes_first_and_each_option_once() -> None:
    declared = properties(
        RunId="2",
        Hold="true",
        InputDigest="b" * 64,
        InputColumns="s3://assets/c.csv",
        Job={"modelId": _NOVA},
    )

    assert [each.what for each in causes(properties(), declared, _TOLD)] == ["model", "input", "run_id", "hold"]


def test_a_role_that_follows_from_another_model_is_no_cause() -> None:
    declared = _job(modelId=_NOVA, roleArn="arn:aws:iam::111122223333:role/other")

    assert [each.what for each in causes(properties(), declared, _TOLD)] == ["model"]


def test_nothing_that_a_user_wrote_has_changed() -> None:
    assert causes(properties(), properties(ServiceTimeout="960"), _TOLD) == ()


@pytest.mark.parametrize("broken", [{}, properties(RunId=None)])
def test_a_declaration_that_cannot_be_read_is_the_cause(broken: dict[str, Any]) -> None:
    (cause,) = causes(broken, properties(), _TOLD)

    assert (cause.what, cause.before, cause.after) == ("declaration", None, None)


@pytest.mark.parametrize("told", [{}, {DECLARED_AT: None}, {DECLARED_AT: "x"}])
def test_a_job_that_no_file_declares_has_no_place(told: dict[str, Any]) -> None:
    assert new_job(told).place is None


def test_options_that_are_not_told_leave_the_line_of_the_job() -> None:
    assert new_job({DECLARED_AT: {"file": "a.yaml", "line": 7, "options": None}}).place == "a.yaml:7"


def test_a_value_that_is_not_known_is_not_shown() -> None:
    unknown = f"s3://{placeholder('bucket')}/tickets/"

    (cause,) = causes(properties(), _output(s3Uri=unknown), _TOLD)

    assert (cause.what, cause.before, cause.after) == ("output_prefix", "s3://answers/tickets/", None)


def test_a_long_value_is_cut() -> None:
    (cause,) = causes(properties(), properties(RunId="9" * 500), _TOLD)

    assert cause.after == "9" * 200
