"""An unmodified boto3 against the server: the seven operations and what is not theirs."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError
from local.cloud import LONG, REGION, Cloud

from bedrock_batch_local import EmbeddedAws


def test_all_seven_operations_work_with_boto3(ready: Cloud) -> None:
    bedrock, role = ready.bedrock, ready.role(*ready.rights())
    arn = ready.create(role, tags=[{"key": "team", "value": "support"}], timeoutDurationInHours=48)
    assert arn.startswith(ready.jobs_arn)

    job = ready.get(arn)
    assert (job["status"], job["timeoutDurationInHours"]) == ("Submitted", 48)
    assert job["modelId"] == f"arn:aws:bedrock:{REGION}::foundation-model/amazon.nova-lite-v1:0"
    assert (job["jobExpirationTime"] - job["submitTime"]).total_seconds() == 48 * 3600
    assert ready.get(arn.rsplit("/", 1)[-1])["jobArn"] == arn

    bedrock.tag_resource(resourceARN=arn, tags=[{"key": "cost", "value": "7"}])
    bedrock.untag_resource(resourceARN=arn, tagKeys=["team"])
    assert bedrock.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "cost", "value": "7"}]

    bedrock.stop_model_invocation_job(jobIdentifier=arn)
    assert ready.get(arn)["status"] == "Stopping"
    ready.aws.advance(LONG)
    pages = bedrock.get_paginator("list_model_invocation_jobs").paginate(statusEquals="Stopped")
    assert [job["jobArn"] for page in pages for job in page["invocationJobSummaries"]] == [arn]
    assert ready.aws.bill(account=ready.account).started == 1


def test_a_listing_goes_on_over_pages_and_filters_by_time(ready: Cloud) -> None:
    role = ready.role(*ready.rights())
    for number in range(5):
        ready.create(role, jobName=f"job-{number}")
    pager = ready.bedrock.get_paginator("list_model_invocation_jobs")
    middle = ready.get(ready.create(role, jobName="last"))["submitTime"]

    pages = list(pager.paginate(PaginationConfig={"PageSize": 2}, sortOrder="Ascending"))
    assert [len(page["invocationJobSummaries"]) for page in pages] == [2, 2, 2]
    assert pages[0]["invocationJobSummaries"][0]["jobName"] == "job-0"
    early = ready.bedrock.list_model_invocation_jobs(submitTimeBefore=middle.replace(year=2000))
    assert early["invocationJobSummaries"] == []


def test_errors_are_the_exceptions_of_the_client(ready: Cloud) -> None:
    bedrock, role = ready.bedrock, ready.role()
    ready.create(role)

    with pytest.raises(bedrock.exceptions.ConflictException, match="currently in use"):
        ready.create(role)
    with pytest.raises(bedrock.exceptions.ResourceNotFoundException):
        ready.get("abcdefghijkl")
    with pytest.raises(bedrock.exceptions.ValidationException, match="timeoutDurationInHours"):
        ready.create(role, jobName="job-2", timeoutDurationInHours=169)


def test_a_bucket_may_be_called_like_the_operation(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="model-invocation-jobs", CreateBucketConfiguration={"LocationConstraint": REGION})

    assert "Contents" not in s3.list_objects_v2(Bucket="model-invocation-jobs")


def test_tag_calls_for_other_resources_are_answered_by_ministack(cloud: Cloud) -> None:
    created = cloud.bedrock.create_guardrail(
        name="guard", blockedInputMessaging="no", blockedOutputsMessaging="no", tags=[{"key": "a", "value": "b"}]
    )

    tags = cloud.bedrock.list_tags_for_resource(resourceARN=created["guardrailArn"])["tags"]

    assert tags == [{"key": "a", "value": "b"}]


def test_a_caller_must_be_known_and_sign_correctly(cloud: Cloud) -> None:
    made_up = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "made-up"}
    stranger = cloud.aws.client("bedrock", account=cloud.account, region=REGION, credentials=made_up)
    with pytest.raises(ClientError) as unknown:
        stranger.list_model_invocation_jobs()
    assert unknown.value.response["Error"]["Code"] == "UnrecognizedClientException"

    iam = cloud.client("iam")
    iam.create_user(UserName="caller")
    key = iam.create_access_key(UserName="caller")["AccessKey"] | {"SecretAccessKey": "another"}
    forger = cloud.aws.client("bedrock", account=cloud.account, region=REGION, credentials=key)
    with pytest.raises(ClientError) as forged:
        forger.list_model_invocation_jobs()
    assert forged.value.response["Error"]["Code"] == "InvalidSignatureException"
    with pytest.raises(ClientError, match="InvalidSignatureException"):
        forger.get_model_invocation_job(jobIdentifier="an invalid request tells a stranger nothing either")


@pytest.mark.parametrize("algorithm", ["", "AWS4-MADE-UP", "Bearer"])
def test_a_request_without_a_signature_gets_nothing(aws: EmbeddedAws, algorithm: str) -> None:
    credential = f"Credential={'0' * 12}/20261123/{REGION}/bedrock/aws4_request, SignedHeaders=host, Signature=0"
    unsigned = urllib.request.Request(f"{aws.endpoint_url}/model-invocation-jobs")
    if algorithm:
        unsigned.add_header("authorization", f"{algorithm} {credential}")

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(unsigned)

    with refused.value as answer:
        assert answer.code == 403
        assert b"invocationJobSummaries" not in answer.read()
