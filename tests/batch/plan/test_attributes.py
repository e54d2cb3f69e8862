"""What `Ref` and `Fn::GetAtt` of a resource mean: the same as long as CloudFormation keeps the resource."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bedrock_batch.plan.attributes import attributes
from bedrock_batch.plan.stack import DeclaredStack
from bedrock_batch.plan.values import is_known
from bedrock_batch.run.declaration import RESOURCE_TYPE
from bedrock_batch.run.identity import ResourceIdentity
from bedrock_batch.run.physical_id import held

_PSEUDO = {"AWS::Partition": "aws-us-gov", "AWS::Region": "us-gov-west-1", "AWS::AccountId": "111122223333"}
_ROLE = "arn:aws-us-gov:iam::111122223333:role"
_JOB_ARN = "arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:model-invocation-job/abc123def456"


def _of(
    resource: Mapping[str, Any], attribute: str, physical_id: str | None = None, nested: Mapping[str, str] | None = None
) -> str:
    stack = DeclaredStack(name="Reports", template={"Resources": {"One": resource}})
    ids = {} if physical_id is None else {"One": physical_id}
    find = attributes(
        stack,
        _PSEUDO,
        ids.get,
        lambda logical_id: json.dumps(stack.traits(logical_id)),
        lambda _id, output: (nested or {}).get(output),
    )
    return find("One", attribute)


@pytest.mark.parametrize(
    ("resource", "attribute", "physical_id", "value"),
    [
        ({"Type": "AWS::S3::Bucket"}, "", "a-bucket", "a-bucket"),
        ({"Type": "AWS::S3::Bucket"}, "Arn", "a-bucket", "arn:aws-us-gov:s3:::a-bucket"),
        ({"Type": "AWS::KMS::Key"}, "Arn", "1", "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1"),
        ({"Type": "AWS::IAM::Role"}, "Arn", "r", f"{_ROLE}/r"),
        (
            {"Type": "AWS::IAM::Role", "Properties": {"Path": "/a/b/"}},
            "Arn",
            "r",
            f"{_ROLE}/a/b/r",
        ),
        (
            {"Type": "AWS::IAM::Role", "Properties": {"Path": {"Ref": "P"}}},
            "Arn",
            "r",
            f"{_ROLE}/r",
        ),
        ({"Type": "AWS::Lambda::Function"}, "Arn", "f", "arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:f"),
        ({"Type": RESOURCE_TYPE}, "JobArn", _JOB_ARN, _JOB_ARN),
        ({"Type": RESOURCE_TYPE}, "JobId", _JOB_ARN, "abc123def456"),
        ({"Type": RESOURCE_TYPE}, "JobId", f"{_JOB_ARN}#after-held#found-running", "abc123def456"),
    ],
)
def test_an_attribute_of_what_stays_is_known(
    resource: Mapping[str, Any], attribute: str, physical_id: str, value: str
) -> None:
    assert _of(resource, attribute, physical_id) == value


@pytest.mark.parametrize(
    ("resource", "attribute", "physical_id"),
    [
        ({"Type": "AWS::S3::Bucket"}, "Arn", None),
        ({"Type": "AWS::S3::Bucket"}, "", None),
        ({"Type": "AWS::S3::Bucket"}, "WebsiteURL", "a-bucket"),
        ({"Type": "AWS::SQS::Queue"}, "Arn", "q"),
        ({"Type": RESOURCE_TYPE}, "JobArn", None),
        ({"Type": RESOURCE_TYPE}, "JobName", _JOB_ARN),
        ({"Type": RESOURCE_TYPE}, "JobArn", held(ResourceIdentity("arn:aws:cloudformation:a:b:stack/c/d", "One"))),
        ({"Type": "AWS::CloudFormation::Stack"}, "Outputs.Nothing", "s"),
        ({}, "Arn", None),
    ],
)
def test_what_only_a_deployment_tells_is_always_the_same_placeholder(
    resource: Mapping[str, Any], attribute: str, physical_id: str | None
) -> None:
    found = _of(resource, attribute, physical_id)

    assert not is_known(found)
    assert found == _of(resource, attribute, physical_id)
    assert found != _of(resource, attribute + "x", physical_id)
    assert found != _of(resource, attribute, "another")


def test_an_output_of_a_nested_stack_is_its_value() -> None:
    nested = {"Type": "AWS::CloudFormation::Stack"}

    assert _of(nested, "Outputs.Name", "s", {"Name": "value"}) == "value"
    assert _of(nested, "Outputs.Name", None, {"Name": "value"}) == "value"
    assert not is_known(_of(nested, "Outputs.Other", "s", {"Name": "value"}))


@pytest.mark.parametrize(
    ("kind", "keeping", "replacing"),
    [
        ("AWS::S3::Bucket", {"VersioningConfiguration": {"Status": "Enabled"}}, {"BucketName": "b"}),
        ("AWS::IAM::Role", {"Description": "d"}, {"RoleName": "r"}),
        ("AWS::IAM::Role", {"MaxSessionDuration": 3600}, {"Path": "/p/"}),
        ("AWS::Lambda::Function", {"MemorySize": 512}, {"FunctionName": "f"}),
        ("AWS::KMS::Key", {"Description": "d"}, None),
        (RESOURCE_TYPE, {"RunId": "2"}, None),
        ("AWS::SQS::Queue", {}, {"DelaySeconds": 1}),
    ],
)
def test_a_new_resource_has_another_placeholder_only_if_it_is_made_anew(
    kind: str, keeping: Mapping[str, Any], replacing: Mapping[str, Any] | None
) -> None:
    before = _of({"Type": kind, "Properties": {}}, "Any")

    assert _of({"Type": kind, "Properties": keeping}, "Any") == before
    assert _of({"Type": kind, "Properties": replacing or {}}, "Any") != before or replacing is None
    assert _of({"Type": "AWS::SNS::Topic", "Properties": {}}, "Any") != before
