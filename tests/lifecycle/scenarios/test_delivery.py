"""Delivery at least once: however often and however broken an event arrives, it means one thing."""

import itertools
from typing import Any

import pytest

from bedrock_batch.statuses import JobStatus
from handler.hooks import CREATE, STOP, count, killed_at
from handler.scenario import scenario
from handler.vocabulary import CFN_MADE_ID
from handler.world import World, build_world
from lifecycle.scenarios.interleaving import interleave
from lifecycle.scenarios.response_bucket import response_bucket, run_for_real
from lifecycle.scenarios.stage import created, delete_event, deliver_as_lambda, end, meaning
from model_invocation_job.core.errors import DeliveryError

# A Create makes nine calls and one PUT, each with a pause before and after it.
STEPS = 21


@scenario(3)
@pytest.mark.parametrize("token_memory", [86_400.0, 0.0], ids=["token remembered", "token forgotten"])
def test_two_deliveries_at_once_are_one_job_however_they_interleave(token_memory: float) -> None:
    """Create delivered twice concurrently (interleave at every call) -> 1 job, equal answers."""
    schedules = 0
    for first, second in itertools.product(range(STEPS + 1), repeat=2):
        world = build_world(token_memory_seconds=token_memory)
        event = world.event("Create")
        interleave(world, [event, event], [0] * first + [1] * second)

        assert (world.started, len(world.live())) == (1, 1), (first, second)
        assert len(world.answers) == 2
        assert meaning(world.answers[0]) == meaning(world.answers[1]), (first, second)
        assert world.answers[0]["Status"] == "SUCCESS"
        schedules += 1
    assert schedules == (STEPS + 1) ** 2


@scenario(7)
@pytest.mark.parametrize("call", [CREATE, "get_model_invocation_job", "describe_stacks"])
def test_a_function_killed_after_the_effect_adopts_its_job_the_next_time(world: World, call: str) -> None:
    """Create; Lambda killed (OOM) right after effect, Lambda retries 70 s later -> adopts, SUCCESS, 1 job."""
    hook = killed_at(call)

    assert deliver_as_lambda(world, world.event("Create"), [hook]) == 2

    assert hook.done
    assert [answer["Status"] for answer in world.answers] == ["SUCCESS"]
    assert [world.answers[0]["PhysicalResourceId"]] == world.live()
    assert world.started == 1


@scenario(8)
@pytest.mark.parametrize("shows_token", [True, False])
def test_a_create_killed_three_times_is_cleaned_up_by_the_delete_of_an_unknown_id(shows_token: bool) -> None:
    """All three attempts killed after effect; CFN times out, Delete with foreign id -> job found, stopped, 0 live."""
    world = build_world(shows_token=shows_token)
    hooks = [killed_at(CREATE), killed_at("list_model_invocation_jobs"), killed_at("list_model_invocation_jobs")]
    deliver_as_lambda(world, world.event("Create"), hooks)
    assert all(hook.done for hook in hooks)
    assert (world.answers, len(world.live())) == ([], 1)
    world.clock.sleep(900)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert (world.live(), world.started) == ([], 1)


@scenario(9)
def test_an_answer_is_put_again_until_it_is_taken(world: World) -> None:
    """Create; PUT fails 2x then works -> SUCCESS once, return normally, no Lambda retry."""
    with response_bucket(503, 500) as bucket:
        run_for_real(world, bucket.sign(world.event("Create")))

    assert (len(bucket.puts), len(set(bucket.puts))) == (3, 1)
    assert [answer["Status"] for answer in bucket.heard] == ["SUCCESS"]
    assert world.started == 1


@scenario(10)
def test_an_answer_that_never_arrives_lets_lambda_try_again(world: World) -> None:
    """Create; PUT never works (S3 down) -> handler raises so that Lambda retries; 1 job; later Delete stops it."""
    with response_bucket(*[503] * 1000) as bucket:
        event = bucket.sign(world.event("Create"))
        for _ in range(3):
            with pytest.raises(DeliveryError):
                run_for_real(world, event)
            world.clock.sleep(90)
        assert (bucket.heard, len(set(bucket.puts))) == ([], 1)
    assert (world.started, len(world.live())) == (1, 1)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(CFN_MADE_ID)["Status"] == "SUCCESS"
    assert world.live() == []


