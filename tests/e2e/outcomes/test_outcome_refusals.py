"""Targets and a bus that refuse the event of an outcome: where it is then, and when it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from e2e.outcome_cloud import ENDED, OutcomeCloud, told
from e2e.outcome_stack import Telling
from e2e.told_stack import ToldStack


def test_an_event_that_the_queue_refuses_is_in_the_dead_letter_queue_of_the_target(
    outcome_cloud: OutcomeCloud, stack: ToldStack
) -> None:
    outputs = stack.deploy({"Job": Telling()})
    denied = {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    outcome_cloud.client("sqs").set_queue_attributes(QueueUrl=outputs["QueueUrl"], Attributes={"Policy": policy})

    outcome_cloud.advance(ENDED)

    assert stack.told() == {}
    assert told(outcome_cloud.events(outputs["DeadUrl"])) == {("Job", "good"): 1}


def test_an_event_that_the_bus_refuses_sets_off_an_alarm_and_is_told_once_the_right_is_back(
    outcome_cloud: OutcomeCloud, stack: ToldStack
) -> None:
    """The function fails at each look of the schedule, and the alarm is for failures of an hour."""
    stack.deploy({"Job": Telling(notifies=True)})
    with without(outcome_cloud, stack, "events:PutEvents"):
        outcome_cloud.advance(ENDED)
        outcome_cloud.look(times=4)
        assert (stack.told(), errors_alarm(outcome_cloud, stack)) == ({}, "ALARM")

    outcome_cloud.look(times=4)

    assert (stack.told(), errors_alarm(outcome_cloud, stack)) == ({("Job", "good"): 1}, "OK")


def test_metrics_that_are_refused_do_not_keep_the_event_from_being_told(
    outcome_cloud: OutcomeCloud, stack: ToldStack
) -> None:
    """They are put once the right is back, and the event is not told again."""
    stack.deploy({"Job": Telling()})
    with without(outcome_cloud, stack, "cloudwatch:PutMetricData"):
        outcome_cloud.advance(ENDED)
        assert (stack.told(), failed_jobs(outcome_cloud, stack)) == ({("Job", "good"): 1}, [])

    outcome_cloud.look(times=2)

    assert (stack.told(), failed_jobs(outcome_cloud, stack)) == ({}, [0.0])


def errors_alarm(cloud: OutcomeCloud, stack: ToldStack) -> str:
    """The state of the alarm on errors of the function."""
    (name,) = (physical for logical, physical in stack.resources().items() if "ErrorsAlarm" in logical)
    (alarm,) = cloud.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(alarm["StateValue"])


@contextmanager
def without(cloud: OutcomeCloud, stack: ToldStack, action: str) -> Iterator[None]:
    """Take a right away from the function that tells outcomes, for a while."""
    iam = cloud.client("iam")
    (role,) = (physical for logical, physical in stack.resources().items() if "OutcomesRole" in logical)
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    left = [each for each in policy["Statement"] if each["Action"] != action]
    assert len(left) == len(policy["Statement"]) - 1
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps({**policy, "Statement": left}))
    yield
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))


def failed_jobs(cloud: OutcomeCloud, stack: ToldStack) -> list[float]:
    """The data of the metric that each end of a job of the stack has."""
    now = datetime.fromisoformat(cloud.aws.now())
    found = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="BedrockBatch",
        MetricName="FailedJobs",
        Dimensions=[{"Name": "StackName", "Value": stack.name}],
        StartTime=now - timedelta(days=3),
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=["Sum"],
    )
    return [point["Sum"] for point in found["Datapoints"]]
