"""Answers of Bedrock that no ordinary day brings: several pages, nothing where something was, an old job."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from handler.vocabulary import NO_JOB, created, operator_stops, outcome
from handler.world import STACK_ID, World
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.progress import Progress
from model_invocation_job.io.bedrock import Jobs
from model_invocation_job.io.deadline import Deadline

RUN = RunIdentity(ResourceIdentity(STACK_ID, "TicketsE1"), {"runId": "1"})


def test_a_listing_is_read_page_after_page(world: World) -> None:
    pages: Iterator[dict[str, Any]] = iter(
        [
            {"nextToken": "second"},
            {
                "invocationJobSummaries": [
                    {"jobArn": "1", "jobName": RUN.name("x", 7)},
                    {"jobArn": "2", "jobName": f"{RUN.tail}-by-hand"},
                ]
            },
        ]
    )
    asked: list[dict[str, Any]] = []

    def page(**kwargs: Any) -> dict[str, Any]:
        asked.append(dict(kwargs))
        return next(pages)

    world.bedrock.list_model_invocation_jobs = page  # type: ignore[method-assign]  # two pages without a thousand jobs
    jobs = Jobs(world.bedrock, Deadline(world.clock, 60), Progress()).of_run(RUN)

    assert [RUN.attempt_of(job) for job in jobs] == [7]
    assert [one.get("nextToken") for one in asked] == [None, "second"]
    assert {(one["nameContains"], one["maxResults"]) for one in asked} == {(RUN.tail, 1000)}


def test_a_token_that_always_brings_back_dead_jobs_ends_after_five_tries(world: World) -> None:
    dead = created(world)
    operator_stops(world, dead)
    world.bedrock.create_model_invocation_job = lambda **_: {"jobArn": dead}  # type: ignore[method-assign]  # every token is an old one
    world.bedrock.list_model_invocation_jobs = lambda **_: {"invocationJobSummaries": []}  # type: ignore[method-assign]  # a list that lags
    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == ("Bedrock answers every attempt at this run with a job that ended before; raise run_id.")


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_reply_without_an_arn_leads_to_the_job_by_its_name(world: World, *, is_listed: bool) -> None:
    start = world.bedrock.create_model_invocation_job
    world.bedrock.create_model_invocation_job = lambda **kwargs: start(**kwargs) | {"jobArn": ""}  # type: ignore[method-assign]  # a reply that says nothing
    if not is_listed:
        world.bedrock.list_model_invocation_jobs = lambda **_: {"invocationJobSummaries": []}  # type: ignore[method-assign]  # a list that lags
    answer = world.create()

    assert world.started == 1
    if is_listed:
        assert answer["PhysicalResourceId"] == world.live()[0]
        assert world.clock.slept == [], "it is there at the first look"
    else:
        assert answer["Reason"] == "Bedrock accepted the request but shows no job for it."


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_name_in_use_by_the_same_event_delivered_twice_leads_to_its_job(world: World, *, is_listed: bool) -> None:
    first = created(world)
    looks: list[dict[str, Any]] = []
    look = world.bedrock.list_model_invocation_jobs

    def lagging(**page: Any) -> dict[str, Any]:
        looks.append(page)
        return look(**page) if is_listed and len(looks) > 3 else {"invocationJobSummaries": []}

    world.bedrock.list_model_invocation_jobs = lagging  # type: ignore[method-assign]  # a list that lags, or never shows it
    error = {"Code": "ConflictException", "Message": "The name is currently in use by another job."}
    world.bedrock.fault("create_model_invocation_job", ClientError({"Error": error}, "CreateModelInvocationJob"))
    answer = world.create()

    assert not is_listed or len(looks) == 4, "it is there at the fourth look"
    assert answer["PhysicalResourceId"] == first if is_listed else answer["Status"] == "FAILED"
    assert is_listed or "ConflictException" in answer["Reason"]


def test_a_failed_job_without_a_message_is_told_as_such(world: World) -> None:
    get = world.bedrock.get_model_invocation_job

    def failed(**kwargs: Any) -> dict[str, Any]:
        job = {name: value for name, value in get(**kwargs).items() if name != "message"}
        return job | {"status": "Failed"}

    world.bedrock.get_model_invocation_job = failed  # type: ignore[method-assign]  # the job's own end

    assert world.create(Gate="VALIDATED")["Reason"].endswith(" failed: Bedrock gives no reason.")


def test_a_reply_to_a_start_may_have_no_arn(world: World) -> None:
    world.bedrock.create_model_invocation_job = lambda **_: {}  # type: ignore[method-assign]  # a member left out

    progress = Progress()
    jobs = Jobs(world.bedrock, Deadline(world.clock, 60), progress)
    assert (jobs.create({}), progress.is_uncertain, progress.job_arn) == ("", True, "")


@pytest.mark.parametrize("job_arn", ["x", f"{NO_JOB}x", NO_JOB.replace("bedrock", "sagemaker")])
def test_what_is_no_arn_of_a_job_is_not_taken_for_one(world: World, job_arn: str) -> None:
    start = world.bedrock.create_model_invocation_job
    world.bedrock.create_model_invocation_job = lambda **kwargs: start(**kwargs) | {"jobArn": job_arn}  # type: ignore[method-assign]  # a proxy's answer

    assert outcome(world.create()) == ("SUCCESS", world.live()[0])


@pytest.mark.parametrize(("seconds", "is_of_this_request"), [(-1, False), (0, True), (1, True)])
def test_a_dead_job_that_a_token_brings_back_is_of_this_request_from_its_very_second(
    world: World, seconds: int, *, is_of_this_request: bool
) -> None:
    dead = created(world)
    operator_stops(world, dead)
    event = world.event("Create")
    issued = ResourceEvent.parse(event).issued_at
    assert issued is not None
    get, start = world.bedrock.get_model_invocation_job, world.bedrock.create_model_invocation_job

    def submitted(**kwargs: Any) -> dict[str, Any]:
        job = get(**kwargs)
        return job | {"submitTime": issued + timedelta(seconds=seconds)} if job["jobArn"] == dead else job

    world.bedrock.get_model_invocation_job = submitted  # type: ignore[method-assign]  # to the second
    world.bedrock.create_model_invocation_job = lambda **kwargs: (  # type: ignore[method-assign]  # the first token is an old one
        {"jobArn": dead} if kwargs["jobName"].endswith("-1") else start(**kwargs)
    )
    world.bedrock.list_model_invocation_jobs = lambda **_: {"invocationJobSummaries": []}  # type: ignore[method-assign]  # a list that lags
    answer = world.deliver(event)

    assert answer["Status"] == "SUCCESS"
    assert (answer["PhysicalResourceId"] == dead) is is_of_this_request


@pytest.mark.parametrize("shown", [{}, {"jobArn": ""}, {"jobArn": None}])
def test_a_job_without_an_arn_is_an_answer_that_cannot_be_read_and_is_asked_for_again(
    world: World, shown: dict[str, Any]
) -> None:
    get, left = world.bedrock.get_model_invocation_job, iter(range(3))

    def odd(**arguments: Any) -> dict[str, Any]:
        answered = {"ResponseMetadata": {"RequestId": "x"}}
        return answered | shown if next(left, None) is not None else get(**arguments)

    world.bedrock.get_model_invocation_job = odd  # type: ignore[method-assign]  # a member left out

    answer = world.create()

    assert (answer["Status"], [answer["PhysicalResourceId"]]) == ("SUCCESS", world.live())
    assert len(world.clock.slept) == 3


def test_a_listed_job_without_an_arn_is_asked_for_again(world: World) -> None:
    look, left = world.bedrock.list_model_invocation_jobs, iter(range(2))

    def odd(**page: Any) -> dict[str, Any]:
        return {"invocationJobSummaries": [{"status": "?"}]} if next(left, None) is not None else look(**page)

    world.bedrock.list_model_invocation_jobs = odd  # type: ignore[method-assign]  # a member left out

    assert (world.create()["Status"], len(world.clock.slept)) == ("SUCCESS", 2)


def test_a_job_that_is_shown_without_a_request_id_is_read(world: World) -> None:
    get = world.bedrock.get_model_invocation_job
    world.bedrock.get_model_invocation_job = lambda **job: get(**job) | {"ResponseMetadata": {}}  # type: ignore[method-assign]  # a header left out

    assert (world.create()["Status"], world.clock.slept) == ("SUCCESS", [])


def test_a_listed_job_without_an_arn_is_told_as_an_answer_that_cannot_be_read(world: World) -> None:
    world.bedrock.list_model_invocation_jobs = lambda **_: {"invocationJobSummaries": [{"status": "Stopped"}]}  # type: ignore[method-assign]  # a member left out

    answer = world.create()

    assert (
        answer["Reason"] == "AWS could not be reached (UnreadableAnswerError). Deploy again: nothing is started twice."
    )
    assert world.started == 0