@scenario(66)
def test_three_deletes_of_a_nested_stack_stop_once(world: World) -> None:
    """Nested stack failure (three delete tries) -> idempotent, one Stop."""
    arn = created(world)
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    answers = [world.deliver(delete_event(world, arn)) for _ in range(3)]

    assert [meaning(answer) for answer in answers] == [("SUCCESS", arn, {})] * 3
    assert (count(world, STOP), world.engine.bill().stopped, world.live()) == (1, 1, [])


@scenario(70)
@pytest.mark.parametrize("fault", ["ThrottlingException", "InternalServerException"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_racing_answers_of_duplicates_cannot_differ(fault: str, when: Any) -> None:
    """Chaos on answers: SUCCESS and FAILED of duplicate invocations race -> cannot differ (I3)."""
    for operation in (CREATE, "list_model_invocation_jobs", "get_model_invocation_job"):
        for first, second in itertools.product(range(0, STEPS + 2, 2), repeat=2):
            world = build_world()
            world.bedrock.fault(operation, fault, when=when)
            event = world.event("Create")
            interleave(world, [event, event], [0] * first + [1] * second)

            assert meaning(world.answers[0]) == meaning(world.answers[1]), (operation, first, second)
            assert (world.started, len(world.live())) == (1, 1)


@scenario(70)
@pytest.mark.parametrize("late", [0.0, 70.0], ids=["at once", "by Lambda, later"])
def test_a_duplicate_of_a_failed_create_cannot_say_success(late: float) -> None:
    """A FAILED answer is out, the stack rolls back, the same event comes again -> FAILED again, 0 live."""
    world = build_world()
    world.bedrock.fault(CREATE, "ServiceQuotaExceededException")
    event = world.event("Create")
    world.deliver(event)
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.clock.sleep(late)

    world.deliver(event)

    assert [answer["Status"] for answer in world.answers] == ["FAILED", "FAILED"]
    assert world.live() == []


@scenario(70)
def test_a_race_in_which_only_one_duplicate_is_refused_leaves_nothing_running() -> None:
    """One of two duplicates is refused for good and heard first -> the stack turns, Delete comes, 0 live.

    Nobody can make the two answers equal when the service treats the two calls differently and both are under way; the
    first answer decides for CloudFormation, and whatever the second one started is stopped with it.
    """
    for first, second in itertools.product(range(0, STEPS + 1, 2), repeat=2):
        world = build_world()
        world.bedrock.fault(CREATE, "ServiceQuotaExceededException")
        event = world.event("Create")
        interleave(world, [event, event], [0] * first + [1] * second)
        heard = world.answers[0]
        if heard["Status"] == "FAILED":
            world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
            assert world.delete(heard["PhysicalResourceId"])["Status"] == "SUCCESS"
            assert world.live() == []
        else:
            assert world.live() == [heard["PhysicalResourceId"]]


@scenario(71)
def test_an_event_redelivered_after_its_job_failed_says_the_same(world: World) -> None:
    """Answered SUCCESS, job fails validation in 60 s, redelivered at 120 s -> no second job, same SUCCESS."""
    event = world.event("Create")
    first = world.deliver(event)
    world.clock.sleep(60)
    end(world, first["PhysicalResourceId"], JobStatus.FAILED)
    world.clock.sleep(60)

    assert meaning(world.deliver(event)) == meaning(first)
    assert (world.status(first["PhysicalResourceId"]), world.started) == ("Failed", 1)


@scenario(73)
@pytest.mark.parametrize(("statuses", "puts", "heard"), [((403,), 1, 0), ((500, 500), 3, 1), ((307,), 2, 1)])
def test_only_a_put_that_was_taken_counts(world: World, statuses: tuple[int, ...], puts: int, heard: int) -> None:
    """PUT returns 403 (URL expired) or 5xx -> not counted as answered; 403 stops retrying, 5xx retries."""
    with response_bucket(*statuses) as bucket:
        run_for_real(world, bucket.sign(world.event("Create")))

    assert (len(bucket.puts), len(bucket.heard)) == (puts, heard)


@scenario(90)
@pytest.mark.parametrize("status", [400, 408, 429])
def test_an_answer_that_a_passing_fault_refused_is_put_again(world: World, status: int) -> None:
    """The response address answers 400, 408, 429 once, then takes it -> answered, one meaning, one job."""
    with response_bucket(status) as bucket:
        run_for_real(world, bucket.sign(world.event("Create")))

    assert (len(bucket.puts), len(set(bucket.puts)), len(bucket.heard)) == (2, 1, 1)
    assert world.started == 1
