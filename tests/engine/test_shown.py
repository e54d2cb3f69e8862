"""What Get and List show of a job, and from when on, where AWS documents neither."""

from __future__ import annotations

from typing import Any

import pytest
from engine.jobs import ACCOUNT, client_with, create, get, names, refusal

from bedrock_batch_local import InProcessClient, JobStatus, ManualClock

ID = "amazon.nova-lite-v1:0"
ARN = f"arn:aws:bedrock:eu-west-1::foundation-model/{ID}"
# Two ways to write the same: as it is requested, and as it is shown then.
INPUT = (
    {"s3InputDataConfig": {"s3Uri": "s3://prompts/a.jsonl", "s3InputFormat": "JSONL", "s3BucketOwner": ACCOUNT}},
    {"s3InputDataConfig": {"s3BucketOwner": ACCOUNT, "s3Uri": "s3://prompts/a.jsonl/"}},
)
OUTPUT = (
    {"s3OutputDataConfig": {"s3Uri": "s3://answers/day/", "s3BucketOwner": ACCOUNT}},
    {"s3OutputDataConfig": {"s3BucketOwner": ACCOUNT, "s3Uri": "s3://answers/day"}},
)


def shown(client: InProcessClient, arn: str) -> dict[str, Any]:
    """What Get shows, which List shows in the same words and order."""
    job = get(client, arn)
    del job["ResponseMetadata"]
    (summary,) = client.list_model_invocation_jobs()["invocationJobSummaries"]
    assert list(summary.items()) == list(job.items())
    return job


@pytest.mark.parametrize(("get_lag", "list_lag"), [(5.0, 10.0), (10.0, 5.0), (0.0, 0.0)])
def test_a_new_job_is_shown_late_by_get_and_by_list(clock: ManualClock, get_lag: float, list_lag: float) -> None:
    client = client_with(clock, get_lag_seconds=get_lag, list_lag_seconds=list_lag)
    arn = create(client)
    for seconds in (0.0, 5.0, 10.0):
        assert names(client) == (["nightly-1"] if seconds >= list_lag else [])
        if seconds >= get_lag:
            assert get(client, arn)["jobArn"] == arn
        else:
            assert refusal(client.get_model_invocation_job, jobIdentifier=arn)[0] == "ResourceNotFoundException"
            assert refusal(client.stop_model_invocation_job, jobIdentifier=arn)[0] == "ResourceNotFoundException"
        clock.advance(5.0)


def test_a_token_may_be_kept_secret(clock: ManualClock) -> None:
    open_about_it, secretive = client_with(clock), client_with(clock, shows_token=False)

    assert shown(open_about_it, create(open_about_it, clientRequestToken="once"))["clientRequestToken"] == "once"
    assert "clientRequestToken" not in shown(secretive, create(secretive, clientRequestToken="once"))


def test_any_members_may_be_left_out(clock: ManualClock) -> None:
    hidden = {"outputDataConfig", "modelInvocationType", "jobName", "status", "submitTime", "endTime"}
    client, plain = client_with(clock, hidden_members=frozenset(hidden)), client_with(clock)
    arn, plain_arn = create(client), create(plain)
    clock.advance(3600)

    assert set(shown(plain, plain_arn)) - set(shown(client, arn)) == hidden


def test_a_status_may_have_a_word_that_no_version_of_the_api_knows(clock: ManualClock) -> None:
    client = client_with(clock, shown_as={JobStatus.SUBMITTED: "Queued"})
    arn = create(client)
    assert shown(client, arn)["status"] == "Queued"
    clock.advance(60)

    assert shown(client, arn)["status"] == "Validating"
    assert names(client, statusEquals="Validating") == ["nightly-1"]


@pytest.mark.parametrize("way", [0, 1])
def test_the_same_job_may_be_shown_in_other_words(clock: ManualClock, way: int) -> None:
    requested: dict[str, Any] = {
        "inputDataConfig": INPUT[0],
        "outputDataConfig": OUTPUT[way],
        "modelId": (ID, ARN)[way],
    }
    client, plain = client_with(clock, normalises=True), client_with(clock)
    plainly = shown(plain, create(plain, **requested))
    job = shown(client, create(client, **requested))

    assert plainly["outputDataConfig"] == OUTPUT[way]
    assert (plainly["inputDataConfig"], plainly["modelId"]) == (INPUT[0], ARN)
    assert job["outputDataConfig"] == OUTPUT[1 - way]
    assert (job["inputDataConfig"], job["modelId"]) == (INPUT[1], requested["modelId"])
    assert list(job) == list(reversed(plainly))
    assert list(job["inputDataConfig"]["s3InputDataConfig"]) == ["s3BucketOwner", "s3Uri"]
    unchanged = set(plainly) - {"inputDataConfig", "outputDataConfig", "modelId", "jobArn", "clientRequestToken"}
    assert {name: job[name] for name in unchanged} == {name: plainly[name] for name in unchanged}
