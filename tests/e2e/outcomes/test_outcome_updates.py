"""Updates of a stack around the end of its jobs: who is told, by which rule, and what is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bedrock_batch_local.cdk_cli import CdkCliError
from e2e.outcome_cloud import ENDED, OutcomeCloud
from e2e.outcome_stack import Telling
from e2e.told_stack import ToldStack

DAY = 24 * 3600.0
# One of its records has an error.
STRICT, LENIENT = Telling(records="Within"), Telling(records="Within", max_error_rate=0.05)
SILENT = Telling(told=False)


@pytest.mark.parametrize(("days", "expected"), [(1, {("Job", "good"): 1}), (5, {})])
def test_an_outcome_that_is_added_after_the_end_is_told_if_that_is_not_old(
    outcome_cloud: OutcomeCloud, tmp_path: Path, days: int, expected: dict[tuple[str, str], int]
) -> None:
    stack = ToldStack(outcome_cloud, tmp_path, f"Added{days}")
    stack.deploy({"Job": SILENT})
    outcome_cloud.advance(ENDED + days * DAY)
    started = outcome_cloud.started

    stack.deploy({"Job": replace(SILENT, told=True)})
    outcome_cloud.look(times=2)

    assert stack.told() == expected
    assert outcome_cloud.started == started


def test_the_end_is_judged_by_the_rule_that_was_deployed_last(outcome_cloud: OutcomeCloud, stack: ToldStack) -> None:
    """Another job has no outcome any more, so it is not told. The same stack again changes nothing."""
    before = stack.deploy({"Changed": STRICT, "Removed": Telling()})
    assert stack.rule_of(before["ChangedArn"])["maxErrorRate"] == 0

    after = stack.deploy({"Changed": LENIENT, "Removed": SILENT})
    again = stack.deploy({"Changed": LENIENT, "Removed": SILENT})

    assert after == again == before
    assert stack.rule_of(after["ChangedArn"])["maxErrorRate"] == 0.05
    assert stack.rule_of(after["RemovedArn"]) is None
    outcome_cloud.advance(ENDED + 3600)
    assert stack.told() == {("Changed", "good"): 1}


def test_a_deployment_that_is_rolled_back_leaves_the_old_rule(outcome_cloud: OutcomeCloud, stack: ToldStack) -> None:
    before = stack.deploy({"Job": STRICT})
    started = outcome_cloud.started

    with pytest.raises(CdkCliError):
        stack.deploy({"Job": LENIENT}, fails=True)

    assert stack.rule_of(before["JobArn"])["maxErrorRate"] == 0
    assert outcome_cloud.started == started
    outcome_cloud.advance(ENDED + 3600)
    assert stack.told() == {("Job", "degraded"): 1}


def test_the_function_goes_with_the_last_outcome(outcome_cloud: OutcomeCloud, stack: ToldStack) -> None:
    before = stack.deploy({"Job": Telling()})
    after = stack.deploy({"Job": SILENT})

    assert after["JobArn"] == before["JobArn"]
    assert [each for each in stack.resources() if "Outcomes" in each] == []
    outcome_cloud.advance(ENDED)
    outcome_cloud.look()
    assert stack.told() == {}


def test_the_stop_of_a_job_that_leaves_its_stack_is_told(outcome_cloud: OutcomeCloud, stack: ToldStack) -> None:
    """Its own rules leave with it, so that only the function and rules of the stack are sure to hear of it."""
    leaving = stack.deploy({"Stays": Telling(), "Leaves": Telling()})["LeavesArn"]

    with outcome_cloud.passing():
        stack.deploy({"Stays": Telling()})
    outcome_cloud.advance(60)

    job = outcome_cloud.job(leaving)
    folder = job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
    marker = outcome_cloud.read(f"{folder}{leaving[-12:]}/outcome.json")
    assert (job["status"], marker["outcome"]) == ("Stopped", "stopped")
    assert [each for each in stack.resources() if each.startswith("Leaves")] == []


def test_nothing_of_the_outcome_outlives_the_stack(outcome_cloud: OutcomeCloud, stack: ToldStack) -> None:
    """The log group of the function goes with it, too, as declared."""
    stack.deploy({"Job": Telling()})
    with outcome_cloud.passing():
        outcome_cloud.cli(stack.assembly).destroy()

    assert left_of(outcome_cloud, stack.name) == []


def left_of(cloud: OutcomeCloud, stack_name: str) -> list[str]:
    """The names of rules, functions, log groups and roles that a stack made."""
    calls = {
        ("events", "list_rules"): ("Rules", "Name"),
        ("lambda", "list_functions"): ("Functions", "FunctionName"),
        ("logs", "describe_log_groups"): ("logGroups", "logGroupName"),
        ("iam", "list_roles"): ("Roles", "RoleName"),
        ("sqs", "list_queues"): ("QueueUrls", ""),
    }
    names = []
    for (service, operation), (members, name) in calls.items():
        for each in getattr(cloud.client(service), operation)().get(members, []):
            names.append(each[name] if name else each.rpartition("/")[2])
    return [each for each in names if stack_name in each]
