"""In whose care a job is that runs on: the tag on the job decides who may stop it, and a rollback gives it back."""

from typing import Any

import pytest

from handler.stories import CFN_MADE_ID, NO_JOB, OTHER_RUN, by_hand, created, left_running, operator_stops
from handler.world import STACK_ID, World, build_world, properties
from model_invocation_job.care import CARE_TAG, LEFT_RUNNING
from model_invocation_job.identity import ResourceIdentity

_LEAVES = {"OnRemoval": "LEAVE_RUNNING"}
_OWN = ResourceIdentity(STACK_ID, "TicketsE1").mark
_OTHERS = ResourceIdentity(STACK_ID, "Other").mark


def _holder(world: World, arn: str) -> str | None:
    tags = world.bedrock.list_tags_for_resource(resourceARN=arn)["tags"]
    return next((tag["value"] for tag in tags if tag["key"] == CARE_TAG), None)


def _put_into_care(world: World, arn: str, holder: str) -> None:
    world.bedrock.tag_resource(resourceARN=arn, tags=[{"key": CARE_TAG, "value": holder}])


def _turn(world: World, after: str, status: str) -> None:
    """Let the stack turn around as soon as the handler has made a call."""
    call = getattr(world.bedrock, after)

    def turning(**arguments: Any) -> Any:
        answer = call(**arguments)
        world.cloudformation.status = status
        return answer

    setattr(world.bedrock, after, turning)


# Leaving ---------------------------------------------------------------------------------------------------------


def test_a_job_that_is_left_running_says_so_in_its_tag(world: World) -> None:
    arn = left_running(world)

    assert (_holder(world, arn), world.live()) == (LEFT_RUNNING, [arn])


def test_what_stands_behind_an_id_that_cloudformation_made_up_is_left_as_well(world: World) -> None:
    dead = created(world, **_LEAVES)
    operator_stops(world, dead)
    arn = created(world, **_LEAVES)
    theirs = by_hand(world)
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(CFN_MADE_ID, properties(**_LEAVES))["Status"] == "SUCCESS"
    assert [_holder(world, job) for job in (dead, arn, theirs)] == [None, LEFT_RUNNING, None]


@pytest.mark.parametrize("is_known", [True, False])
def test_an_adopted_job_that_is_left_running_is_free_to_be_adopted_elsewhere(world: World, is_known: bool) -> None:
    arn = by_hand(world)
    world.create(AdoptJobArn=arn, **_LEAVES)
    world.cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    world.delete(arn if is_known else CFN_MADE_ID, properties(AdoptJobArn=arn, **_LEAVES))
    assert _holder(world, arn) is None

    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    other = world.event("Create", LogicalResourceId="Other", ResourceProperties=properties(AdoptJobArn=arn))
    assert world.deliver(other)["Status"] == "SUCCESS"
    assert _holder(world, arn) == _OTHERS


@pytest.mark.parametrize("members", [{}, {"clientRequestToken": "by-hand"}], ids=["own", "adopted"])
def test_what_another_resource_has_taken_meanwhile_stays_with_it(world: World, members: dict[str, Any]) -> None:
    arn = by_hand(world) if members else created(world, **_LEAVES)
    _put_into_care(world, arn, _OTHERS)
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(arn, properties(**_LEAVES))["Status"] == "SUCCESS"
    assert _holder(world, arn) == _OTHERS


def test_a_job_of_somebody_else_is_left_without_a_word(world: World) -> None:
    arn = by_hand(world)
    world.delete(arn, properties(**_LEAVES))

    assert [name for name, _ in world.bedrock.calls if "tag_resource" in name] == []


def test_an_ended_job_is_left_as_it_is(world: World) -> None:
    arn = created(world, **_LEAVES)
    operator_stops(world, arn)
    world.bedrock.calls.clear()

    assert world.delete(arn, properties(**_LEAVES))["Status"] == "SUCCESS"
    assert [name for name, _ in world.bedrock.calls] == ["get_model_invocation_job"]


@pytest.mark.parametrize("operation", ["get_model_invocation_job", "list_tags_for_resource", "tag_resource"])
def test_a_job_is_left_running_even_when_bedrock_is_down(world: World, operation: str) -> None:
    arn = created(world, **_LEAVES)
    world.bedrock.fault(operation, "InternalServerException", times=1000)
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(arn, properties(**_LEAVES))["Status"] == "SUCCESS"
    assert world.live() == [arn]


