"""ListModelInvocationJobs: pages, filters, order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from engine.jobs import ACCOUNT, REGION, create, names, refusal

from bedrock_batch_local import BatchEngine, InProcessClient, ManualClock


@pytest.fixture
def engine(clock: ManualClock) -> BatchEngine:
    return BatchEngine(clock, live_jobs_per_model=1000)


def pages(client: InProcessClient, **filters: Any) -> list[list[str]]:
    found: list[list[str]] = []
    token: dict[str, str] = {}
    while True:
        answer = client.list_model_invocation_jobs(**filters, **token)
        found.append([job["jobName"] for job in answer["invocationJobSummaries"]])
        if "nextToken" not in answer:
            return found
        token = {"nextToken": answer["nextToken"]}


def test_pages_cover_every_job_once_newest_first(client: InProcessClient) -> None:
    for number in range(250):
        create(client, f"job-{number}")
    newest_first = [f"job-{number}" for number in reversed(range(250))]

    assert [len(page) for page in pages(client)] == [100, 100, 50]
    assert list(chain(*pages(client, maxResults=33))) == newest_first
    oldest_first = pages(client, maxResults=125, sortBy="CreationTime", sortOrder="Ascending")
    assert list(chain(*oldest_first)) == newest_first[::-1]


def test_jobs_that_start_between_two_pages_are_not_seen_twice(client: InProcessClient) -> None:
    for number in range(4):
        create(client, f"job-{number}")
    first = client.list_model_invocation_jobs(maxResults=2)
    create(client, "late")

    assert names(client, maxResults=2, nextToken=first["nextToken"]) == ["job-1", "job-0"]


def test_filters_narrow_by_status_name_and_time(client: InProcessClient, clock: ManualClock) -> None:
    create(client, "first-tickets")
    clock.advance(3600)
    create(client, "second-tickets")
    create(client, "second-products")
    hour = datetime.fromtimestamp(clock.now(), UTC) - timedelta(minutes=1)

    assert names(client, statusEquals="Completed") == ["first-tickets"]
    assert names(client, nameContains="tickets") == ["second-tickets", "first-tickets"]
    assert names(client, submitTimeBefore=hour) == ["first-tickets"]
    assert names(client, submitTimeAfter=hour, nameContains="products") == ["second-products"]


def test_a_summary_says_the_same_as_get(client: InProcessClient) -> None:
    arn = create(client, tags=[{"key": "team", "value": "support"}])
    (summary,) = client.list_model_invocation_jobs()["invocationJobSummaries"]
    answer = client.get_model_invocation_job(jobIdentifier=arn)

    assert summary == {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize("token", ["made-up", "e30=", "WzEsIFtdXQ=="])
def test_a_token_that_was_not_given_out_for_this_request_is_refused(client: InProcessClient, token: str) -> None:
    assert refusal(client.list_model_invocation_jobs, nextToken=token)[0] == "ValidationException"


def test_a_token_does_not_move_to_another_filter(client: InProcessClient) -> None:
    for number in range(3):
        create(client, f"job-{number}")
    token = client.list_model_invocation_jobs(maxResults=1)["nextToken"]

    found = refusal(client.list_model_invocation_jobs, maxResults=1, nextToken=token, nameContains="job")

    assert found[0] == "ValidationException"


def test_listing_stays_inside_account_and_region(engine: BatchEngine, client: InProcessClient) -> None:
    create(client)
    neighbour = InProcessClient(engine, account=ACCOUNT[::-1], region=REGION)

    assert names(client) == ["nightly-1"]
    assert names(neighbour) == []
