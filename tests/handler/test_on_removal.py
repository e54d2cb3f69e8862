"""LEAVE_RUNNING: a job may outlive its resource, but not the rollback of the deployment that started it.

Nothing is written to the job: the physical id says whether it ran before the request that answered with it.
"""

import pytest

from handler.update_stories import left_running
from handler.vocabulary import CFN_MADE_ID, FOUND, LEAVES, NO_JOB, by_hand, created
from handler.world import World, properties, world_and_stack

ROLLBACKS = ["ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"]
NO_ROLLBACKS = ["DELETE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_IN_PROGRESS", "CREATE_FAILED"]


@pytest.mark.parametrize("status", NO_ROLLBACKS)
def test_a_job_is_left_running_when_its_resource_goes_without_a_call_to_bedrock(world: World, status: str) -> None:
    arn = created(world, **LEAVES)
    world.cloudformation.status = status
    world.bedrock.calls.clear()

    answer = world.delete(arn, properties(**LEAVES))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn)
    assert (world.live(), world.bedrock.calls) == ([arn], [])


@pytest.mark.parametrize("status", ROLLBACKS)
def test_a_deployment_that_is_rolled_back_stops_what_it_had_started(world: World, status: str) -> None:
    arn = created(world, **LEAVES)
    world.cloudformation.status = status

    assert world.delete(arn, properties(**LEAVES))["Status"] == "SUCCESS"
    assert world.live() == []


@pytest.mark.parametrize("status", [*ROLLBACKS, *NO_ROLLBACKS])
def test_a_job_that_was_found_running_is_left_by_every_delete_of_its_id_without_a_look(
    world: World, status: str
) -> None:
    left = left_running(world)
    found = created(world, **LEAVES)
    assert found == left + FOUND
    world.cloudformation.status = status
    world.cloudformation.calls.clear()
    world.bedrock.calls.clear()

    answer = world.delete(found, properties(**LEAVES))

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", found)
    assert world.live() == [left]
    assert (world.bedrock.calls, world.cloudformation.calls) == ([], [])


@pytest.mark.parametrize("status", [*ROLLBACKS, *NO_ROLLBACKS])
@pytest.mark.parametrize("on_removal", ["STOP", "", None, "KEEP"])
def test_without_the_word_a_job_is_stopped_whatever_its_id_says(
    world: World, on_removal: str | None, status: str
) -> None:
    arn = created(world)
    world.cloudformation.status = status

    world.delete(arn + FOUND, properties(OnRemoval=on_removal))

    assert world.live() == []


@pytest.mark.parametrize("error", ["Throttling", "AccessDenied"])
def test_a_job_is_left_running_while_the_direction_is_unknown(world: World, error: str) -> None:
    arn = created(world, **LEAVES)
    world.cloudformation.fails_with = error

    assert world.delete(arn, properties(**LEAVES))["Status"] == "SUCCESS"
    assert world.live() == [arn]


def test_the_direction_is_asked_for_during_the_events_whole_time(world: World) -> None:
    arn = created(world, **LEAVES)
    world.cloudformation.fails_with = "Throttling"

    world.delete(arn, properties(**LEAVES))

    assert sum(world.clock.slept) == pytest.approx(575)


def test_a_direction_that_is_known_late_counts(world: World) -> None:
    arn = created(world, **LEAVES)
    world.cloudformation.fails_with = "Throttling"
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.cloudformation.after_looks(9, lambda: setattr(world.cloudformation, "fails_with", None))

    world.delete(arn, properties(**LEAVES))

    assert world.live() == []


def test_the_rollback_of_another_operation_stops_nothing_that_an_earlier_one_removed() -> None:
    world, stack = world_and_stack()
    arn = created(world, **LEAVES)
    late = world.event("Delete", PhysicalResourceId=arn, ResourceProperties=properties(**LEAVES))
    stack.update("UPDATE_ROLLBACK_IN_PROGRESS")

    assert world.deliver(late)["Status"] == "SUCCESS"
    assert world.live() == [arn]


@pytest.mark.parametrize("physical_id", [CFN_MADE_ID, "", "maybe-started:tickets-0a1b2c3dicketsE1-704dce9f-1"])
@pytest.mark.parametrize(("status", "lives_on"), [("DELETE_IN_PROGRESS", True), ("ROLLBACK_IN_PROGRESS", False)])
def test_what_an_id_without_a_job_stands_for_is_left_outside_a_rollback_only(
    world: World, physical_id: str, status: str, *, lives_on: bool
) -> None:
    arn = created(world, **LEAVES)
    world.cloudformation.status = status

    assert world.delete(physical_id, properties(**LEAVES))["Status"] == "SUCCESS"
    assert (world.live() == [arn]) is lives_on


