"""Targets and a bus that refuse the event of an outcome: where it is then, and when it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

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


@pytest.mark.parametrize("action", ["events:PutEvents", "cloudwatch:PutMetricData"])
def test_what_is_refused_is_told_by_the_schedule_once_the_right_is_back(
    outcome_cloud: OutcomeCloud, stack: ToldStack, action: str
) -> None:
    """Metrics that are refused do not keep the event from being told."""
    stack.deploy({"Job": Telling()})
    with without(outcome_cloud, stack, action):
        outcome_cloud.advance(ENDED)
        before = stack.told()
        outcome_cloud.look()
        before.update(stack.told())
    outcome_cloud.look()
    outcome_cloud.look()
    after = stack.told()

    good, nothing = {("Job", "good"): 1}, dict[tuple[str, str], int]()
    assert (before, after) == ((nothing, good) if action == "events:PutEvents" else (good, nothing))
    # Each attempt to put the event comes after the metrics.
    assert set(failed_jobs(outcome_cloud, stack)) == {0.0}


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
