"""The function of a stack: how it is set up, what it may do, and that there is one."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchModel, ModelInvocationJob
from cdk_bedrock_batch._template.stack_view import StackView
from cdk_bedrock_batch.handler import BatchHandler
from unit.templates import as_text

Declare = Callable[..., ModelInvocationJob]

JOBS = "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:model-invocation-job/*"
OWN = {"StringEquals": {"aws:ResourceAccount": "${AWS::AccountId}"}}
PASSED_TO = {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}


def handler_of(stack: Stack) -> BatchHandler:
    return BatchHandler._of_stack(StackView.of(stack))


def function(stack: Stack) -> dict[str, Any]:
    (found,) = Template.from_stack(stack).find_resources("AWS::Lambda::Function").values()
    properties: dict[str, Any] = as_text(found["Properties"])
    return properties


def policy(stack: Stack) -> list[dict[str, Any]]:
    roles = Template.from_stack(stack).find_resources("AWS::IAM::Role")
    (role,) = (role for name, role in roles.items() if name.startswith("BedrockBatchHandlerRole"))
    assert "ManagedPolicyArns" not in role["Properties"]
    (document,) = role["Properties"]["Policies"]
    found: list[dict[str, Any]] = as_text(document["PolicyDocument"]["Statement"])
    return found


def test_handler_function(stack: Stack, matches_snapshot: Callable[[Stack], None]) -> None:
    handler_of(stack)._allow_models(BatchModel.from_model_id("amazon.nova")._all_arns())
    matches_snapshot(stack)


def test_it_is_a_small_arm_function_on_the_newest_python_with_tracing(stack: Stack) -> None:
    handler_of(stack)
    versions = [int(name.removeprefix("PYTHON_3_")) for name in dir(lambda_.Runtime) if name.startswith("PYTHON_3_")]
    found = function(stack)
    assert found["Runtime"] == f"python3.{max(versions)}"
    assert found["Handler"] == "model_invocation_job.index.handler"
    assert (found["Architectures"], found["MemorySize"], found["Timeout"]) == (["arm64"], 256, 900)
    assert found["TracingConfig"] == {"Mode": "Active"}
    assert found["Environment"] == {"Variables": {"STACK_ID": "${AWS::StackId}", "URL_SUFFIX": "${AWS::URLSuffix}"}}
    assert not {"FunctionName", "ReservedConcurrentExecutions", "Layers", "VpcConfig"} & set(found)


def test_its_log_group_ends_after_a_year_and_goes_with_the_stack(stack: Stack) -> None:
    handler_of(stack)
    ((name, group),) = Template.from_stack(stack).find_resources("AWS::Logs::LogGroup").items()
    assert group["Properties"] == {"RetentionInDays": 365}
    assert group["DeletionPolicy"] == "Delete"
    assert function(stack)["LoggingConfig"] == {"LogGroup": f"${{{name}}}"}


def test_a_stack_has_one_under_a_frozen_id(stack: Stack, declare: Declare) -> None:
    declare("One")
    declare("Two")
    (name,) = Template.from_stack(stack).find_resources("AWS::Lambda::Function")
    # CloudFormation does not let a live resource change its service token: never change this.
    assert name == "BedrockBatchHandlerFunctionE6C5DBC7"


def test_it_may_do_this_and_nothing_else(stack: Stack, declare: Declare) -> None:
    declare(model=BatchModel.from_model_id("amazon.nova-lite-v1:0"))
    template = Template.from_stack(stack)
    (log_group,) = template.find_resources("AWS::Logs::LogGroup")
    (key,) = template.find_resources("AWS::KMS::Key")
    buckets = sorted(name for name in template.find_resources("AWS::S3::Bucket") if "AccessLog" not in name)
    folder = "Stack"
    assets = "arn:${AWS::Partition}:s3:::cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}/*.jsonl"
    nova = "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/amazon.nova-lite-v1:0"
    roles = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-bedrock-batch/${AWS::Region}/${AWS::StackName}/*"
    manage = ["GetModelInvocationJob", "StopModelInvocationJob", "TagResource", "UntagResource"]
    listed = ["bedrock:ListModelInvocationJobs", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]

    def allow(actions: str | list[str], resource: Any) -> dict[str, Any]:
        return {"Effect": "Allow", "Action": actions, "Resource": resource}

    assert policy(stack) == [
        allow("bedrock:CreateModelInvocationJob", [JOBS, nova]),
        allow([f"bedrock:{action}" for action in manage], JOBS),
        allow(listed, "*"),
        allow("cloudformation:DescribeStacks", "${AWS::StackId}"),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"${{{log_group}.Arn}}"),
        {**allow("iam:PassRole", roles), "Condition": PASSED_TO},
        {**allow("s3:GetObject", assets), "Condition": OWN},
        {
            **allow(
                "s3:PutObject",
                [
                    f"${{{buckets[0]}.Arn}}/{folder}/*",
                    f"${{{buckets[1]}.Arn}}/{folder}/*/run/*",
                ],
            ),
            "Condition": OWN,
        },
        {
            **allow("s3:ListBucket", f"${{{buckets[0]}.Arn}}"),
            "Condition": {**OWN, "StringLike": {"s3:prefix": [folder, f"{folder}/*"]}},
        },
        {
            **allow("kms:GenerateDataKey", f"${{{key}.Arn}}"),
            "Condition": {"StringEquals": {"kms:ViaService": "s3.${AWS::Region}.${AWS::URLSuffix}"}},
        },
    ]


def test_a_further_job_of_the_same_model_adds_nothing(app: App, declare: Declare) -> None:
    one, two = Stack(app, "One"), Stack(app, "Two")
    declare("First", scope=one)
    declare("First", scope=two)
    declare("Second", scope=two)
    assert json.dumps(policy(one)) == json.dumps(policy(two)).replace("/Two/", "/One/").replace('"Two', '"One')


def test_it_may_start_jobs_for_every_model_of_the_stack(stack: Stack, declare: Declare) -> None:
    declare("One", model=BatchModel.from_model_id("us.amazon.nova-lite-v1:0"))
    declare("Two", model=BatchModel.from_model_id("amazon.nova-pro-v1:0"))
    resources = [resource.rpartition(":bedrock:")[2] for resource in policy(stack)[0]["Resource"][1:]]
    assert resources == [
        "${AWS::Region}:${AWS::AccountId}:inference-profile/us.amazon.nova-lite-v1:0",
        "*::foundation-model/amazon.nova-lite-v1:0",
        "${AWS::Region}::foundation-model/amazon.nova-pro-v1:0",
    ]


def test_it_may_pass_a_brought_role_by_its_arn_once(stack: Stack, declare: Declare) -> None:
    arn = "arn:aws:iam::111122223333:role/theirs"
    role = iam.Role.from_role_arn(stack, "Theirs", arn)
    other = iam.Role.from_role_arn(stack, "Other", f"{arn}-too")
    for construct_id, brought in {"One": role, "Two": role, "Three": other}.items():
        declare(construct_id, service_role=brought)
    (passing,) = (each for each in policy(stack) if each["Action"] == "iam:PassRole")
    assert passing == {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": [arn, f"{arn}-too"],
        "Condition": PASSED_TO,
    }


def test_fails_on_more_models_or_roles_than_its_policy_holds(stack: Stack) -> None:
    """The longest policy that is let through fits when everything in it has its longest name."""
    found, fitting = handler_of(stack), 0
    with pytest.raises(  # noqa: PT012 - how far it came is what is asked
        ValueError,
        match=r"^the policy of the function that starts the jobs of a stack may have 10240 characters, and would have "
        r"up to 10\d{3}; put some of the jobs into another stack, let them share models and service roles, or leave "
        r"output_prefix out$",
    ):
        while True:
            _allow(found, fitting)
            fitting += 1
    fullest = Stack(App(), "S" * 128)
    for number in range(fitting):
        _allow(handler_of(fullest), number)
    assert 40 < fitting < 100
    assert 9_800 < len(longest(policy(fullest))) <= 10_240


def _allow(found: BatchHandler, number: int) -> None:
    if number % 2:
        found._allow_role(f"{number:0100}")
    else:
        found._allow_models([f"{number:0100}"])


def longest(statements: list[dict[str, Any]]) -> str:
    """The policy as IAM counts it, with names as long as they can be."""
    values = {
        "AWS::Partition": "aws-us-gov",
        "AWS::Region": "ap-southeast-1",
        "AWS::AccountId": "1" * 12,
        "AWS::StackName": "s" * 128,
        "AWS::StackId": "s" * 230,
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))
    return re.sub(r"\$\{([^}]*)\}", lambda match: values.get(match[1], "g" * 200), text)


def test_an_event_is_not_delivered_when_cloudformation_no_longer_waits(stack: Stack) -> None:
    handler_of(stack)
    (delivery,) = Template.from_stack(stack).find_resources("AWS::Lambda::EventInvokeConfig").values()
    assert (delivery["Properties"]["MaximumEventAgeInSeconds"], delivery["Properties"]["MaximumRetryAttempts"]) == (
        960,
        2,
    )


@pytest.mark.parametrize(
    ("taken", "reason"),
    [
        ({"resources": 461, "size": 1}, "460 of the 500 resources of its template, and with one more would take 461"),
        (
            {"resources": 1, "size": 920_001},
            "920,000 of the 1,000,000 bytes of its template, and with one more would take 920,001",
        ),
    ],
)
def test_fails_on_more_jobs_than_a_stack_has_room_for(stack: Stack, taken: dict[str, int], reason: str) -> None:
    found = handler_of(stack)
    found._take_room(resources=taken["resources"] - 1, size=taken["size"] - 1)
    with pytest.raises(
        ValueError,
        match=f"^the jobs of one stack may take {reason}; put some of the jobs into another stack, or let them share "
        "a BatchServiceRole$",
    ):
        found._take_room(resources=1, size=1)
