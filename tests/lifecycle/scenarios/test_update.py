"""Update: a result-defining change is one more job, anything else none."""

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Stack, Tags

from bedrock_batch.statuses import JobStatus
from handler.hooks import CREATE, STOP, count
from handler.scenario import scenario
from handler.world import World, build_world, properties
from lifecycle.scenarios.stage import A, B, created, end, ended, replaced
from lifecycle.scenarios.synthesis import JOB, declare, of_type, template_of

WRITES = {CREATE, STOP, "tag_resource", "untag_resource"}


@scenario(24)
@pytest.mark.parametrize(
    ("changes", "writes"),
    [
        ({"ServiceToken": "arn:aws:lambda:us-east-1:111122223333:function:handler:2"}, set()),
        ({"ServiceToken": "another-function", "ServiceTimeout": "1200"}, set()),
        ({"Job": {"timeoutDurationInHours": "72"}, "JobNamePrefix": "renamed"}, set()),
        ({"Job": {"tags": [{"key": "team", "value": "sales"}]}}, {"tag_resource"}),
        ({"Outcome": {"MaxMissing": "1"}}, set()),
    ],
)
def test_what_defines_no_result_starts_nothing(world: World, changes: dict[str, Any], writes: set[str]) -> None:
    """Update, no job-defining change (tags, log level, handler version) -> same id, no write but tags, no Delete."""
    arn = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    before = len(world.bedrock.calls)

    answer = world.update(arn, A, properties(**changes))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn)
    assert {method for method, _ in world.bedrock.calls[before:]} & WRITES == writes
    assert (world.started, world.live()) == (1, [arn])


@scenario(24)
@pytest.mark.parametrize(
    ("tags", "writes"),
    [
        ([{"key": "b", "value": "2"}, {"key": "a", "value": "1"}], set()),
        ([{"key": "a", "value": "1"}], {"untag_resource"}),
        (None, {"untag_resource"}),
    ],
    ids=["another order", "one less", "none"],
)
def test_tags_in_another_order_are_the_same_tags(world: World, tags: Any, writes: set[str]) -> None:
    """Update, the same tags in another order, or fewer -> one job, a write only for what is gone."""
    old = properties(Job={"tags": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]})
    new = properties(Job={"tags": tags})
    if tags is None:
        del new["Job"]["tags"]
    arn = world.deliver(world.event("Create", ResourceProperties=old))["PhysicalResourceId"]
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    before = len(world.bedrock.calls)

    answer = world.update(arn, old, new)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn)
    assert {method for method, _ in world.bedrock.calls[before:]} & WRITES == writes
    assert (world.started, world.live()) == (1, [arn])


@scenario(24)
@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
def test_another_tag_of_the_stack_is_set_on_the_job(world: World, prompts: Path, status: str) -> None:
    """Update or rollback, another tag of the stack or by an aspect -> set on the same job, one bill."""

    def template(unit: str, env: str) -> dict[str, Any]:
        def build(stack: Stack) -> None:
            declare(stack, prompts, tags={"team": "support"})
            Tags.of(stack).add("env", env, include_resource_types=[JOB])

        (job,) = of_type(template_of(build, tags={"unit": unit}), JOB).values()
        return properties(Job={"tags": job["Properties"]["Job"]["tags"]})

    old, new = template("a", "dev"), template("b", "prod")
    arn = world.deliver(world.event("Create", ResourceProperties=old))["PhysicalResourceId"]
    world.cloudformation.status = status

    answer = world.update(arn, old, new)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn)
    tags = world.bedrock.list_tags_for_resource(resourceARN=arn)["tags"]
    assert {tag["key"]: tag["value"] for tag in tags} == {"team": "support", "unit": "b", "env": "prod"}
    assert (world.started, world.live()) == (1, [arn])


@scenario(25)
@pytest.mark.parametrize("cleanup", [A, B], ids=["old properties", "new properties"])
def test_a_change_is_a_new_job_and_the_cleanup_stops_the_old_one(world: World, cleanup: dict[str, Any]) -> None:
    """Update A->B -> B starts, new id; cleanup Delete(A) -> A stopped; 1 live."""
    old = created(world)
    new = replaced(world, old, A, B)
    world.cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"

    assert world.delete(old, cleanup)["Status"] == "SUCCESS"
    assert new != old
    assert (ended(world, old), world.live(), world.started) == (True, [new], 2)


