"""500 jobs that end in one minute: no job is lost, and the number of calls is bounded."""

from collections import Counter

from batch_outcome.core.metric_data import Age, of_live
from batch_outcome.io.metrics import Metrics
from outcome.lambda_service import RETRIES, invoke
from outcome.world import World, build_world, job_id

_JOBS = 500


def _crowd(world: World, jobs: int = _JOBS) -> list[str]:
    arns = [world.start(logical_id=f"Job{number:04}E1") for number in range(jobs)]
    return [world.end(job_arn) for job_arn in arns]


def _calls(world: World) -> Counter[str]:
    calls = Counter(method for method, _ in world.bedrock.calls + world.s3.calls)
    return calls + Counter(put_events=world.bus.calls, put_metric_data=world.metrics.calls)


def test_each_of_500_ends_takes_seven_calls() -> None:
    world = build_world()
    arns = _crowd(world)
    events = [world.event(job_arn) for job_arn in arns]
    before = _calls(world)

    for event in events:
        world.deliver(event)

    assert sorted(told for told, _ in world.told()) == sorted(map(job_id, arns))
    assert _calls(world) - before == {
        "get_model_invocation_job": _JOBS,
        "get_object": 3 * _JOBS,
        "put_metric_data": _JOBS,
        "put_events": _JOBS,
        "put_object": _JOBS,
    }


def test_100_ends_that_bedrock_throttles_are_told_once_each() -> None:
    """All tries of Lambda meet a Get that is throttled, but for one in twenty."""
    world = build_world()
    arns = _crowd(world, 100)
    events = [world.event(job_arn) for job_arn in arns]

    given_up = 0
    for number, event in enumerate(events):
        if number % 20:
            world.bedrock.fault("GetModelInvocationJob", "ThrottlingException", times=3)
        given_up += len(invoke(world, event)) == 1 + len(RETRIES)
    assert given_up == 95
    world.clock.advance(900)
    world.look()

    assert sorted(told for told, _ in world.told()) == sorted(map(job_id, arns))


def test_500_ends_whose_events_are_all_lost_are_told_by_one_look() -> None:
    world = build_world()
    arns = _crowd(world)
    world.clock.advance(900)
    before = _calls(world)

    world.look()

    assert sorted(told for told, _ in world.told()) == sorted(map(job_id, arns))
    assert sum((_calls(world) - before).values()) == 1 + 7 * _JOBS

    before = _calls(world)
    world.look()
    assert _calls(world) - before == {"list_model_invocation_jobs": 1, "get_object": _JOBS}
    assert len(world.told()) == _JOBS


def test_the_age_of_500_live_jobs_takes_two_calls_for_its_metrics(world: World) -> None:
    Metrics(world.metrics).put(of_live("Reports", ((f"Job{number}", Age(1.0, 2.0)) for number in range(_JOBS))))

    assert world.metrics.calls == 2
    assert len(world.metrics.data) == 2 * _JOBS + 1
