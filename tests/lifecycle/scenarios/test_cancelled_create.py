"""A Create that CloudFormation cancels: its Delete comes seconds later, with an id that nobody gave."""

import pytest

from handler.hooks import CREATE, At
from handler.scenario import scenario
from handler.vocabulary import CFN_MADE_ID
from handler.world import build_world
from lifecycle.scenarios.stage import delete_event

TURNED = ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"]


@scenario(20)
@pytest.mark.parametrize("status", TURNED)
@pytest.mark.parametrize("queued", [25.0, 3600.0])
def test_a_queued_create_that_was_cancelled_starts_nothing(status: str, queued: float) -> None:
    """Delete (foreign id) before Create calls Bedrock -> Delete polls; Create sees it, does not start; 0 jobs."""
    world = build_world()
    create = world.event("Create")
    world.cloudformation.status = status
    answer = world.deliver(delete_event(world, CFN_MADE_ID))
    assert (answer["Status"], sum(world.clock.slept) > 20) == ("SUCCESS", True)
    world.clock.sleep(queued - sum(world.clock.slept) if queued > 60 else 0)

    assert world.deliver(create)["Status"] == "FAILED"
    assert world.started == 0


@scenario(20)
@pytest.mark.parametrize("status", TURNED)
def test_a_create_that_was_cancelled_within_seconds_gives_its_job_up_at_once(status: str) -> None:
    """Delete while a fresh Create is about to call Bedrock -> what it starts is stopped in Submitted, 0 live.

    A job that is stopped while Submitted has processed nothing.
    """
    world = build_world()

    def cancel() -> None:
        world.cloudformation.status = status

    world.deliver(world.event("Create"), hook=At("list_model_invocation_jobs", "before", cancel))

    assert world.answers[-1]["Status"] == "FAILED"
    assert (world.live(), world.engine.bill().records) == ([], 0)


@scenario(21)
@pytest.mark.parametrize("moment", ["after create", "before put"])
@pytest.mark.parametrize("seen", ["ROLLBACK_IN_PROGRESS", "CREATE_IN_PROGRESS"], ids=["turned", "not seen yet"])
@pytest.mark.parametrize("lag", [0.0, 20.0], ids=["listed", "listed later"])
@pytest.mark.parametrize("shows_token", [True, False])
def test_a_delete_between_start_and_answer_finds_the_job_by_its_key(
    moment: str, seen: str, lag: float, shows_token: bool
) -> None:
    """Delete arrives between Create's API call and its answer -> Delete finds by key, stops; 0 live."""
    world = build_world(list_lag_seconds=lag, shows_token=shows_token)
    call = {"create": CREATE, "put": "put"}[moment.split()[1]]

    def cancel() -> None:
        world.cloudformation.status = seen
        assert world.deliver(delete_event(world, CFN_MADE_ID))["Status"] == "SUCCESS"

    hook = At(call, moment.split(maxsplit=1)[0], cancel)
    world.deliver(world.event("Create"), hook=hook)

    assert hook.done
    assert (world.live(), world.started) == ([], 1)


@scenario(22)
@pytest.mark.parametrize("status", TURNED)
def test_a_create_that_starts_after_its_delete_was_answered_is_undone(status: str) -> None:
    """Same, Delete answered first, Create starts late -> post-start check stops it; 0 live, bill ~0."""
    world = build_world()

    def cancel() -> None:
        world.cloudformation.status = status
        assert world.deliver(delete_event(world, CFN_MADE_ID))["Status"] == "SUCCESS"

    hook = At(CREATE, "before", cancel)
    world.deliver(world.event("Create"), hook=hook)

    assert hook.done
    assert [answer["Status"] for answer in world.answers] == ["SUCCESS", "FAILED"]
    assert (world.started, world.live(), world.engine.bill().records) == (1, [], 0)
