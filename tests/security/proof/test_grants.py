"""What the library grants to others, used by them: it is enough, and it is no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from security.proof.deployment import Deployment
from security.proof.surroundings import RECORDS

JOB = "SeparateKeys"


@pytest.fixture(scope="module")
def as_role(deployment: Deployment) -> Callable[[str, str], Any]:
    """A client of a service, with the session of a role."""
    deployment.run()
    return lambda role, service: deployment.ours.client(service, deployment.ours.session(role))


def answers(deployment: Deployment, name: str) -> tuple[str, str]:
    """Bucket and folder of the answers of a job."""
    uri = deployment.job(name)["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
    bucket, _, folder = uri.removeprefix("s3://").partition("/")
    return bucket, folder


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as error:
        call()
    code: str = error.value.response["Error"]["Code"]
    return code


def test_a_reader_lists_and_reads_and_decrypts_the_answers_of_its_job_only(
    deployment: Deployment, as_role: Callable[[str, str], Any]
) -> None:
    s3 = as_role("reader", "s3")
    bucket, folder = answers(deployment, JOB)
    found = s3.list_objects_v2(Bucket=bucket, Prefix=folder)["Contents"]
    (key,) = (each["Key"] for each in found if each["Key"].endswith(".jsonl.out"))
    assert len(s3.get_object(Bucket=bucket, Key=key)["Body"].read().splitlines()) == RECORDS

    other_bucket, other_folder = answers(deployment, "FoundationModel")
    assert refused(lambda: s3.list_objects_v2(Bucket=bucket, Prefix="")) == "AccessDenied"
    assert refused(lambda: s3.list_objects_v2(Bucket=other_bucket, Prefix=other_folder)) == "AccessDenied"
    assert refused(lambda: s3.put_object(Bucket=bucket, Key=f"{folder}x", Body=b"x")) == "AccessDenied"
    assert refused(lambda: s3.delete_object(Bucket=bucket, Key=key)) == "AccessDenied"


def test_a_writer_writes_prompts_into_its_folder_only(
    deployment: Deployment, as_role: Callable[[str, str], Any]
) -> None:
    s3 = as_role("writer", "s3")
    stack = deployment.ours.client("cloudformation").list_stack_resources(StackName="Proof")["StackResourceSummaries"]
    (bucket,) = (
        each["PhysicalResourceId"]
        for each in stack
        if each["LogicalResourceId"].startswith("SeparateInputBucket")
        if each["ResourceType"] == "AWS::S3::Bucket"
    )
    s3.put_object(Bucket=bucket, Key="incoming/a.jsonl", Body=b"{}")
    assert refused(lambda: s3.put_object(Bucket=bucket, Key="a.jsonl", Body=b"{}")) == "AccessDenied"
    assert refused(lambda: s3.get_object(Bucket=bucket, Key="incoming/a.jsonl")) == "AccessDenied"


def test_an_operator_stops_and_describes_its_job_only(
    deployment: Deployment, as_role: Callable[[str, str], Any]
) -> None:
    bedrock = as_role("operator", "bedrock")
    ours, other = deployment.arns[JOB], deployment.arns["FoundationModel"]
    assert bedrock.get_model_invocation_job(jobIdentifier=ours)["status"] == "Completed"
    # An ended job shows no tags and cannot be stopped, which is another answer than that the role may not.
    assert refused(lambda: bedrock.list_tags_for_resource(resourceARN=ours)) == "ValidationException"
    assert refused(lambda: bedrock.stop_model_invocation_job(jobIdentifier=ours)) == "ValidationException"
    for call in (bedrock.get_model_invocation_job, bedrock.stop_model_invocation_job):
        assert refused(lambda call=call: call(jobIdentifier=other)) == "AccessDeniedException"  # type: ignore[misc] # bound


def test_a_starter_starts_jobs_with_its_model_only(deployment: Deployment, as_role: Callable[[str, str], Any]) -> None:
    bedrock, job = as_role("starter", "bedrock"), deployment.job(JOB)
    request = {member: job[member] for member in ("roleArn", "inputDataConfig", "outputDataConfig")}
    model = deployment.job("GeographicProfile")["modelId"]
    started = bedrock.create_model_invocation_job(jobName="granted", modelId=model, **request)["jobArn"]
    deployment.ours.client("bedrock").stop_model_invocation_job(jobIdentifier=started)
    other = job["modelId"]
    refusal = refused(lambda: bedrock.create_model_invocation_job(jobName="refused", modelId=other, **request))
    assert refusal == "AccessDeniedException"
