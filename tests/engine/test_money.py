"""What makes a job, what does not, and what the bill says: tokens, names, quotas, retention."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from engine.jobs import ACCOUNT, REGION, client_with, create, get, names, refusal, request

from bedrock_batch_local import BatchEngine, Bill, InProcessClient, ManualClock

IN_USE = ("ConflictException", "The provided job name is currently in use.")


def test_a_repeated_token_returns_the_same_job_and_costs_nothing(client: InProcessClient, engine: BatchEngine) -> None:
    first = create(client, clientRequestToken="once")

    assert create(client, clientRequestToken="once") == first
    assert create(client, "another-name", clientRequestToken="once", timeoutDurationInHours=100) == first
    assert engine.bill() == Bill(started=1, stopped=0)
    assert get(client, first)["clientRequestToken"] == "once"


def test_a_token_is_forgotten_after_its_time(client: InProcessClient, engine: BatchEngine, clock: ManualClock) -> None:
    create(client, clientRequestToken="once")
    clock.advance(86_401)

    assert create(client, "nightly-2", clientRequestToken="once")
    assert engine.bill().started == 2


def test_a_token_still_finds_a_job_that_has_failed_or_stopped(client: InProcessClient, clock: ManualClock) -> None:
    first = create(client, clientRequestToken="once")
    client.stop_model_invocation_job(jobIdentifier=first)
    clock.advance(3600)

    assert create(client, clientRequestToken="once") == first
    assert get(client, first)["status"] == "Stopped"


def test_a_name_is_taken_for_good(client: InProcessClient, engine: BatchEngine, clock: ManualClock) -> None:
    create(client)

    assert refusal(client.create_model_invocation_job, **request()) == IN_USE
    clock.advance(3600)
    assert refusal(client.create_model_invocation_job, **request()) == IN_USE
    assert engine.bill().started == 1


def test_the_bill_counts_stops_and_records_per_account_and_region(engine: BatchEngine, clock: ManualClock) -> None:
    here = InProcessClient(engine, account=ACCOUNT, region=REGION)
    there = InProcessClient(engine, account=ACCOUNT, region="us-east-1")
    create(here)
    clock.advance(3600)
    there.stop_model_invocation_job(jobIdentifier=create(there))
    clock.advance(3600)
    engine.tick()

    assert engine.bill(region=REGION) == Bill(started=1, stopped=0, records=120)
    assert engine.bill(account=ACCOUNT, region="us-east-1") == Bill(started=1, stopped=1, records=0)
    assert engine.bill(account="999999999999") == Bill()
    assert engine.bill().started == 2


def test_accounts_and_regions_never_see_each_other(engine: BatchEngine) -> None:
    here = InProcessClient(engine, account=ACCOUNT, region=REGION)
    arn = create(here)
    for account, region in (("444455556666", REGION), (ACCOUNT, "us-east-1")):
        other = InProcessClient(engine, account=account, region=region)
        assert names(other) == []
        assert refusal(other.get_model_invocation_job, jobIdentifier=arn)[0] == "ResourceNotFoundException"
        assert refusal(other.get_model_invocation_job, jobIdentifier=arn[-12:])[0] == "ResourceNotFoundException"
        create(other, roleArn=f"arn:aws:iam::{account}:role/service-role")

    assert engine.bill().started == 3


def test_the_partition_of_an_arn_follows_the_region(engine: BatchEngine) -> None:
    client = InProcessClient(engine, account=ACCOUNT, region="us-gov-west-1")
    arn = create(client, roleArn=f"arn:aws-us-gov:iam::{ACCOUNT}:role/r")

    assert arn.startswith(f"arn:aws-us-gov:bedrock:us-gov-west-1:{ACCOUNT}:model-invocation-job/")
    assert get(client, arn)["modelId"] == "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-lite-v1:0"


def test_a_hundred_live_jobs_per_model_are_the_quota(client: InProcessClient, clock: ManualClock) -> None:
    for number in range(100):
        model = "amazon.nova-lite-v1:0" if number % 2 else "eu.amazon.nova-lite-v1:0"
        create(client, f"job-{number}", modelId=model)

    code, message = refusal(client.create_model_invocation_job, **request("one-more"))

    assert code == "ServiceQuotaExceededException"
    assert "100" in message
    create(client, "other-model", modelId="amazon.nova-micro-v1:0")
    clock.advance(3600)
    create(client, "one-more")


def test_jobs_disappear_after_their_retention(clock: ManualClock) -> None:
    client = client_with(clock, retention_seconds=1000)
    arn = create(client)
    clock.advance(750 + 999)
    assert get(client, arn)["status"] == "Completed"

    clock.advance(2)

    assert refusal(client.get_model_invocation_job, jobIdentifier=arn)[0] == "ResourceNotFoundException"


def test_a_fault_before_the_effect_starts_nothing_and_one_after_it_does(
    client: InProcessClient, engine: BatchEngine
) -> None:
    client.fault("CreateModelInvocationJob", "ThrottlingException", times=2)
    client.fault("create_model_invocation_job", ReadTimeoutError(endpoint_url="bedrock"), when="after")

    for _ in range(2):
        assert refusal(client.create_model_invocation_job, **request())[0] == "ThrottlingException"
    assert engine.bill().started == 0
    with pytest.raises(ReadTimeoutError):
        client.create_model_invocation_job(**request(clientRequestToken="once"))
    assert engine.bill().started == 1

    create(client, clientRequestToken="once")
    assert engine.bill().started == 1


def test_faults_are_the_errors_of_botocore_with_their_status(client: InProcessClient) -> None:
    client.fault("get_model_invocation_job", "ThrottlingException")
    with pytest.raises(ClientError) as raised:
        client.get_model_invocation_job(jobIdentifier="abcdefghijkl")

    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert raised.value.operation_name == "GetModelInvocationJob"
