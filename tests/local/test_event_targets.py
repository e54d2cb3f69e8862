"""Targets of rules take events with the rights that AWS asks for, are called again, and leave dead letters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from local.bus import RULE, deployed, from_events, messages, queue, received, rule, rule_arn
from local.cloud import REGION, Cloud, allow, document
from local.test_functions import function_role

from bedrock_batch_local import EmbeddedAws

PATTERN = json.dumps({"source": ["test"]})
WRITES_DOWN = """
import boto3, json
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=event["detail"]["queue"], MessageBody=json.dumps(event))
"""
FAILS = "def handler(event, context):\n    raise ValueError('broken')\n"


def put(cloud: Cloud, **detail: Any) -> None:
    entry = {"Source": "test", "DetailType": "Test", "Detail": json.dumps(detail)}
    assert cloud.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
    cloud.aws.advance(0)


def letters(cloud: Cloud, url: str) -> list[dict[str, str]]:
    """The attributes of the dead letters of a queue, with their body."""
    return [
        {"body": message["Body"]}
        | {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}
        for message in received(cloud, url)
    ]


def function(cloud: Cloud, code: str, *statements: dict[str, Any], source: str = "") -> str:
    """The ARN of a function that a rule may invoke, by default the one of this account."""
    name = cloud.function(code, function_role(cloud, allow(["sqs:*", "logs:*"]), *statements))
    client = cloud.client("lambda")
    permission = {"FunctionName": name, "StatementId": "events", "Action": "lambda:InvokeFunction"}
    client.add_permission(**permission, Principal="events.amazonaws.com", SourceArn=source or rule_arn(cloud))
    return str(client.get_function(FunctionName=name)["Configuration"]["FunctionArn"])


class TestRights:
    """The same for each kind of target: with the right of this rule, of another rule, with none."""

    @pytest.mark.parametrize(("source", "count"), [(RULE, 1), ("other", 0), (None, 0)])
    def test_a_queue(self, cloud: Cloud, source: str | None, count: int) -> None:
        arn = f"arn:aws:sqs:{REGION}:{cloud.account}:target"
        statement = from_events("sqs:SendMessage", arn, rule_arn(cloud, source or RULE))
        url, _ = queue(cloud, "target", statement if source else allow("sqs:SendMessage", arn))
        rule(cloud, {"Arn": arn}, EventPattern=PATTERN)
        put(cloud)

        assert len(messages(cloud, url)) == count

    @pytest.mark.parametrize(("source", "count"), [(RULE, 1), ("other", 0), (None, 0)])
    def test_a_topic(self, cloud: Cloud, source: str | None, count: int) -> None:
        sns, topic = cloud.client("sns"), f"arn:aws:sns:{REGION}:{cloud.account}:target"
        url, arn = queue(cloud, "got", from_events("sqs:SendMessage", "*", topic, service="sns.amazonaws.com"))
        sns.create_topic(Name="target")
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        if source:
            policy = document(from_events("sns:Publish", topic, rule_arn(cloud, source)))
            sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        rule(cloud, {"Arn": topic}, EventPattern=PATTERN)
        put(cloud)

        assert len(messages(cloud, url)) == count

    @pytest.mark.parametrize(("source", "count"), [(RULE, 1), ("other", 0)])
    def test_a_function(self, cloud: Cloud, source: str, count: int) -> None:
        url, _ = queue(cloud, "got")
        rule(cloud, {"Arn": function(cloud, WRITES_DOWN, source=rule_arn(cloud, source))}, EventPattern=PATTERN)
        put(cloud, queue=url)

        assert len(messages(cloud, url)) == count

    @pytest.mark.parametrize(("action", "count"), [("states:StartExecution", 1), ("states:DescribeExecution", 0)])
    def test_a_state_machine(self, cloud: Cloud, action: str, count: int) -> None:
        states = cloud.client("stepfunctions")
        definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Pass", "End": True}}})
        trusting = trust("states.amazonaws.com")
        machine = states.create_state_machine(name="m", definition=definition, roleArn=cloud.role(trust=trusting))
        arn = machine["stateMachineArn"]
        role = cloud.role(allow(action, arn), trust=trust("events.amazonaws.com"))
        rule(cloud, {"Arn": arn, "RoleArn": role}, EventPattern=PATTERN)
        put(cloud, number=7)

        found = states.list_executions(stateMachineArn=arn)["executions"]
        assert len(found) == count
        if found:
            given = json.loads(states.describe_execution(executionArn=found[0]["executionArn"])["input"])
            assert given["detail"] == {"number": 7}

    def test_a_role_that_trusts_another_service(self, cloud: Cloud) -> None:
        url, arn = queue(cloud, "target")
        role = cloud.role(allow("sqs:SendMessage"), trust=trust("lambda.amazonaws.com"))
        rule(cloud, {"Arn": arn, "RoleArn": role}, EventPattern=PATTERN)
        put(cloud)

        assert messages(cloud, url) == []


def trust(service: str) -> str:
    return document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


class TestDeadLetters:
    def test_a_refused_event_is_one_at_once(self, cloud: Cloud) -> None:
        url, dead = queue(cloud, "dead")
        _, arn = queue(cloud, "target", allow("sqs:SendMessage"))
        rule(cloud, {"Arn": arn, "DeadLetterConfig": {"Arn": dead}, "Input": "{}"}, EventPattern=PATTERN)
        put(cloud, number=7)

        (letter,) = letters(cloud, url)
        assert json.loads(letter.pop("body"))["detail"] == {"number": 7}
        assert letter == {
            "RULE_ARN": rule_arn(cloud),
            "TARGET_ARN": arn,
            "ERROR_CODE": "NO_PERMISSIONS",
            "ERROR_MESSAGE": f"EventBridge is not allowed to call sqs:SendMessage on {arn}",
        }

    @pytest.mark.parametrize("service", ["sqs", "sns", "lambda"])
    def test_so_is_one_for_a_target_that_is_gone(self, cloud: Cloud, service: str) -> None:
        url, dead = queue(cloud, "dead")
        resource = "function:gone" if service == "lambda" else "gone"
        arn = f"arn:aws:{service}:{REGION}:{cloud.account}:{resource}"
        rule(cloud, {"Arn": arn, "DeadLetterConfig": {"Arn": dead}}, EventPattern=PATTERN)
        put(cloud)

        assert [letter["ERROR_CODE"] for letter in letters(cloud, url)] == ["NO_RESOURCE"]

    def test_a_queue_without_a_policy_for_the_rule_gets_none(self, cloud: Cloud) -> None:
        url, dead = queue(cloud, "dead", allow("sqs:SendMessage"))
        gone = f"arn:aws:sqs:{REGION}:{cloud.account}:gone"
        rule(cloud, {"Arn": gone, "DeadLetterConfig": {"Arn": dead}}, EventPattern=PATTERN)
        put(cloud)

        assert letters(cloud, url) == []

    def test_a_rule_of_a_stack_has_one_too(self, cloud: Cloud) -> None:
        url, dead = queue(cloud, "dead")
        target = {"Id": "1", "Arn": f"arn:aws:sqs:{REGION}:{cloud.account}:gone", "DeadLetterConfig": {"Arn": dead}}
        properties = {"Name": RULE, "EventPattern": {"source": ["test"]}, "Targets": [target]}
        deployed(cloud, {"Rule": {"Type": "AWS::Events::Rule", "Properties": properties}})
        put(cloud)

        assert len(letters(cloud, url)) == 1


class TestRetries:
    @pytest.fixture
    def throttled(self, closed: EmbeddedAws, cloud: Cloud) -> Iterator[Cloud]:
        """An account on a server without the rules of other tests."""
        yield Cloud(closed, cloud.account)
        closed.set_event_faults(throttled=0)

    def test_a_throttled_target_gets_its_event_later(self, throttled: Cloud) -> None:
        url, arn = queue(throttled)
        rule(throttled, {"Arn": arn}, EventPattern=PATTERN)
        throttled.aws.set_event_faults(throttled=3)
        put(throttled)
        assert messages(throttled, url) == []

        throttled.aws.advance(60)

        assert len(messages(throttled, url)) == 1

    @pytest.mark.parametrize(
        ("policy", "condition", "attempts"),
        [
            ({"MaximumRetryAttempts": 2}, "MaximumRetryAttempts", "2"),
            ({"MaximumEventAgeInSeconds": 60}, "MaximumEventAgeInSeconds", "5"),
            ({}, "MaximumRetryAttempts", "185"),
        ],
    )
    def test_the_retries_end(self, throttled: Cloud, policy: dict[str, int], condition: str, attempts: str) -> None:
        url, dead = queue(throttled, "dead")
        _, arn = queue(throttled, "target")
        target = {"Arn": arn, "DeadLetterConfig": {"Arn": dead}, "RetryPolicy": policy}
        rule(throttled, target, EventPattern=PATTERN)
        throttled.aws.set_event_faults(throttled=1000)
        put(throttled)

        throttled.aws.advance(2 * 86_400)

        (letter,) = letters(throttled, url)
        assert (letter["EXHAUSTED_RETRY_CONDITION"], letter["RETRY_ATTEMPTS"]) == (condition, attempts)
        assert letter["ERROR_CODE"] == "THROTTLING"


class TestFunctions:
    """Lambda takes the event, so EventBridge is done. What the function makes of it is between the two of them."""

    def test_a_failure_is_tried_three_times(self, cloud: Cloud) -> None:
        url, dead = queue(cloud, "dead")
        arn = function(cloud, FAILS)
        cloud.client("lambda").update_function_configuration(
            FunctionName="function", DeadLetterConfig={"TargetArn": dead}
        )
        rule(cloud, {"Arn": arn}, EventPattern=PATTERN)
        put(cloud, number=7)
        cloud.aws.advance(179)
        assert letters(cloud, url) == []

        cloud.aws.advance(1)

        (letter,) = letters(cloud, url)
        assert json.loads(letter["body"])["detail"] == {"number": 7}
        assert letter["ErrorMessage"] == "broken"
        assert errors(cloud) == 3

    def test_a_destination_gets_what_is_known(self, cloud: Cloud) -> None:
        url, lost = queue(cloud, "lost")
        arn = function(cloud, FAILS)
        cloud.client("lambda").put_function_event_invoke_config(
            FunctionName="function", MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": lost}}
        )
        rule(cloud, {"Arn": arn}, EventPattern=PATTERN)
        put(cloud, number=7)

        (told,) = messages(cloud, url)
        assert told["requestPayload"]["detail"] == {"number": 7}
        assert told["requestContext"]["condition"] == "RetriesExhausted"

    def test_a_throttled_function_gets_the_event_when_it_is_free(self, cloud: Cloud) -> None:
        url, _ = queue(cloud, "got")
        arn, client = function(cloud, WRITES_DOWN), cloud.client("lambda")
        client.put_function_concurrency(FunctionName="function", ReservedConcurrentExecutions=0)
        rule(cloud, {"Arn": arn}, EventPattern=PATTERN)
        put(cloud, queue=url)
        cloud.aws.advance(3600)
        assert messages(cloud, url) == []
        client.delete_function_concurrency(FunctionName="function")

        cloud.aws.advance(60)

        assert len(messages(cloud, url)) == 1


def errors(cloud: Cloud) -> float:
    """How many errors the metrics of the function count."""
    query = {
        "Id": "errors",
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/Lambda",
                "MetricName": "Errors",
                "Dimensions": [{"Name": "FunctionName", "Value": "function"}],
            },
            "Period": 86_400,
            "Stat": "Sum",
        },
    }
    answer = cloud.client("cloudwatch").get_metric_data(
        MetricDataQueries=[query], StartTime="2020-01-01T00:00:00Z", EndTime="2100-01-01T00:00:00Z"
    )
    return float(sum(answer["MetricDataResults"][0]["Values"]))
