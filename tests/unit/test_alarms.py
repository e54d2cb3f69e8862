"""The alarms of a job and of a stack: when they breach, what they say, and that they are counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack, Token
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template
from constructs import Construct

from bedrock_batch import limits
from cdk_bedrock_batch import BatchHandler, BatchModel, ModelInvocationJob, Outcome
from cdk_bedrock_batch._template import StackView
from cdk_bedrock_batch.monitoring.alarms import AlarmOptions, function_errors_alarm, late_alarm, stuck_alarm
from unit.outcomes import alarm_in, dimensions

Declare = Callable[..., ModelInvocationJob]
Alarm = Callable[[ModelInvocationJob], Any]
ALARMS: dict[str, Alarm] = {
    "failure": lambda job: job.alarm_on_failure("Alarm"),
    "error rate": lambda job: job.alarm_on_error_rate("Alarm"),
    "stuck": lambda job: job.alarm_when_stuck("Alarm"),
    "late": lambda job: job.alarm_when_late("Alarm"),
    "late after hours": lambda job: job.alarm_when_late("Alarm", after=Duration.hours(30)),
}
OF_OUTCOMES = [name for name in ALARMS if name != "stuck"]
MAXIMUM_DESCRIPTION = 1024


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("failure", {"MetricName": "FailedJobs", "Threshold": 1, "Period": 300, "TreatMissingData": "ignore"}),
        ("error rate", {"MetricName": "ErrorRate", "Threshold": 0, "Period": 300, "TreatMissingData": "ignore"}),
        ("late", {"MetricName": "TimeoutUsed", "Threshold": 75, "Period": 1800, "TreatMissingData": "notBreaching"}),
        (
            "late after hours",
            {"MetricName": "HoursSinceSubmission", "Threshold": 30, "TreatMissingData": "notBreaching"},
        ),
    ],
)
def test_an_alarm_of_a_job(name: str, properties: dict[str, Any], stack: Stack, told: Declare) -> None:
    job = told()
    ALARMS[name](job)

    alarm = alarm_in(stack)
    assert alarm.items() >= {**properties, "Namespace": "BedrockBatch", "Statistic": "Maximum"}.items()
    assert dimensions(alarm) == {"StackName": "Stack", "LogicalId": stack.resolve(job._resource.logical_id)}
    breaches = "GreaterThanThreshold" if name == "error rate" else "GreaterThanOrEqualToThreshold"
    assert (alarm["ComparisonOperator"], alarm["EvaluationPeriods"]) == (breaches, 1)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_what_to_do_next(name: str, stack: Stack, told: Declare) -> None:
    ALARMS[name](told())

    description = alarm_in(stack)["AlarmDescription"]
    assert "bedrock-batch errors Stack Job" in description or "bedrock-batch status Stack" in description
    assert len(description) < MAXIMUM_DESCRIPTION


def test_a_description_is_not_longer_than_cloudwatch_takes(stack: Stack, told: Declare) -> None:
    deep: Construct = stack
    for _ in range(8):
        deep = Construct(deep, "x" * 150)
    told(scope=deep).alarm_on_failure("Failure")

    assert len(alarm_in(stack)["AlarmDescription"]) == MAXIMUM_DESCRIPTION


@pytest.mark.parametrize("name", OF_OUTCOMES)
def test_fails_on_an_alarm_of_outcomes_without_outcome(name: str, declare: Declare) -> None:
    with pytest.raises(ValueError, match=r"^the job needs outcome=Outcome\(\) or notify="):
        ALARMS[name](declare())


def test_a_stuck_model_has_records_pending_and_no_tokens(stack: Stack, declare: Declare) -> None:
    declare(model=BatchModel.from_model_id("us.amazon.nova-lite-v1:0")).alarm_when_stuck("Stuck")

    def metric(name: str) -> dict[str, Any]:
        of_model = {"Dimensions": [{"Name": "ModelId", "Value": "us.amazon.nova-lite-v1:0"}]}
        return {
            "Metric": {**of_model, "MetricName": name, "Namespace": "AWS/Bedrock/Batch"},
            "Period": 900,
            "Stat": "Maximum",
        }

    assert alarm_in(stack) == {
        "AlarmDescription": "Batch records of us.amazon.nova-lite-v1:0 have waited for 6 hours, and Amazon Bedrock "
        "processes none. See the AWS Health Dashboard and the quotas of the model, and the runs: "
        "bedrock-batch status Stack",
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "EvaluationPeriods": 24,
        "Metrics": [
            {
                "Expression": "IF(FILL(pending, 0) > 0 AND FILL(tokens, 0) <= 0, 1, 0)",
                "Id": "expr_1",
                "Label": "stuck",
                "ReturnData": True,
            },
            {"Id": "pending", "MetricStat": metric("NumberOfRecordsPendingProcessing"), "ReturnData": False},
            {"Id": "tokens", "MetricStat": metric("NumberOfInputTokensProcessedPerMinute"), "ReturnData": False},
        ],
        "Threshold": 1,
        "TreatMissingData": "notBreaching",
    }


@pytest.mark.parametrize(("after", "periods"), [(Duration.minutes(15), 1), (Duration.hours(24), 96)])
def test_how_long_a_model_is_stuck(after: Duration, periods: int, stack: Stack, declare: Declare) -> None:
    declare().alarm_when_stuck("Stuck", after=after)

    assert alarm_in(stack)["EvaluationPeriods"] == periods


@pytest.mark.parametrize("after", [Duration.minutes(0), Duration.minutes(20), Duration.minutes(1455), Duration.days(2)])
def test_fails_on_another_time(after: Duration, declare: Declare) -> None:
    reason = r"^after must be between 15 minutes and 24 hours, in steps of 15 minutes, got "
    with pytest.raises(ValueError, match=reason):
        declare().alarm_when_stuck("Stuck", after=after)


def test_the_dimension_of_a_model_can_be_another(stack: Stack, declare: Declare) -> None:
    declare().alarm_when_stuck("Stuck", model_dimension="arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite")

    metric = alarm_in(stack)["Metrics"][1]["MetricStat"]["Metric"]
    assert dimensions(metric) == {"ModelId": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite"}


@pytest.mark.parametrize(("declared", "percent"), [(0.0, 0), (0.07, 7), (0.29, 29), (1.0, 100)])
def test_the_error_rate_is_that_of_the_outcome_by_default(
    declared: float, percent: int, stack: Stack, told: Declare
) -> None:
    told(outcome=Outcome(max_error_rate=declared)).alarm_on_error_rate("Errors")

    assert alarm_in(stack)["Threshold"] == percent


def test_a_threshold_is_a_part_of_the_records(stack: Stack, told: Declare) -> None:
    told(outcome=Outcome(max_error_rate=0.5)).alarm_on_error_rate("Errors", threshold=0.005)

    assert alarm_in(stack)["Threshold"] == 0.5
    assert alarm_in(stack)["AlarmDescription"].startswith("More than 0.5 % of the records of a run of Stack/Job have")


@pytest.mark.parametrize("threshold", [-0.1, 1.1, 5, float("nan")])
def test_fails_on_a_threshold_in_percent(threshold: float, told: Declare) -> None:
    with pytest.raises(ValueError, match=r"^threshold must be a part of the records, 0 to 1, got "):
        told().alarm_on_error_rate("Errors", threshold=threshold)


@pytest.mark.parametrize("after", [Duration.hours(0), Duration.hours(169)])
def test_fails_on_an_end_that_no_run_has(after: Duration, told: Declare) -> None:
    with pytest.raises(ValueError, match=r"^after must be above zero and up to 168 hours, got "):
        told().alarm_when_late("Late", after=after)


@pytest.mark.parametrize("name", ["alarm_when_stuck", "alarm_when_late"])
def test_fails_on_a_token(name: str, told: Declare) -> None:
    token = Duration.minutes(Token.as_number({"Ref": "Number"}))
    job = told()
    with pytest.raises(ValueError, match=r"^after must not be a token$"):
        getattr(job, name)("Alarm", after=token)


def test_options_of_cdk_replace_what_is_said(stack: Stack, told: Declare) -> None:
    options: AlarmOptions = {"alarm_name": "late", "alarm_description": "Call Miller", "actions_enabled": False}
    told().alarm_when_late("Late", **options)

    expected = {"AlarmName": "late", "AlarmDescription": "Call Miller", "ActionsEnabled": False}
    assert alarm_in(stack).items() >= expected.items()


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_is_counted_with_all_its_bytes(name: str, stack: Stack, told: Declare) -> None:
    job = told("J" * 100)
    before = _handler_of(stack)._room.taken_bytes
    ALARMS[name](job)

    ((logical_id, alarm),) = Template.from_stack(stack).find_resources("AWS::CloudWatch::Alarm").items()
    metadata = {"Metadata": {"aws:cdk:path": f"{job.node.path}/Alarm/Resource"}}
    size = len(json.dumps({logical_id: {**alarm, **metadata}}, separators=(",", ":")))
    assert size <= _handler_of(stack)._room.taken_bytes - before


def test_fails_on_an_alarm_that_the_stack_has_no_room_for(stack: Stack, declare: Declare) -> None:
    job = declare()
    _handler_of(stack)._take_room(resources=limits.RESOURCES_OF_ALL_JOBS - 2, size=0)
    reason = "^the jobs of one stack may take 460 of the 500 resources of its template, and with this alarm would take "
    with pytest.raises(ValueError, match=reason):
        job.alarm_when_stuck("Stuck")


def test_the_alarm_of_a_late_run_of_a_stack(stack: Stack) -> None:
    late_alarm(stack, "Late")

    Template.from_stack(stack).has_resource_properties(
        "AWS::CloudWatch::Alarm",
        {
            "AlarmDescription": Match.string_like_regexp("^A run of the stack Stack has used 75 % of its .* Stack$"),
            "Dimensions": [{"Name": "StackName", "Value": "Stack"}],
            "MetricName": "TimeoutUsed",
            "Period": 1800,
            "Statistic": "Maximum",
            "Threshold": 75,
            "TreatMissingData": "notBreaching",
        },
    )


def test_the_alarm_of_a_stuck_model_of_a_stack(app: App, stack: Stack, declare: Declare) -> None:
    other = Stack(app, "Other")
    stuck_alarm(stack, "Stuck", BatchModel.from_model_id("amazon.nova-lite-v1:0"))
    declare(scope=other).alarm_when_stuck("Stuck")

    of_job = json.dumps(alarm_in(other))
    assert alarm_in(stack) == json.loads(of_job.replace("status Other", "status Stack"))


def test_the_alarm_of_a_function_that_tells_no_outcomes(stack: Stack) -> None:
    function = lambda_.Function.from_function_name(stack, "Function", "outcomes")
    function_errors_alarm(stack, "Errors", function)

    alarm = alarm_in(stack)
    name = dimensions(alarm)["FunctionName"]
    assert alarm == {
        "AlarmDescription": {
            "Fn::Join": [
                "",
                [
                    "The function ",
                    name,
                    " cannot tell how runs of the stack Stack went. See its log, and the runs: "
                    "bedrock-batch status Stack",
                ],
            ]
        },
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "DatapointsToAlarm": 3,
        "Dimensions": [{"Name": "FunctionName", "Value": name}],
        "EvaluationPeriods": 4,
        "MetricName": "Errors",
        "Namespace": "AWS/Lambda",
        "Period": 900,
        "Statistic": "Maximum",
        "Threshold": 1,
        "TreatMissingData": "notBreaching",
    }


def _handler_of(stack: Stack) -> BatchHandler:
    return BatchHandler._of_stack(StackView.of(stack))
