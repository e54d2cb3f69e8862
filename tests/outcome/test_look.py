"""The schedule comes: what was not told is told, and live jobs are measured."""

import pytest
from botocore.exceptions import ReadTimeoutError

from batch_outcome.core.errors import UnfinishedError
from bedrock_batch.outcome import OutcomeRule
from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.faults import Fault
from outcome.world import LOGICAL_ID, World, build_world, job_id

HOUR, DAY = 3600.0, 86_400.0


@pytest.mark.parametrize(
    ("seconds", "is_told"), [(599, False), (600, True), (3 * DAY, True), (3 * DAY + 1, False), (2 * DAY, True)]
)
def test_an_end_whose_event_never_came_is_told_from_ten_minutes_to_three_days_after_it(
    world: World, seconds: float, is_told: bool
) -> None:
    job_arn = world.ended()
    world.clock.advance(seconds)

    world.look()
    world.look()

    assert world.told() == ([(job_id(job_arn), "good")] if is_told else [])
    assert (world.marker(job_arn) is not None) == is_told


def test_jobs_on_all_pages_are_found() -> None:
    world = build_world(page_size=2, empty_pages=True)
    arns = {world.ended() for _ in range(5)}
    world.clock.advance(900)

    world.look()

    assert {told for told, _ in world.told()} == set(map(job_id, arns))


def test_a_job_without_a_run_file_is_not_told_by_the_schedule(world: World) -> None:
    """Its output was deleted, or has expired."""
    job_arn = world.ended()
    world.buckets.take(world.run_file(job_arn))
    world.clock.advance(900)

    world.look()

    assert (world.told(), world.marker(job_arn)) == ([], None)


def test_one_job_that_fails_does_not_hold_up_the_others_and_is_an_error(world: World) -> None:
    arns = [world.ended() for _ in range(5)]
    world.clock.advance(900)
    world.bedrock.fault("GetObject", "SlowDown")

    with pytest.raises(UnfinishedError, match="1 things were not done, the first for GetObject: SlowDown"):
        world.look()
    assert len(world.told()) == 4

    world.look()
    assert sorted(told for told, _ in world.told()) == sorted(map(job_id, arns))


