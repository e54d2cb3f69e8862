"""Alarms change their state by the simulated clock, as CloudWatch describes it, and tell topics that let them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError
from local.bus import deployed, from_events, messages, queue
from local.cloud import REGION, Cloud, document

NAME = "alarm"
STUCK = "IF(FILL(pending, 0) > 0 AND FILL(tokens, 0) <= 0, 1, 0)"


def alarm(cloud: Cloud, **options: Any) -> None:
    """An alarm on the metric `Errors` of a queue, of 60 seconds and one period unless ``options`` say otherwise."""
    given = {
        "AlarmName": NAME,
        "Namespace": "Mine",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "Job", "Value": "a"}],
        "Statistic": "Maximum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    }
    cloud.client("cloudwatch").put_metric_alarm(**{**given, **options})


def data(cloud: Cloud, value: float, job: str = "a", metric: str = "Errors") -> None:
    """A data point at the simulated time."""
    point = {"MetricName": metric, "Value": value, "Dimensions": [{"Name": "Job", "Value": job}]}
    cloud.client("cloudwatch").put_metric_data(Namespace="Mine", MetricData=[point])


def state(cloud: Cloud, name: str = NAME) -> str:
    (found,) = cloud.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(found["StateValue"])


def minutes(cloud: Cloud, *values: float | None) -> str:
    """Let a minute pass for each value, the last of which has ended then. The state afterwards."""
    for value in values:
        if value is not None:
            data(cloud, value)
        cloud.aws.advance(60)
    return state(cloud)


def test_an_alarm_sees_its_own_dimensions_only(cloud: Cloud) -> None:
    alarm(cloud)
    data(cloud, 5, job="b")
    assert minutes(cloud, 0) == "OK"
    assert minutes(cloud, 1) == "ALARM"
    assert minutes(cloud, 0) == "OK"


def test_an_alarm_without_data_has_not_enough(cloud: Cloud) -> None:
    alarm(cloud)

    assert minutes(cloud, None) == "INSUFFICIENT_DATA"
    assert minutes(cloud, 1, None) == "INSUFFICIENT_DATA"


@pytest.mark.parametrize(
    ("treat", "first", "after_alarm"),
    [
        ("missing", "INSUFFICIENT_DATA", "INSUFFICIENT_DATA"),
        ("ignore", "INSUFFICIENT_DATA", "ALARM"),
        ("breaching", "ALARM", "ALARM"),
        ("notBreaching", "OK", "OK"),
    ],
)
def test_missing_data_are_treated_as_asked(cloud: Cloud, treat: str, first: str, after_alarm: str) -> None:
    alarm(cloud, TreatMissingData=treat)
    assert minutes(cloud, None) == first
    assert minutes(cloud, 1) == "ALARM"
    assert minutes(cloud, None, None) == after_alarm


def test_some_of_the_periods_may_be_enough(cloud: Cloud) -> None:
    alarm(cloud, EvaluationPeriods=3, DatapointsToAlarm=2)
    assert minutes(cloud, 0, 1, 0) == "OK"
    assert minutes(cloud, 1) == "ALARM"
    assert minutes(cloud, 0, 0) == "OK"


def test_all_periods_must_breach_otherwise(cloud: Cloud) -> None:
    alarm(cloud, EvaluationPeriods=3)
    assert minutes(cloud, 0, 1, 1) == "OK"
    assert minutes(cloud, 1) == "ALARM"


def metric(name: str, identifier: str, job: str = "a") -> dict[str, Any]:
    of = {"Namespace": "Mine", "MetricName": name, "Dimensions": [{"Name": "Job", "Value": job}]}
    return {"Id": identifier, "MetricStat": {"Metric": of, "Period": 60, "Stat": "Maximum"}, "ReturnData": False}


MATH = [{"Id": "stuck", "Expression": STUCK}, metric("Pending", "pending"), metric("Tokens", "tokens")]


@pytest.mark.parametrize("path", ["stack", "api"])
def test_metric_math(cloud: Cloud, path: str) -> None:
    options = {
        "AlarmName": NAME,
        "Metrics": MATH,
        "EvaluationPeriods": 2,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
    }
    if path == "stack":
        deployed(cloud, {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": options}})
    else:
        cloud.client("cloudwatch").put_metric_alarm(**options)

    def minute(pending: float, tokens: float | None) -> str:
        data(cloud, pending, metric="Pending")
        if tokens is not None:
            data(cloud, tokens, metric="Tokens")
        cloud.aws.advance(60)
        return state(cloud)

    told = [minute(5, 7), minute(5, None), minute(5, 0), minute(4, 7), minute(0, None)]
    assert told == ["OK", "OK", "ALARM", "OK", "OK"]
    (described,) = cloud.client("cloudwatch").describe_alarms(AlarmNames=[NAME])["MetricAlarms"]
    assert described["Metrics"][0]["Expression"] == STUCK
    assert "MetricName" not in described


def test_math_that_is_not_understood_is_refused(cloud: Cloud) -> None:
    options = {"EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"}
    unknown = [{"Id": "x", "Expression": "SEARCH('x')"}]
    with pytest.raises(ClientError, match="metric math is not understood here"):
        cloud.client("cloudwatch").put_metric_alarm(AlarmName=NAME, Metrics=unknown, **options)
    with pytest.raises(ClientError, match="exactly one of the metrics"):
        cloud.client("cloudwatch").put_metric_alarm(AlarmName=NAME, Metrics=[metric("a", "a")], **options)
    properties = {"AlarmName": NAME, "Metrics": unknown, **options}
    with pytest.raises(WaiterError):
        deployed(cloud, {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}})


def topic(cloud: Cloud, policy: str | None) -> tuple[str, str]:
    """A topic with this policy (``None``: the default one), and the URL of a queue that gets what it gets."""
    sns, arn = cloud.client("sns"), f"arn:aws:sns:{REGION}:{cloud.account}:told"
    sender = from_events("sqs:SendMessage", "*", arn, service="sns.amazonaws.com")
    # As CDK's option enforce_ssl writes it.
    over_tls = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}, "Principal": {"AWS": "*"}}
    url, queue_arn = queue(cloud, "got", sender, {"Effect": "Deny", "Action": "sqs:*", "Resource": "*", **over_tls})
    sns.create_topic(Name="told")
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue_arn)
    if policy:
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return arn, url


@pytest.mark.parametrize(
    ("service", "count"), [(None, 2), ("cloudwatch.amazonaws.com", 2), ("events.amazonaws.com", 0)]
)
def test_a_topic_is_told_if_its_policy_lets_the_alarm(cloud: Cloud, service: str | None, count: int) -> None:
    source = f"arn:aws:cloudwatch:{REGION}:{cloud.account}:alarm:{NAME}"
    allowed = document(from_events("sns:Publish", "*", source, service=service)) if service else None
    arn, url = topic(cloud, allowed)
    alarm(cloud, AlarmActions=[arn], OKActions=[arn])
    minutes(cloud, 0, 1, 1)

    told = [json.loads(message["Message"]) for message in messages(cloud, url)]
    assert [(each["AlarmName"], each["NewStateValue"]) for each in told] == [(NAME, "OK"), (NAME, "ALARM")][:count]


def test_a_dashboard_of_a_stack_is_there(cloud: Cloud) -> None:
    body = json.dumps({"widgets": [{"type": "text", "properties": {"markdown": "jobs"}}]})
    properties = {"DashboardName": "jobs", "DashboardBody": body}
    deployed(cloud, {"Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}})

    assert cloud.client("cloudwatch").get_dashboard(DashboardName="jobs")["DashboardBody"] == body