def test_a_job_that_bedrock_has_forgotten_is_left_too(world: World) -> None:
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(NO_JOB, properties(**_LEAVES))["Status"] == "SUCCESS"


@pytest.mark.parametrize("physical_id", [CFN_MADE_ID, "arn:aws:bedrock:eu-west-1:1:model-invocation-job/abcdefghijkl"])
def test_with_properties_that_declare_nothing_nothing_isleft_running(world: World, physical_id: str) -> None:
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    assert world.delete(physical_id, properties(Job={"modelId": ""}, **_LEAVES))["Status"] == "SUCCESS"
    assert world.bedrock.calls == []


# Declaring again -------------------------------------------------------------------------------------------------


def test_what_was_left_running_is_taken_into_care_when_it_is_declared_again(world: World) -> None:
    arn = left_running(world)

    assert world.create(**_LEAVES)["PhysicalResourceId"] == arn
    assert (_holder(world, arn), world.started) == (_OWN, 1)


def test_what_another_resource_has_adopted_meanwhile_is_refused(world: World) -> None:
    arn = left_running(world)
    _put_into_care(world, arn, _OTHERS)

    answer = world.create(**_LEAVES)

    assert (answer["Status"], world.live(), world.started) == ("FAILED", [arn], 1)
    assert answer["Reason"].startswith(f"{arn} is in the care of another resource, so it cannot be adopted")


def test_a_job_of_the_same_request_is_taken_without_a_look_at_its_tags(world: World) -> None:
    event = world.event("Create")
    arn = world.deliver(event)["PhysicalResourceId"]

    assert world.deliver(event)["PhysicalResourceId"] == arn
    assert "list_tags_for_resource" not in world.calls()


def test_a_retained_job_needs_no_tag(world: World) -> None:
    arn = created(world)
    world.service_clock.advance(60)

    assert world.create()["PhysicalResourceId"] == arn
    assert _holder(world, arn) is None


def test_a_late_request_takes_nothing_into_care(world: World) -> None:
    arn = left_running(world)
    world.cloudformation.status = "CREATE_COMPLETE"
    late = world.event("Create", issued_ago=21, ResourceProperties=properties(**_LEAVES))

    assert world.deliver(late)["PhysicalResourceId"] == arn
    assert _holder(world, arn) == LEFT_RUNNING


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "UPDATE_FAILED"])
@pytest.mark.parametrize("declared", [{}, {"Gate": "VALIDATED"}])
def test_a_stack_that_turns_around_gives_back_what_ran_on(world: World, status: str, declared: dict[str, Any]) -> None:
    arn = left_running(world)
    _turn(world, "tag_resource", status)

    answer = world.create(**declared)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", f"not-started:{_OWN}")
    assert answer["Reason"] == f"the stack began to roll back, so {arn} runs on as it did before."
    assert (_holder(world, arn), world.live()) == (LEFT_RUNNING, [arn])


def test_a_stack_that_turns_around_gives_back_what_another_delivery_had_taken(world: World) -> None:
    arn = left_running(world)
    _put_into_care(world, arn, _OWN)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert "runs on as it did before" in world.create()["Reason"]
    assert (_holder(world, arn), world.live()) == (LEFT_RUNNING, [arn])


def test_a_stack_that_turns_around_stops_what_the_same_request_had_started_without_a_look_at_its_tags(
    world: World,
) -> None:
    event = world.event("Create")
    world.deliver(event)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert "was stopped again" in world.deliver(event)["Reason"]
    assert (world.live(), "list_tags_for_resource" in world.calls()) == ([], False)


def test_a_stack_that_turns_around_stops_a_retained_job(world: World) -> None:
    created(world)
    world.service_clock.advance(60)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    assert "was stopped again" in world.create()["Reason"]
    assert world.live() == []


# Adopting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "CREATE_FAILED"])
@pytest.mark.parametrize("declared", [{}, _LEAVES])
def test_a_stack_that_turns_around_gives_back_what_it_has_adopted(
    world: World, status: str, declared: dict[str, Any]
) -> None:
    arn = by_hand(world)
    world.cloudformation.status = status

    answer = world.create(AdoptJobArn=arn, **declared)

    assert (answer["Status"], _holder(world, arn), world.live()) == ("FAILED", None, [arn])
    assert "runs on as it did before" in answer["Reason"]