def test_what_nobody_expects_of_one_job_does_not_hold_up_the_others(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        world.ended()
    world.clock.advance(900)
    world.bedrock.fault("GetObject", LookupError("a secret"))

    with pytest.raises(UnfinishedError, match="the first for LookupError"):
        world.look()

    assert len(world.told()) == 1
    assert "a secret" not in capsys.readouterr().out


def test_what_is_not_done_in_time_is_left_for_the_next_look(world: World) -> None:
    for _ in range(9):
        world.ended()
    world.clock.advance(900)
    world.bedrock.faults.add("PutEvents", Fault(None, delay_seconds=50.0, times=6))

    world.look()
    told = len(world.told())
    world.look()

    assert 0 < told < 9
    assert len({told for told, _ in world.told()}) == len(world.told()) == 9


def test_jobs_whose_calls_hang_do_not_hold_up_the_same_others_at_each_look(world: World) -> None:
    """Each look takes the jobs in another order."""
    arns = [world.start(output=f"s3://answers/{number}/") for number in range(8)]
    for number, job_arn in enumerate(arns):
        world.end(job_arn, output=f"s3://answers/{number}/")
    hanging = {f"{number}/" for number in range(4)}

    def hang(call: str, when: str) -> None:
        if (call, when) == ("get_object", "after") and world.s3.calls[-1][1]["Key"][:2] in hanging:
            world.clock.advance(100)
            raise ReadTimeoutError(endpoint_url="x")

    for _ in range(12):
        world.clock.advance(900)
        with pytest.raises(UnfinishedError):
            world.look(hook=hang)

    assert sorted(told for told, _ in world.told()) == sorted(map(job_id, arns[4:]))


def test_live_jobs_are_measured(world: World) -> None:
    old, other = world.start(), world.start(logical_id="OtherE2")
    world.clock.advance(12 * HOUR)
    world.start()
    world.clock.advance(12 * HOUR)

    world.look()

    assert world.metrics.of("HoursSinceSubmission", "Reports", LOGICAL_ID) == [24.0]
    assert world.metrics.of("TimeoutUsed", "Reports", LOGICAL_ID) == [50.0]
    assert world.metrics.of("TimeoutUsed", "Reports", "OtherE2") == [50.0]
    assert world.metrics.of("TimeoutUsed", "Reports") == [50.0]
    assert world.metrics.namespaces == {"BedrockBatch"}
    assert world.told() == []

    world.end(old)
    world.end(other)
    world.clock.advance(HOUR)
    world.look()
    assert world.metrics.of("TimeoutUsed", "Reports")[1] == pytest.approx(100 * 13 / 48)


def test_jobs_that_ask_for_no_outcome_are_not_measured(world: World) -> None:
    world.start(outcome=None)
    world.clock.advance(HOUR)

    world.look()

    assert world.metrics.data == {}
    assert world.metrics.calls == 0


@pytest.mark.parametrize("error", ["SlowDown", "AccessDenied"])
def test_a_live_job_that_cannot_be_measured_does_not_hold_up_what_has_ended(world: World, error: str) -> None:
    job_arn = world.ended()
    world.start()
    world.clock.advance(900)
    world.bedrock.fault("PutMetricData", error)

    with pytest.raises(UnfinishedError):
        world.look()

    assert world.told() == [(job_id(job_arn), "good")]


def test_an_unknown_status_counts_as_live() -> None:
    world = build_world(shown_as={JobStatus.COMPLETED: "Archived"})
    world.ended()
    world.clock.advance(24 * HOUR)

    world.look()

    assert world.told() == []
    assert world.metrics.of("TimeoutUsed", "Reports") == [50.0]


def test_a_list_that_hides_most_of_a_job_is_enough(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, live = world.ended(), world.start(logical_id="OtherE2")
    gone = world.ended()
    world.clock.advance(900)
    listed, shown = world.bedrock.list_model_invocation_jobs, world.bedrock.get_model_invocation_job
    kept = {"jobArn", "jobName", "status", "submitTime"}

    def hiding(**arguments: object) -> dict[str, object]:
        answer = listed(**arguments)
        answer["invocationJobSummaries"] = [
            {name: value for name, value in each.items() if name in kept} for each in answer["invocationJobSummaries"]
        ]
        return answer

    def forgetful(**arguments: object) -> dict[str, object]:
        if arguments["jobIdentifier"] == gone:
            world.bedrock.fault("GetModelInvocationJob", "ResourceNotFoundException")
        return shown(**arguments)

    monkeypatch.setattr(world.bedrock, "list_model_invocation_jobs", hiding)
    monkeypatch.setattr(world.bedrock, "get_model_invocation_job", forgetful)
    world.look()

    assert world.told() == [(job_id(ended), "good")]
    assert live
    assert world.metrics.of("HoursSinceSubmission", "Reports", "OtherE2") == [0.25]


def test_a_job_that_get_no_longer_shows_is_told_by_the_list(world: World) -> None:
    job_arn = world.ended()
    world.clock.advance(900)
    world.bedrock.fault("GetModelInvocationJob", "ResourceNotFoundException")

    world.look()

    assert world.told() == [(job_id(job_arn), "good")]


def test_a_live_job_without_its_time_of_submission_is_not_measured() -> None:
    world = build_world(hidden_members=frozenset({"submitTime"}))
    world.start()

    world.look()

    assert world.metrics.data == {}


def test_a_job_that_asks_for_an_outcome_only_after_its_end_is_told(world: World) -> None:
    """An update of the stack writes the run file again."""
    job_arn = world.end(world.start(outcome=None))
    world.deliver(world.event(job_arn))
    world.clock.advance(DAY)
    world.look()
    assert world.told() == []

    world.change_run_file(job_arn, outcome=OutcomeRule().members())
    world.look()
    assert world.told() == [(job_id(job_arn), "good")]