@scenario(26)
def test_the_cleanup_of_a_completed_job_stops_nothing(world: World) -> None:
    """Update A->B, A already Completed -> Delete(A) = no Stop error shown, SUCCESS."""
    old = created(world)
    world.service_clock.advance(24 * 3600)
    new = replaced(world, old, A, B)

    answer = world.delete(old)

    assert (answer["Status"], "Reason" in answer, count(world, STOP)) == ("SUCCESS", False, 0)
    assert (world.status(old), world.live()) == ("Completed", [new])


@scenario(27)
def test_an_update_that_fails_at_its_start_keeps_the_old_job(world: World) -> None:
    """Update A->B fails at start -> FAILED with old id; rollback Update -> no new job, SUCCESS; A live."""
    old = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.bedrock.fault(CREATE, "ServiceQuotaExceededException")
    failed = world.update(old, A, B)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    restored = world.update(old, B, A)

    assert (failed["Status"], restored["Status"]) == ("FAILED", "SUCCESS")
    assert failed["PhysicalResourceId"] == restored["PhysicalResourceId"] == old
    assert (world.started, world.live()) == (1, [old])


@scenario(34)
@pytest.mark.parametrize("first_completed", [False, True])
def test_there_and_back_as_two_deployments(world: World, first_completed: bool) -> None:
    """A->B->A as two good deploys -> third run is a new attempt, or adopts a Completed A; never a dead job as new."""
    first = created(world)
    if first_completed:
        world.service_clock.advance(24 * 3600)
    second = replaced(world, first, A, B)
    world.delete(first)
    world.clock.sleep(3600)

    third = replaced(world, second, B, A)

    assert (third == first) is first_completed
    assert world.started == (2 if first_completed else 3)
    assert world.status(third) == ("Completed" if first_completed else "Submitted")


@scenario(35)
def test_another_run_id_is_exactly_one_more_job(world: World) -> None:
    """run_id bumped, same inputs -> exactly one extra job."""
    old = created(world)
    new = replaced(world, old, A, properties(RunId="2"))
    world.delete(old)

    assert (world.started, world.live()) == (2, [new])


@scenario(65)
@pytest.mark.parametrize("changes", [{}, {"Job": {"tags": []}}, {"JobNamePrefix": "renamed"}])
def test_a_job_that_fails_after_the_deployment_is_not_restarted_silently(world: World, changes: dict[str, Any]) -> None:
    """Job goes Validating -> Failed 3 min after SUCCESS -> stack stays green; next Update with the same run: no job."""
    arn = created(world)
    world.clock.sleep(150)
    end(world, arn, JobStatus.FAILED)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    answer = world.update(arn, A, properties(**changes))

    assert (answer["Status"], answer["PhysicalResourceId"], world.started) == ("SUCCESS", arn, 1)


@scenario(72)
@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.EXPIRED, JobStatus.STOPPED])
def test_an_unchanged_declaration_of_a_dead_job_starts_nothing_and_another_run_id_does(
    world: World, status: JobStatus
) -> None:
    """Update with unchanged inputs while the job is Failed/Expired -> no restart, same id; "bump run_id" works."""
    arn = created(world)
    end(world, arn, status)
    world.clock.sleep(3600)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    same = world.update(arn, A, properties(ServiceTimeout="1200"))
    assert (same["Status"], same["PhysicalResourceId"], world.started) == ("SUCCESS", arn, 1)

    bumped = world.update(arn, A, properties(RunId="2"))
    assert (world.live(), world.started) == ([bumped["PhysicalResourceId"]], 2)


@scenario(74)
@pytest.mark.parametrize("changes", [{"ServiceTimeout": "1200"}, {"Job": {"tags": []}}])
def test_a_recorded_job_that_the_service_forgot_is_not_paid_again(changes: dict[str, Any]) -> None:
    """Get NotFound for a recorded id on Update with unchanged inputs (retention ran out) -> no new job."""
    world = build_world(retention_seconds=3600.0)
    arn = created(world)
    end(world, arn, JobStatus.COMPLETED)
    world.clock.sleep(30 * 24 * 3600)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"

    answer = world.update(arn, A, properties(**changes))

    assert (answer["Status"], answer["PhysicalResourceId"], world.started) == ("SUCCESS", arn, 1)
    assert set(answer["Data"]) == {"JobArn", "JobId", "JobName"}
