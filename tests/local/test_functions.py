"""Lambda functions and CloudFormation inside the server, as far as declared batch jobs need them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from local.cloud import Cloud, allow, document, jsonl

from bedrock_batch_local import EmbeddedAws

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
    return {"names": [job["jobName"] for job in found], "denied": denied}
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


SURROUNDINGS = {
    "python3.14": """
import boto3, os
def handler(event, context):
    return {
        "environment": dict(os.environ),
        "home": os.listdir(os.path.expanduser("~")),
        "profiles": boto3.Session().available_profiles,
    }
""",
    "nodejs22.x": """
const fs = require("fs");
exports.handler = async () => ({
  environment: process.env, home: fs.readdirSync(require("os").homedir()), profiles: [] });
""",
}
# All that a function may find in its environment.
OF_LAMBDA = re.compile(
    r"AWS_LAMBDA_\w+|_\w+|LAMBDA_TASK_ROOT|AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|REGION|DEFAULT_REGION)"
)
OF_THE_SERVER = re.compile(
    r"AUTH|DOCKER_HOST|GATEWAY_PORT|HOME|IOT_MTLS_ENABLED|LAMBDA_EXECUTOR|LOG_LEVEL|MINISTACK_HOST|NODE_PATH|NO_PROXY"
    r"|PERSIST_STATE|S3_DATA_DIR|SFTP_ENABLED|STATE_DIR|TMPDIR|AWS_CONFIG_FILE|AWS_EC2_METADATA_DISABLED"
    r"|AWS_ENDPOINT_URL|AWS_SHARED_CREDENTIALS_FILE|AWS_DISABLE_HOST_PREFIX_INJECTION"
)
OF_THE_MACHINE = re.compile(r"PATH|LANG|LC_ALL|LC_CTYPE|TZ|SSL_CERT_FILE|SSL_CERT_DIR")


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
    name = cloud.function(code, role, runtime)
    answer = cloud.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
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


@pytest.mark.parametrize("runtime", SURROUNDINGS)
def test_a_function_knows_nothing_of_the_one_who_started_the_server(
    runtime: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".aws").mkdir()
    for name in ("config", "credentials"):
        (tmp_path / ".aws" / name).write_text("[production]\naws_access_key_id = 1\naws_secret_access_key = 2\n")
    theirs = {"AWS_PROFILE": "production", "GITHUB_TOKEN": "theirs", "PYTHONPATH": "theirs", "BOTO_CONFIG": "theirs"}
    for name, value in {**theirs, "HOME": str(tmp_path), "https_proxy": "http://user:theirs@127.0.0.1:1"}.items():
        monkeypatch.setenv(name, value)
    with EmbeddedAws.start() as aws:
        cloud = Cloud(aws, "123123123123")
        found = invoke(cloud, SURROUNDINGS[runtime], runtime, function_role(cloud), {})

    allowed = (OF_LAMBDA, OF_THE_SERVER, OF_THE_MACHINE)
    assert [name for name in found["environment"] if not any(names.fullmatch(name) for names in allowed)] == []
    assert aws.secret not in found["environment"].values()
    assert found["home"] == found["profiles"] == []


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
