"""Create: one intended run is one paid job."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from handler.world import ACCOUNT, REGION, World, build_world
from lifecycle.scenarios.requests import by_hand
from lifecycle.scenarios.scenario import scenario
from lifecycle.scenarios.stage import CREATE, LIST, Killed, count, killed_at


@scenario(1)
def test_a_create_is_one_job_and_one_answer(world: World) -> None:
    """Create, all well -> 1 job, one SUCCESS, id = ARN, Data small."""
    answer = world.create()

    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"].startswith(f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/")
    assert (world.started, world.live()) == (1, [answer["PhysicalResourceId"]])
    assert len(world.answers) == 1
    assert set(answer["Data"]) == {"JobArn", "JobId", "JobName"}
    assert len(world.bodies[0]) < 1024


@scenario(4)
@pytest.mark.parametrize("error", [ReadTimeoutError(endpoint_url="x"), "InternalServerException"])
def test_a_reply_lost_after_the_effect_is_one_job(world: World, error: Exception | str) -> None:
    """Create; API effect happens, connection drops before the reply -> the look finds it -> 1 job, ARN right."""
    world.bedrock.fault(CREATE, error, when="after")

    answer = world.create()

    tokens = {arguments["clientRequestToken"] for method, arguments in world.bedrock.calls if method == CREATE}
    # A look comes before each repetition, and finds the job.
    assert (count(world, CREATE), count(world, LIST), len(tokens)) == (1, 2, 1)
    assert (answer["Status"], [answer["PhysicalResourceId"]]) == ("SUCCESS", world.live())
    assert world.started == 1


@scenario(5)
@pytest.mark.parametrize("arn", ["", "pending", None], ids=["empty", "odd", "missing"])
@pytest.mark.parametrize("shows_token", [True, False])
def test_a_replay_without_a_usable_arn_leads_to_the_job_by_its_name(
    monkeypatch: pytest.MonkeyPatch, arn: str | None, shows_token: bool
) -> None:
    """As 4, and token replay returns empty/odd jobArn -> look-up by name+token -> 1 job."""
    world = build_world(shows_token=shows_token)
    world.bedrock.fault(CREATE, ReadTimeoutError(endpoint_url="x"), when="after")
    start = world.bedrock.create_model_invocation_job

    def replay(**arguments: Any) -> dict[str, Any]:
        reply = start(**arguments)
        return {name: value for name, value in (reply | {"jobArn": arn}).items() if value is not None}

    monkeypatch.setattr(world.bedrock, CREATE, replay)

    answer = world.create()

    assert (answer["Status"], [answer["PhysicalResourceId"]]) == ("SUCCESS", world.live())
    assert world.started == 1


@scenario(6)
@pytest.mark.parametrize("shows_token", [True, False])
def test_without_token_memory_the_job_is_found_before_another_is_started(shows_token: bool) -> None:
    """As 4, token memory already expired -> look-before-start finds it -> 1 job."""
    world = build_world(token_memory_seconds=0.0, shows_token=shows_token)
    event = world.event("Create")
    with pytest.raises(Killed):
        world.deliver(event, hook=killed_at(CREATE))
    world.clock.sleep(70)

    answer = world.deliver(event)

    assert (answer["Status"], [answer["PhysicalResourceId"]]) == ("SUCCESS", world.live())
    assert (world.started, count(world, CREATE)) == (1, 1)


@scenario(11)
@pytest.mark.parametrize("list_lag", [0.0, 20.0])
def test_a_new_job_that_cannot_be_read_yet_is_waited_for(list_lag: float) -> None:
    """Create; job started, Get says 404 for 20 s -> waits, SUCCESS."""
    world = build_world(get_lag_seconds=20.0, list_lag_seconds=list_lag)

    assert world.create()["Status"] == "SUCCESS"
    assert sum(world.clock.slept) >= 20
    assert world.started == 1


@scenario(68)
def test_a_job_on_a_late_page_is_found_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Own job on page 7; 1,000 near-name jobs; page throttled -> found, bounded time."""
    world = build_world(live_jobs_per_model=2000)
    own = world.create()
    prefix, key, _ = own["Data"]["JobName"].rsplit("-", 2)
    for number in range(1000):
        by_hand(world, jobName=f"{prefix}-{key}-0{number}")
    pages: list[int] = []
    read = world.bedrock.list_model_invocation_jobs

    def small_pages(**arguments: Any) -> dict[str, Any]:
        answer = read(**arguments | {"maxResults": 160})
        pages.append(len(answer["invocationJobSummaries"]))
        return answer

    monkeypatch.setattr(world.bedrock, LIST, small_pages)
    world.bedrock.fault(LIST, "ThrottlingException", times=3)
    world.clock.sleep(60)

    again = world.create()

    assert again["PhysicalResourceId"] == own["PhysicalResourceId"]
    assert (len(pages), world.started) == (7, 1001)
    assert sum(world.clock.slept) - 60 < 60
