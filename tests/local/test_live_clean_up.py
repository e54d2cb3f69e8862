"""What `make live` removes: all of its own, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from live import account as accounts
from live.account import Account
from live.cleanup import clean_up, leftovers
from live.jobs import ENDED, Jobs
from live.names import APP_STACK, bucket_name, is_log_group_of_a_run, is_of_a_run
from live.places import purge
from live.stacks import Stacks
from local.cloud import REGION, Cloud
from local.conftest import prepared

from bedrock_batch_local import EmbeddedAws


@pytest.fixture(scope="module")
def running() -> Iterator[EmbeddedAws]:
    """A service whose time runs: a clean-up waits until its jobs have ended."""
    with EmbeddedAws.start(speed=2000.0) as aws:
        yield aws


def test_a_clean_up_leaves_nothing_and_says_what_it_may_not_remove(running: EmbeddedAws) -> None:
    cloud = prepared(Cloud(running, "720000000000"))
    account = accounts.embedded(running, cloud.account, REGION)
    where = {"LocationConstraint": REGION}
    cloud.client("s3").create_bucket(Bucket=bucket_name(account), CreateBucketConfiguration=where)
    cloud.client("s3").put_object(Bucket=bucket_name(account), Key="a.jsonl", Body=b"")
    jobs = Jobs(cloud.bedrock, cloud.request(cloud.role(*cloud.rights())), most=1, wait=20.0, poll=0.02)
    arn, listed = jobs.start(**Jobs.names()), cloud.bedrock.list_model_invocation_jobs
    shown = jobs.seconds_until(lambda: any(each["jobArn"] == arn for each in listed()["invocationJobSummaries"]))
    assert shown is not None
    user = cloud.client("iam").create_user(UserName="nobody")["User"]["UserName"]
    key = cloud.client("iam").create_access_key(UserName=user)["AccessKey"]
    credentials = {"AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]}

    def without_s3(service: str) -> Any:
        nobody = cloud.aws.client(service, account=cloud.account, region=REGION, credentials=credentials)
        return nobody if service == "s3" else cloud.client(service)

    hindered = Account(cloud.account, REGION, "aws", {}, without_s3, account.as_role, is_embedded=True)
    left = clean_up(hindered, poll=0.1)

    assert [text.partition("  # ")[0] for text in left][:1] == [f"aws s3 rb --force s3://{bucket_name(account)}"]
    assert clean_up(account, poll=0.1) == []
    assert leftovers(account) == []
    assert cloud.get(arn)["status"] in ENDED | {"Stopping"}


@pytest.mark.parametrize(
    ("name", "role", "is_ours"),
    [
        ("cdk-bedrock-batch-live-0123456789abcdef", "role/x", True),
        ("foundation-1a2b-3c4d-1", "role/cdk-bedrock-batch/us-east-1/CdkBedrockBatchLive/CdkBedrock-1", True),
        ("network-1a2b-3c4d-1", "role/cdk-bedrock-batch/us-east-1/CdkBedrockBatchLiveMore/CdkBedrock-1", True),
        ("network-1a2b-3c4d-1", "role/cdk-bedrock-batch/us-east-1/CdkBedrockBatchLiveDashboard/x", False),
        ("foundation-1a2b-3c4d-1", "role/cdk-bedrock-batch/us-east-1/Mine/x", False),
        ("cdk-bedrock-batch-lively", "role/x", False),
    ],
)
def test_only_jobs_of_a_run_are_stopped(name: str, role: str, is_ours: bool) -> None:
    assert is_of_a_run({"jobName": name, "roleArn": f"arn:aws:iam::111122223333:{role}"}) is is_ours


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("CdkBedrockBatchLive-BedrockBatchHandlerLogGroup-1", True),
        ("/aws/lambda/CdkBedrockBatchLiveMore-CustomS3AutoDelete-1", True),
        ("/aws/lambda/CdkBedrockBatchLiveDashboard-prod", False),
        ("CdkBedrockBatchLive2-AuditLogs", False),
        ("/aws/lambda/other", False),
    ],
)
def test_only_log_groups_of_a_run_are_removed(name: str, is_ours: bool) -> None:
    assert is_log_group_of_a_run(name) is is_ours


def test_a_stack_whose_change_set_nobody_executed_is_deleted(aws: EmbeddedAws) -> None:
    """As `cdk deploy` leaves it that is ended at this moment: in progress for ever."""
    cloudformation = accounts.embedded(aws, "730000000000", REGION).client("cloudformation")
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    cloudformation.create_change_set(
        StackName=APP_STACK, ChangeSetName="cdk-deploy", ChangeSetType="CREATE", TemplateBody=template
    )
    stacks = Stacks(cloudformation, 0.1)
    found = stacks.describe(APP_STACK)

    assert found is not None
    assert found["StackStatus"] == "REVIEW_IN_PROGRESS"
    stacks.delete(APP_STACK)
    assert stacks.describe(APP_STACK) is None


class Undeletable:
    """S3 that answers 200 and deletes nothing, as for a caller without s3:DeleteObjectVersion; MiniStack never does."""

    def get_paginator(self, _operation: str) -> Undeletable:
        return self

    def paginate(self, **_kwargs: str) -> list[dict[str, Any]]:
        return [{"Versions": [{"Key": "a.jsonl", "VersionId": "1"}]}]

    def delete_objects(self, **_kwargs: Any) -> dict[str, Any]:
        return {"Errors": [{"Key": "a.jsonl", "Code": "AccessDenied"}]}


def test_an_object_that_is_not_deleted_is_told() -> None:
    with pytest.raises(RuntimeError, match=r"^s3://b/a\.jsonl was not deleted: AccessDenied$"):
        purge(Undeletable(), "b")


def test_one_step_that_fails_keeps_no_other_from_being_done(running: EmbeddedAws) -> None:
    account = accounts.embedded(running, "740000000000", REGION)
    where = {"LocationConstraint": REGION}
    account.client("s3").create_bucket(Bucket=bucket_name(account), CreateBucketConfiguration=where)

    def without_bedrock(service: str) -> Any:
        # A service of another kind has none of the operations that are called.
        return account.client("sts" if service == "bedrock" else service)

    left = clean_up(replace(account, client=without_bedrock), poll=0.1)

    assert [text.partition(" --name")[0] for text in left] == ["aws bedrock list-model-invocation-jobs"]
    assert leftovers(account) == []