def test_an_adoption_that_is_delivered_again_looks_at_nothing_else(world: World) -> None:
    arn = by_hand(world)
    event = world.event("Create", ResourceProperties=properties(AdoptJobArn=arn))
    world.deliver(event)
    world.cloudformation.calls.clear()

    assert world.deliver(event)["Status"] == "SUCCESS"
    assert world.cloudformation.calls == []


def test_an_adopted_job_that_was_left_running_is_known_as_that_again(world: World) -> None:
    arn = left_running(world)
    world.create(AdoptJobArn=arn, **OTHER_RUN)
    assert _holder(world, arn) == _OWN

    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.delete(arn, properties(AdoptJobArn=arn, **OTHER_RUN))
    assert (_holder(world, arn), world.live()) == (LEFT_RUNNING, [arn])


# Rollback of an update -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("holder", [LEFT_RUNNING, _OTHERS])
def test_a_rollback_spares_what_is_not_the_updates(world: World, holder: str) -> None:
    arn, recorded = left_running(world, **OTHER_RUN), created(world)
    _put_into_care(world, arn, holder)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(**OTHER_RUN), properties())

    assert (_holder(world, arn), set(world.live())) == (holder, {arn, recorded})


def test_a_rollback_gives_back_what_the_update_had_declared_again(world: World) -> None:
    arn, recorded = left_running(world, **OTHER_RUN), created(world)
    world.update(recorded, properties(), properties(**OTHER_RUN))
    assert _holder(world, arn) == _OWN
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(**OTHER_RUN), properties())

    assert (_holder(world, arn), set(world.live())) == (LEFT_RUNNING, {arn, recorded})


def test_a_rollback_that_cannot_read_the_tags_stops_what_may_be_the_updates(world: World) -> None:
    recorded = created(world)
    created(world, **OTHER_RUN)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    world.bedrock.fault("list_tags_for_resource", "InternalServerException", times=1000)

    assert world.update(recorded, properties(**OTHER_RUN), properties())["PhysicalResourceId"] == recorded
    assert world.live() == [recorded]


def test_a_rollback_waits_for_the_list_beside_an_ended_attempt() -> None:
    world = build_world(list_lag_seconds=20.0)
    operator_stops(world, created(world, **OTHER_RUN))
    recorded = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.update(recorded, properties(), properties(**OTHER_RUN))
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(**OTHER_RUN), properties())
    world.service_clock.advance(60)

    assert world.live() == [recorded]


@pytest.mark.parametrize("operation", [None, "list_tags_for_resource", "untag_resource"])
def test_a_rollback_gives_back_what_the_update_had_adopted(world: World, operation: str | None) -> None:
    recorded, theirs = created(world), by_hand(world)
    adopts = properties(AdoptJobArn=theirs)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    world.update(recorded, properties(), adopts)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    if operation:
        world.bedrock.fault(operation, "InternalServerException", times=1000)

    assert world.update(recorded, adopts, properties())["PhysicalResourceId"] == recorded
    world.bedrock.fault(operation or "x", "InternalServerException", times=0)
    assert set(world.live()) == {recorded, theirs}
    if operation is None:
        assert _holder(world, theirs) is None


@pytest.mark.parametrize("holder", [None, _OTHERS])
def test_a_rollback_of_an_adoption_that_never_was_gives_nothing_back(world: World, holder: str | None) -> None:
    recorded, theirs = created(world), by_hand(world)
    if holder:
        _put_into_care(world, theirs, holder)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(AdoptJobArn=theirs), properties())
    assert (_holder(world, theirs), set(world.live())) == (holder, {recorded, theirs})
    assert "untag_resource" not in world.calls()


def test_a_rollback_of_an_adoption_leaves_an_ended_job_as_it_is(world: World) -> None:
    theirs = by_hand(world)
    world.create(AdoptJobArn=theirs)
    operator_stops(world, theirs)
    recorded = created(world)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(AdoptJobArn=theirs), properties())
    assert "untag_resource" not in world.calls()


def test_a_rollback_asks_no_tags_of_what_is_stopping_already(world: World) -> None:
    recorded, other = created(world), created(world, **OTHER_RUN)
    world.bedrock.stop_model_invocation_job(jobIdentifier=other)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(**OTHER_RUN), properties())
    assert "list_tags_for_resource" not in world.calls()


