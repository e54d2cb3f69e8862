"""The sweep of all crash points and random histories, in small; the large ones stand in the folder above."""

import random

import pytest

from handler.hooks import Killed
from handler.scenario import scenario
from handler.vocabulary import CFN_MADE_ID
from handler.world import World, build_world, properties
from lifecycle.scenarios.stage import deliver_as_lambda, meaning

HISTORIES = 60
CALLS = [
    "list_model_invocation_jobs",
    "create_model_invocation_job",
    "get_model_invocation_job",
    "describe_stacks",
    "put",
]


@scenario(69)
@pytest.mark.parametrize("point", range(2 * len(CALLS)))
@pytest.mark.parametrize("deaths", [1, 3])
def test_a_create_killed_at_any_call_is_one_job_or_none(point: int, deaths: int) -> None:
    """Crash-point sweep over Create, Lambda's retries, then what CloudFormation does -> I1, I2, I3 hold."""
    world = build_world()
    seen: list[str] = []

    def die(call: str, moment: str) -> None:
        seen.append(f"{moment} {call}")
        if len(seen) % (2 * len(CALLS)) == point:
            raise Killed

    deliver_as_lambda(world, world.event("Create"), [die] * deaths)

    assert world.started <= 1
    assert len({str(meaning(answer)) for answer in world.answers}) <= 1
    heard = world.answers[0]["PhysicalResourceId"] if world.answers else CFN_MADE_ID
    assert deaths > 1 or world.live() == [heard]
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.clock.sleep(900)
    assert world.delete(heard)["Status"] == "SUCCESS"
    assert world.live() == []


@scenario(69)
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_random_histories_keep_one_job_and_pay_for_what_was_meant(seed: int) -> None:
    """Random deployments, duplicates, kills, rollbacks -> <= 1 live, bill = intended runs, equal answers, 0 at end."""
    chance = random.Random(seed)  # noqa: S311 - a history must be the same again for the same seed
    world = build_world(shows_token=chance.random() < 0.5, list_lag_seconds=chance.choice([0.0, 3.0]))
    props = properties()
    arn = _deliver_somehow(world, chance, world.event("Create", ResourceProperties=props))
    meant = 1
    for number in range(chance.randint(1, 5)):
        world.clock.sleep(chance.choice([30.0, 400.0, 5000.0]))
        other = properties(RunId=f"{seed}-{number}")
        world.cloudformation.status = "UPDATE_IN_PROGRESS"
        update = world.event("Update", PhysicalResourceId=arn, OldResourceProperties=props, ResourceProperties=other)
        new = _deliver_somehow(world, chance, update)
        meant += 1
        if chance.random() < 0.4:
            world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
            recorded = chance.choice([arn, new])
            back = world.event(
                "Update", PhysicalResourceId=recorded, OldResourceProperties=other, ResourceProperties=props
            )
            assert _deliver_somehow(world, chance, back) == arn
            world.delete(new, other)
        else:
            world.cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
            world.delete(arn, chance.choice([props, other]))
            arn, props = new, other
        assert world.started == meant
        assert set(world.live()) <= {arn}
    world.cloudformation.status = "DELETE_IN_PROGRESS"
    world.delete(arn, props)
    assert (world.live(), world.started) == ([], meant)


def _deliver_somehow(world: World, chance: random.Random, event: dict[str, object]) -> str:
    """Deliver an event, perhaps killed on the way and repeated; all its answers must mean the same."""
    before = len(world.answers)
    left = chance.randint(1, 12)

    def die(_call: str, _moment: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    deliver_as_lambda(world, event, [die])
    if chance.random() < 0.3:
        world.deliver(event)
    answers = world.answers[before:]
    assert {str(meaning(answer)) for answer in answers} == {str(meaning(answers[0]))}
    assert answers[0]["Status"] == "SUCCESS"
    return str(answers[0]["PhysicalResourceId"])