def test_a_whole_life_writes_no_tag_of_its_own_and_stops_what_the_page_says(world: World) -> None:
    """Removed, declared again, rolled back, declared again, removed: the job keeps running and was paid for once."""
    left = left_running(world)
    found = created(world, **LEAVES)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.delete(found, properties(**LEAVES))
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    again = created(world, **LEAVES)
    world.cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    world.delete(again, properties(**LEAVES))

    assert (found, again) == (left + FOUND, left + FOUND)
    assert (world.started, world.live()) == (1, [left])
    written = [arguments["tags"] for method, arguments in world.bedrock.calls if method == "tag_resource"]
    assert all(tags == [{"key": "team", "value": "support"}] for tags in written)
    assert "untag_resource" not in world.calls()
    assert world.bedrock.list_tags_for_resource(resourceARN=left)["tags"] == [{"key": "team", "value": "support"}]


def test_a_stack_that_is_made_again_starts_a_job_of_its_own_beside_the_one_that_was_left(world: World) -> None:
    left = left_running(world)
    again = world.event("Create", StackId=world.event("Create")["StackId"].replace("0a1b", "ffff"))

    new = world.deliver(again | {"ResourceProperties": properties(**LEAVES)})["PhysicalResourceId"]

    assert world.live() == [new, left]


def test_a_job_that_was_found_but_never_answered_with_is_stopped_by_the_rollback(world: World) -> None:
    """The documented limit: CloudFormation made the id up, so nothing tells that the job ran before."""
    left_running(world)
    created(world, **LEAVES)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.delete(CFN_MADE_ID, properties(**LEAVES))

    assert world.live() == []


@pytest.mark.parametrize("key", ["cdk-bedrock-batch-resource", "aws-tag", "team"])
def test_a_tag_is_a_tag_like_any_other(world: World, key: str) -> None:
    """The first was a marker of the handler's own, before its first release."""
    tagged = {"Job": {"tags": [{"key": key, "value": "left-running"}]}}
    arn = created(world, **tagged)
    assert world.update(arn, properties(**tagged), properties())["Status"] == "SUCCESS"
    assert world.update(arn, properties(), properties(**tagged))["Status"] == "SUCCESS"
    tags = {tag["key"]: tag["value"] for tag in world.bedrock.list_tags_for_resource(resourceARN=arn)["tags"]}
    assert tags[key] == "left-running"

    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.delete(arn, properties(**tagged))
    assert world.live() == []


def test_a_job_of_somebody_else_is_left_without_a_word(world: World) -> None:
    arn = by_hand(world)
    world.cloudformation.status = "DELETE_IN_PROGRESS"
    world.bedrock.calls.clear()

    assert world.delete(arn, properties(**LEAVES))["Status"] == "SUCCESS"
    assert world.bedrock.calls == []


@pytest.mark.parametrize("operation", ["get_model_invocation_job", "list_model_invocation_jobs"])
def test_a_job_is_left_running_even_when_bedrock_is_down(world: World, operation: str) -> None:
    arn = created(world, **LEAVES)
    world.bedrock.fault(operation, "InternalServerException", times=1000)
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(arn, properties(**LEAVES))["Status"] == "SUCCESS"
    assert world.live() == [arn]


@pytest.mark.parametrize(
    "physical_id", [NO_JOB, CFN_MADE_ID, "arn:aws:bedrock:eu-west-1:1:model-invocation-job/abcdefghijkl"]
)
def test_whatever_the_id_and_the_other_properties_say_nothing_is_asked_of_bedrock(
    world: World, physical_id: str
) -> None:
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(physical_id, properties(Job={"modelId": ""}, **LEAVES))["Status"] == "SUCCESS"
    assert world.bedrock.calls == []


def test_a_delete_in_a_stack_that_still_shows_that_it_is_created_is_one_of_its_rollback(world: World) -> None:
    arn = world.create(OnRemoval="LEAVE_RUNNING")["PhysicalResourceId"]

    assert world.delete(arn, properties(OnRemoval="LEAVE_RUNNING"))["Status"] == "SUCCESS"
    assert world.live() == []
