"""The rule of the outcome: how it is declared, where it lies, when it changes, what it never starts."""

from typing import Any

import pytest

from bedrock_batch.outcome import OutcomeRule, Partial, rule_in
from bedrock_batch.run.declaration import JobSpec
from handler.run_files import run_file
from handler.scenario import scenario
from handler.vocabulary import DAY, OTHER_RUN, created
from handler.world import World, properties

TOPIC = "arn:aws:sns:us-east-1:111122223333:ended"
STRICT: dict[str, Any] = {"MaxErrorRate": "0", "MaxMissing": "0", "Partial": "failed"}
LAX: dict[str, Any] = {"MaxErrorRate": "0.02", "MaxMissing": "3", "Partial": "by_limits", "Notify": [TOPIC]}


@pytest.mark.parametrize(
    ("declared", "rule"),
    [
        (None, None),
        ("", None),
        ({}, OutcomeRule()),
        (dict.fromkeys(("MaxErrorRate", "MaxMissing", "Partial", "Notify"), ""), OutcomeRule()),
        (STRICT, OutcomeRule(partial=Partial.FAILED)),
        (LAX, OutcomeRule(0.02, 3, Partial.BY_LIMITS, (TOPIC,))),
        ({"MaxErrorRate": "1", "Notify": []}, OutcomeRule(1.0)),
        ({"MaxErrorRate": "1e-05"}, OutcomeRule(0.00001)),
        ({"MaxErrorRate": "0.1", "MaxMissing": "999999999"}, OutcomeRule(0.1, 999_999_999)),
    ],
)
def test_the_run_file_has_the_declared_rule_and_a_run_is_the_same_without_it(
    world: World, declared: Any, rule: OutcomeRule | None
) -> None:
    changes = {} if declared is None else {"Outcome": declared}
    answer = world.create(**changes)

    assert answer["Status"] == "SUCCESS"
    assert rule_in(run_file(world)) == rule
    assert ("outcome" in run_file(world)) == (rule is not None)
    assert JobSpec.parse(properties(**changes)).defining() == JobSpec.parse(properties()).defining()


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("x", "Outcome must be an object"),
        ({"MaxErrorRate": "1.01"}, "Outcome.MaxErrorRate must be a number from 0 to 1, got '1.01'"),
        ({"MaxErrorRate": "-0.1"}, "Outcome.MaxErrorRate must be a number from 0 to 1, got '-0.1'"),
        ({"MaxErrorRate": "nan"}, "Outcome.MaxErrorRate must be a number from 0 to 1, got 'nan'"),
        ({"MaxErrorRate": "x" * 200}, f"Outcome.MaxErrorRate must be a number from 0 to 1, got '{'x' * 100}'"),
        ({"MaxErrorRate": " 1"}, "Outcome.MaxErrorRate must be a number from 0 to 1, got ' 1'"),
        ({"MaxErrorRate": 0.02}, "Outcome.MaxErrorRate must be a string"),
        ({"MaxMissing": "-1"}, "Outcome.MaxMissing must be a whole number between 0 and 999999999, got '-1'"),
        ({"MaxMissing": "1.5"}, "Outcome.MaxMissing must be a whole number between 0 and 999999999, got '1.5'"),
        ({"Partial": "good"}, "Outcome.Partial must be one of by_limits, degraded, failed, got 'good'"),
        ({"Notify": TOPIC}, "Outcome.Notify must be a list of strings with at least one item"),
        ({"Notify": [""]}, "Outcome.Notify must be a list of strings with at least one item"),
    ],
)
def test_a_rule_of_another_form_is_refused(world: World, declared: Any, text: str) -> None:
    answer = world.create(Outcome=declared)

    assert (answer["Status"], answer["Reason"]) == ("FAILED", f"property {text}. Nothing was started.")
    assert world.started == 0


@pytest.mark.parametrize(
    "members",
    [
        "x",
        [],
        {"maxErrorRate": "0"},
        {"maxErrorRate": True},
        {"maxErrorRate": 1.1},
        {"maxErrorRate": -1},
        {"maxMissing": 1.5},
        {"maxMissing": True},
        {"maxMissing": -1},
        {"partial": "x"},
        {"notify": TOPIC},
        {"notify": [1]},
    ],
)
def test_fails_to_read_a_rule_of_another_form(members: Any) -> None:
    with pytest.raises(ValueError, match=r"maxErrorRate|maxMissing|Partial|notify|outcome must be an object"):
        rule_in({"outcome": members})


def test_a_reader_of_an_outcome_is_told_the_limits_alone() -> None:
    assert OutcomeRule(0.02, 3, Partial.FAILED, (TOPIC,)).limits() == {
        "maxErrorRate": 0.02,
        "maxMissing": 3,
        "partial": "failed",
    }