def test_a_rollback_of_an_adoption_leaves_other_runs_alone(world: World) -> None:
    """Such an update had started nothing, so a retained job is not its leftover."""
    retained, recorded = created(world, **OTHER_RUN), created(world)
    theirs = by_hand(world)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(recorded, properties(AdoptJobArn=theirs), properties())
    assert set(world.live()) == {retained, recorded, theirs}
    assert world.clock.slept == []


def test_a_rollback_keeps_what_it_returns_to(world: World) -> None:
    theirs = by_hand(world)
    adopts = properties(AdoptJobArn=theirs)
    world.create(AdoptJobArn=theirs)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.update(theirs, properties(AdoptJobArn=theirs, **OTHER_RUN), adopts)
    assert _holder(world, theirs) == _OWN


# Delete ----------------------------------------------------------------------------------------------------------


def test_a_job_on_record_that_another_resource_has_adopted_is_left_to_it(world: World) -> None:
    arn = created(world)
    _put_into_care(world, arn, _OTHERS)

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.live() == [arn]


@pytest.mark.parametrize(
    ("status", "stays"), [("DELETE_IN_PROGRESS", False), ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", True)]
)
@pytest.mark.parametrize("holder", [_OWN, LEFT_RUNNING])
def test_a_job_on_record_that_ran_on_from_before_goes_unless_the_deployment_is_taken_back(
    world: World, holder: str, status: str, stays: bool
) -> None:
    arn = created(world)
    _put_into_care(world, arn, holder)
    world.cloudformation.status = status

    world.delete(arn)
    assert (arn in world.live()) == stays
    assert _holder(world, arn) == (LEFT_RUNNING if stays else holder)


def test_a_job_of_somebody_else_that_is_marked_as_left_is_left_alone(world: World) -> None:
    arn = by_hand(world)
    _put_into_care(world, arn, LEFT_RUNNING)

    world.delete(arn)
    assert world.live() == [arn]


def test_an_own_job_whose_tags_cannot_be_read_is_stopped(world: World) -> None:
    arn = created(world)
    world.bedrock.fault("list_tags_for_resource", "InternalServerException", times=1000)

    assert world.delete(arn)["Status"] == "SUCCESS"
    assert world.live() == []


@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"])
@pytest.mark.parametrize(("holder", "after"), [(LEFT_RUNNING, LEFT_RUNNING), (_OWN, LEFT_RUNNING), (_OTHERS, _OTHERS)])
def test_an_id_that_cloudformation_made_up_never_stops_what_ran_on_from_before(
    world: World, status: str, holder: str, after: str
) -> None:
    arn = left_running(world)
    _put_into_care(world, arn, holder)
    world.cloudformation.status = status

    assert world.delete(CFN_MADE_ID, properties())["Status"] == "SUCCESS"
    assert (_holder(world, arn), world.live()) == (after, [arn])


@pytest.mark.parametrize(("holder", "after"), [(_OWN, None), (_OTHERS, _OTHERS), (None, None)])
@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"])
def test_an_id_that_cloudformation_made_up_gives_back_what_was_adopted(
    world: World, status: str, holder: str | None, after: str | None
) -> None:
    arn = by_hand(world)
    if holder:
        _put_into_care(world, arn, holder)
    world.cloudformation.status = status

    assert world.delete(CFN_MADE_ID, properties(AdoptJobArn=arn))["Status"] == "SUCCESS"
    assert (_holder(world, arn), world.live()) == (after, [arn])


def test_an_adoption_of_a_job_elsewhere_leaves_nothing_to_give_back(world: World) -> None:
    elsewhere = "arn:aws:bedrock:eu-west-1:111122223333:model-invocation-job/abcdefghijkl"

    assert world.delete(CFN_MADE_ID, properties(AdoptJobArn=elsewhere))["Status"] == "SUCCESS"
    assert set(world.calls()) == {"list_model_invocation_jobs"}


def test_a_made_up_id_waits_for_the_list_beside_an_ended_attempt() -> None:
    world = build_world(list_lag_seconds=20.0)
    operator_stops(world, created(world))
    created(world)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    world.delete(CFN_MADE_ID)
    assert world.live() == []


def test_an_adopted_job_that_ends_by_itself_needs_nothing(world: World) -> None:
    arn = by_hand(world)
    world.create(AdoptJobArn=arn)
    operator_stops(world, arn)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(CFN_MADE_ID, properties(AdoptJobArn=arn))["Status"] == "SUCCESS"
    assert _holder(world, arn) == _OWN
