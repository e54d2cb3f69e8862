"""Create: one intended run is one paid job."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from handler.hooks import CREATE, LIST
from handler.scenario import scenario
from handler.vocabulary import by_hand
from handler.world import build_world


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


@scenario(68)
def test_a_job_on_a_late_page_is_found_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Own job on page 7; 1,000 near-name jobs; page throttled -> found, bounded time."""
    world = build_world(live_jobs_per_model=2000)
    own = world.create()
    prefix, key, _ = own["Data"]["JobName"].rsplit("-", 2)
    for number in range(1000):
        by_hand(world, jobName=f"{prefix}-{key}-0{number}", clientRequestToken=f"x{number}")
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
