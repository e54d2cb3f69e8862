"""The rules of a job over two runs: they match its own runs only, under any name, and exist before the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events_targets as targets

from cdk_bedrock_batch import ModelInvocationJob
from e2e.outcome_cloud import ENDED, OutcomeCloud
from e2e.outcome_stack import Telling, queue_of, synthesize_telling

KINDS = ("state_change", "completed", "failed", "ended")
Events = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Runs:
    """The job of each run, and what the rules told of it."""

    first: str
    second: str
    of_first: Events
    of_second: Events


def with_rules(stack: cdk.Stack, job: ModelInvocationJob) -> None:
    for kind in KINDS:
        queue = queue_of(stack, f"{kind.replace('_', '')}Queue")
        getattr(job, f"on_{kind}")(kind, target=targets.SqsQueue(queue))


@pytest.fixture(scope="module")
def runs(outcome_cloud: OutcomeCloud, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The first run completes beside another job, the second one has another prefix and fails at once."""
    folder = tmp_path_factory.mktemp("rules")
    followed = Telling(told=False, change=with_rules)
    other = Telling(told=False)
    jobs = {"Followed": followed, "Other": other}
    before = outcome_cloud.deploy(synthesize_telling(folder / "first", "Followed", jobs))
    outcome_cloud.advance(ENDED)
    of_first = events_of(outcome_cloud, before)
    again = replace(followed, run_id="2", prefix="another", lacks="s3:ListBucket")
    jobs = {"Followed": again, "Other": replace(other, run_id="2")}
    after = outcome_cloud.deploy(synthesize_telling(folder / "second", "Followed", jobs))
    outcome_cloud.advance(ENDED)
    return Runs(before["FollowedArn"], after["FollowedArn"], of_first, events_of(outcome_cloud, after))


def events_of(cloud: OutcomeCloud, outputs: Mapping[str, str]) -> Events:
    return {kind: cloud.events(outputs[f"{kind.replace('_', '')}QueueUrl"]) for kind in KINDS}


def test_all_changes_are_told_from_the_first_one_on(runs: Runs) -> None:
    first, second = (statuses(events["state_change"]) for events in (runs.of_first, runs.of_second))

    assert first == ["Submitted", "Validating", "Scheduled", "InProgress", "Completed"]
    assert second == ["Submitted", "Validating", "Failed"]


def test_each_rule_tells_the_ends_that_it_is_for(runs: Runs) -> None:
    first, second = ({kind: statuses(told[kind]) for kind in KINDS[1:]} for told in (runs.of_first, runs.of_second))

    assert first == {"completed": ["Completed"], "failed": [], "ended": ["Completed"]}
    assert second == {"completed": [], "failed": ["Failed"], "ended": ["Failed"]}


@pytest.mark.parametrize("kind", KINDS)
def test_no_rule_tells_of_another_job(runs: Runs, kind: str) -> None:
    """Not of the other one of the stack, which had two runs, too."""
    assert {event["detail"]["batchJobArn"] for event in runs.of_first[kind]} <= {runs.first}
    assert {event["detail"]["batchJobArn"] for event in runs.of_second[kind]} <= {runs.second}


def test_the_rules_follow_a_job_with_another_prefix(runs: Runs) -> None:
    names = [event["detail"]["batchJobName"] for event in runs.of_second["ended"]]

    assert [name.partition("-")[0] for name in names] == ["another"]


def statuses(events: list[dict[str, Any]]) -> list[str]:
    return [event["detail"]["status"] for event in events]
