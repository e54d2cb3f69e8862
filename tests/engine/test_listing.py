"""ListModelInvocationJobs: pages, filters, order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from engine.jobs import ACCOUNT, REGION, client_with, create, names, refusal

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


@pytest.mark.parametrize(("asked", "lengths"), [(None, [3, 3, 1]), (1000, [3, 3, 1]), (2, [2, 2, 2, 1])])
def test_a_page_may_be_shorter_than_what_was_asked_for(
    clock: ManualClock, asked: int | None, lengths: list[int]
) -> None:
    client = client_with(clock, page_size=3)
    for number in range(7):
        create(client, f"job-{number}")
    found = pages(client, **({"maxResults": asked} if asked else {}))

    assert [len(page) for page in found] == lengths
    assert list(chain(*found)) == [f"job-{number}" for number in reversed(range(7))]


@pytest.mark.parametrize(("order", "jobs"), [("Descending", ["job-1", "job-0"]), ("Ascending", ["job-0", "job-1"])])
def test_the_first_page_may_be_empty_though_there_are_more(clock: ManualClock, order: str, jobs: list[str]) -> None:
    client, plain = client_with(clock, empty_pages=True), client_with(clock)
    assert (pages(client), pages(plain)) == ([[], []], [[]])
    for number in range(2):
        create(client, f"job-{number}")
        create(plain, f"job-{number}")

    assert pages(client, sortOrder=order) == [[], jobs]
    assert pages(plain, sortOrder=order) == [jobs]