def test_an_absent_member_of_a_run_file_has_its_default() -> None:
    assert rule_in({"outcome": {}}) == OutcomeRule()
    assert rule_in({"outcome": {"maxErrorRate": 1}}) == OutcomeRule(1.0)


@scenario(24)
@pytest.mark.parametrize(("before", "after"), [(None, LAX), (STRICT, LAX), (LAX, None)])
@pytest.mark.parametrize("waited", [0, DAY], ids=["running", "ended"])
def test_another_rule_changes_in_place_and_starts_nothing(world: World, before: Any, after: Any, waited: float) -> None:
    """Update of the outcome's rule, job live or ended; then a rollback -> in the run file, same id, one bill."""
    old, new = properties(Outcome=before), properties(Outcome=after)
    arn = created(world, Outcome=before)
    world.service_clock.advance(waited)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    answer = world.update(arn, old, new)

    assert (answer["Status"], answer["PhysicalResourceId"], world.started) == ("SUCCESS", arn, 1)
    assert rule_in(run_file(world)) == JobSpec.parse(new).outcome

    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    assert world.update(arn, new, old)["PhysicalResourceId"] == arn
    assert rule_in(run_file(world)) == JobSpec.parse(old).outcome
    assert world.started == 1


def test_a_rollback_that_does_not_show_the_attempt_returns_to_the_rule_from_before(world: World) -> None:
    old, new = properties(Outcome=STRICT), properties(Outcome=LAX)
    arn = created(world, Outcome=STRICT)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.update(arn, old, new)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert world.update(arn, old, old)["PhysicalResourceId"] == arn
    assert rule_in(run_file(world)) == JobSpec.parse(old).outcome
    assert (world.started, world.live()) == (1, [arn])


def test_the_same_rule_is_not_written_again(world: World) -> None:
    arn = created(world, Outcome=LAX)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    calls = len(world.s3.calls)

    world.update(arn, properties(Outcome=LAX), properties(Outcome=LAX, ServiceTimeout="901"))

    assert len(world.s3.calls) == calls


@pytest.mark.parametrize("old", ["x", {"MaxErrorRate": "2"}])
def test_a_rule_of_another_version_is_replaced(world: World, old: Any) -> None:
    arn = created(world)
    world.service_clock.advance(600)
    world.cloudformation.update()

    assert world.update(arn, properties(Outcome=old), properties(Outcome=LAX))["PhysicalResourceId"] == arn
    assert (run_file(world)["outcome"]["maxMissing"], world.started) == (3, 1)


@pytest.mark.parametrize("after", [None, LAX])
def test_an_earlier_run_that_is_declared_again_has_the_rule_of_today(world: World, after: Any) -> None:
    stays: dict[str, Any] = {"OnRemoval": "LEAVE_RUNNING", "Outcome": STRICT}
    first, other = properties(**stays), properties(**stays, **OTHER_RUN)
    arn = created(world, **stays)
    world.cloudformation.update()
    second = world.update(arn, first, other)["PhysicalResourceId"]
    world.service_clock.advance(600)
    world.cloudformation.update()
    again = properties(**stays | {"Outcome": after})

    assert world.update(second, other, again)["Data"]["JobArn"] == arn
    assert (world.started, rule_in(run_file(world))) == (2, JobSpec.parse(again).outcome)


def test_a_rule_that_cannot_be_written_fails_an_update_and_no_rollback(world: World) -> None:
    arn = created(world)
    world.buckets.fault("PutObject", "AccessDenied", times=1000)

    for status, expected in (("UPDATE_IN_PROGRESS", "FAILED"), ("UPDATE_ROLLBACK_IN_PROGRESS", "SUCCESS")):
        world.cloudformation.status = status
        answer = world.update(arn, properties(), properties(Outcome=LAX))
        assert (answer["Status"], answer["PhysicalResourceId"]) == (expected, arn)
    assert world.live() == [arn]


def test_a_held_resource_without_a_job_writes_nothing(world: World) -> None:
    answer = world.create(Hold="true", Outcome=STRICT)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    old, new = properties(Hold="true", Outcome=STRICT), properties(Hold="true", Outcome=LAX)

    assert world.update(answer["PhysicalResourceId"], old, new)["Status"] == "SUCCESS"
    assert (world.s3.calls, world.started) == ([], 0)


def test_a_held_resource_whose_job_is_one_of_the_run_has_the_rule_of_today(world: World) -> None:
    arn = created(world, Outcome=STRICT)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    held = properties(Hold="true", Outcome=LAX)

    assert world.update(arn, properties(Outcome=STRICT), held)["PhysicalResourceId"] == arn
    assert run_file(world)["outcome"]["maxMissing"] == 3
