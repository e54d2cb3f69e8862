"""Lambda functions and CloudFormation inside the server, as far as declared batch jobs need them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from local.cloud import Cloud, allow, document, jsonl

PYTHON = """
import boto3, os
def handler(event, context):
    bedrock = boto3.client("bedrock")
    found = bedrock.list_model_invocation_jobs()["invocationJobSummaries"]
    try:
        bedrock.stop_model_invocation_job(jobIdentifier=found[0]["jobArn"])
        denied = ""
    except bedrock.exceptions.AccessDeniedException as error:
        denied = str(error)
    strange = [name for name in os.environ if name in ("PYTHONPATH", "AWS_PROFILE")]
    return {"names": [job["jobName"] for job in found], "denied": denied, "strange": strange}
"""

NODE = """
const { S3 } = require("@aws-sdk/client-s3");
exports.handler = async ({ bucket }) => {
  const s3 = new S3({});
  const { TagSet } = await s3.getBucketTagging({ Bucket: bucket });
  const { Versions, DeleteMarkers } = await s3.listObjectVersions({ Bucket: bucket });
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  await s3.deleteObjects({ Bucket: bucket, Delete: { Objects } });
  const left = await s3.listObjectVersions({ Bucket: bucket });
  const missing = await s3.getBucketTagging({ Bucket: "never-made" }).catch((error) => error.name);
  return { tags: TagSet, deleted: Objects.map(({ Key }) => Key), left: left.Versions.length, missing };
};
"""


STACK = """
import boto3
def handler(event, context):
    formation = boto3.client("cloudformation")
    try:
        return formation.describe_stacks(StackName=event["stack"])["Stacks"][0]["StackStatus"]
    except formation.exceptions.ClientError as error:
        return str(error)
"""


def invoke(cloud: Cloud, code: str, runtime: str, role: str, event: Any) -> Any:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(f"index.{'py' if runtime.startswith('python') else 'js'}", code)
    functions = cloud.client("lambda")
    functions.create_function(
        FunctionName="function",
        Runtime=runtime,
        Role=role,
        Handler="index.handler",
        Timeout=30,
        Code={"ZipFile": archive.getvalue()},
    )
    answer = functions.invoke(FunctionName="function", Payload=json.dumps(event))
    return json.load(answer["Payload"])


def function_role(cloud: Cloud, *statements: dict[str, Any]) -> str:
    principal = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return cloud.role(*statements, trust=document(principal))


def test_a_function_reaches_the_batch_service_with_the_rights_of_its_role(ready: Cloud) -> None:
    ready.create(ready.role(*ready.rights()))
    role = function_role(ready, allow("bedrock:ListModelInvocationJobs"))

    found = invoke(ready, PYTHON, "python3.14", role, {})

    assert found["names"] == ["job-1"]
    assert "is not authorized to perform: bedrock:StopModelInvocationJob on resource: " in found["denied"]
    assert found["strange"] == []


class TestStacks:
    """A function may look at the one stack that its policy names by its whole id."""

    def stacks(self, cloud: Cloud) -> list[str]:
        formation = cloud.client("cloudformation")
        template = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
        names = ("own", "other")
        made = [formation.create_stack(StackName=name, TemplateBody=template)["StackId"] for name in names]
        for name in names:
            formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        return made

    @pytest.mark.parametrize(("asked", "status"), [(0, "CREATE_COMPLETE"), (1, "AccessDenied")])
    def test_the_own_one_and_no_other(self, cloud: Cloud, asked: int, status: str) -> None:
        stacks = self.stacks(cloud)
        role = function_role(cloud, allow("cloudformation:DescribeStacks", stacks[0]))

        assert status in invoke(cloud, STACK, "python3.14", role, {"stack": stacks[asked]})

    def test_without_the_right_not_even_that(self, cloud: Cloud) -> None:
        role = function_role(cloud, allow("bedrock:ListModelInvocationJobs"))

        found = invoke(cloud, STACK, "python3.14", role, {"stack": self.stacks(cloud)[0]})

        assert "not authorized to perform: cloudformation:DescribeStacks" in found


class TestLogs:
    @pytest.mark.parametrize(
        ("actions", "written"),
        [
            (["logs:CreateLogStream", "logs:PutLogEvents"], True),
            (["logs:CreateLogStream"], False),
            (["logs:PutLogEvents"], False),
        ],
    )
    def test_a_function_logs_with_the_rights_of_its_role(self, cloud: Cloud, actions: list[str], written: bool) -> None:
        logs = cloud.client("logs")
        logs.create_log_group(logGroupName="/aws/lambda/function")
        (group,) = logs.describe_log_groups()["logGroups"]
        role = function_role(cloud, allow(actions, group["arn"]))

        invoke(cloud, "def handler(event, context):\n    print('seen')\n", "python3.14", role, {})

        streams = logs.describe_log_streams(logGroupName="/aws/lambda/function")["logStreams"]
        assert bool(streams) == written

    def test_a_missing_group_needs_a_right_of_its_own(self, cloud: Cloud) -> None:
        role = function_role(cloud, allow(["logs:CreateLogStream", "logs:PutLogEvents"]))

        invoke(cloud, "def handler(event, context):\n    return 1\n", "python3.14", role, {})

        assert cloud.client("logs").describe_log_groups()["logGroups"] == []


def test_a_node_function_can_empty_a_bucket_as_cdk_does_it(ready: Cloud) -> None:
    bucket, s3 = f"in-{ready.account}", ready.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "aws-cdk:auto-delete-objects", "Value": "true"}]})
    awkward = "in/a b&<c>'\u00e9+.jsonl"
    ready.upload(jsonl(1), awkward)
    role = function_role(ready, allow("s3:*", [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]), allow("s3:Get*"))

    found = invoke(ready, NODE, "nodejs22.x", role, {"bucket": bucket})

    assert found == {
        "tags": [{"Key": "aws-cdk:auto-delete-objects", "Value": "true"}],
        "deleted": sorted([awkward, "in/x.jsonl"]),
        "left": 0,
        "missing": "NoSuchBucket",
    }


def test_a_bucket_of_a_stack_has_its_key_and_its_tags(cloud: Cloud) -> None:
    key = cloud.key()
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule = {"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
    properties = {
        "BucketName": f"made-{cloud.account}",
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [rule]},
        "Tags": [{"Key": "team", "Value": "support"}],
    }
    template = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}}}
    formation, s3 = cloud.client("cloudformation"), cloud.client("s3")
    formation.create_stack(StackName="storage", TemplateBody=json.dumps(template))
    formation.get_waiter("stack_create_complete").wait(StackName="storage", WaiterConfig={"Delay": 1})

    (applied,) = s3.get_bucket_encryption(Bucket=f"made-{cloud.account}")["ServerSideEncryptionConfiguration"]["Rules"]
    assert applied["ApplyServerSideEncryptionByDefault"] == default
    assert s3.get_bucket_tagging(Bucket=f"made-{cloud.account}")["TagSet"] == [{"Key": "team", "Value": "support"}]
