"""What the role that Amazon Bedrock assumes may do, and nothing more."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchModel, BatchStorage, JobInput, ModelInvocationJob

Declare = Callable[..., ModelInvocationJob]
Properties = Callable[[], dict[str, Any]]
Statements = Callable[[str], list[dict[str, Any]]]

JOBS = "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:model-invocation-job/*"


def test_only_batch_jobs_of_this_account_and_region_can_take_it_on(declare: Declare, service_role: Properties) -> None:
    declare()
    assert service_role()["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": "bedrock.amazonaws.com"},
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
                "ArnLike": {"aws:SourceArn": JOBS},
            },
        }
    ]


def test_it_lies_under_the_path_of_its_region_and_stack(declare: Declare, service_role: Properties) -> None:
    declare()
    assert service_role()["Path"] == "/cdk-bedrock-batch/${AWS::Region}/${AWS::StackName}/"
    assert "RoleName" not in service_role()


def test_it_writes_under_the_prefix_of_its_job_only(stack: Stack, declare: Declare, statements: Statements) -> None:
    storage = BatchStorage(stack, "Storage")
    declare(storage=storage, output_prefix="answers")
    bucket = stack.resolve(storage.output_bucket.bucket_name)["Ref"]
    (write,) = statements("s3:PutObject")
    assert write == {
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Effect": "Allow",
        "Resource": f"${{{bucket}.Arn}}/answers/*",
        "Condition": {"StringEquals": {"aws:ResourceAccount": "${AWS::AccountId}"}},
    }
    (listing,) = statements("s3:ListBucket")
    assert listing["Action"] == "s3:ListBucket"
    assert listing["Resource"][1] == f"${{{bucket}.Arn}}"
    assert listing["Condition"]["StringLike"]["s3:prefix"][2:] == ["answers", "answers/*"]


def test_it_uses_the_key_of_the_answers_through_s3_only(stack: Stack, declare: Declare, statements: Statements) -> None:
    storage = BatchStorage(stack, "Storage")
    declare(storage=storage, input=JobInput.from_bucket(storage.input_bucket, prefix="in"))
    assert storage.key is not None
    key = stack.resolve(storage.key.key_arn)["Fn::GetAtt"][0]
    (use,) = statements("kms:Decrypt")
    assert use == {
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Effect": "Allow",
        "Resource": f"${{{key}.Arn}}",
        "Condition": {"StringEquals": {"kms:ViaService": "s3.${AWS::Region}.${AWS::URLSuffix}"}},
    }


def test_no_key_is_opened_for_buckets_without_one(stack: Stack, declare: Declare, statements: Statements) -> None:
    plain = s3.Bucket.from_bucket_name(stack, "Plain", "plain")
    declare(storage=BatchStorage(stack, "Storage", output_bucket=plain, input_bucket=plain))
    assert statements("kms:Decrypt") == []


def test_it_invokes_its_own_model_only(declare: Declare, statements: Statements) -> None:
    declare("One", model=BatchModel.from_model_id("amazon.nova-lite-v1:0"))
    (invoke,) = statements("bedrock:InvokeModel")
    assert invoke["Resource"] == "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/amazon.nova-lite-v1:0"


def test_models_are_never_bound_to_an_account_and_every_s3_statement_is(
    declare: Declare, service_role: Properties
) -> None:
    declare(model=BatchModel.from_model_id("us.amazon.nova-lite-v1:0"))
    (policy,) = service_role()["Policies"]
    bound = {
        json.dumps(statement["Action"]).strip('["').partition(":")[0]: "aws:ResourceAccount" in json.dumps(statement)
        for statement in policy["PolicyDocument"]["Statement"]
    }
    assert bound == {"s3": True, "kms": False, "bedrock": False}


def test_it_needs_no_wildcard_action_and_no_managed_policy(declare: Declare, service_role: Properties) -> None:
    declare()
    (policy,) = service_role()["Policies"]
    assert "ManagedPolicyArns" not in service_role()
    assert not any("*" in json.dumps(statement["Action"]) for statement in policy["PolicyDocument"]["Statement"])


def test_a_network_adds_the_four_statements_of_the_user_guide(
    stack: Stack, declare: Declare, statements: Statements, job_properties: Properties
) -> None:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-1",
        availability_zones=["a", "b"],
        private_subnet_ids=["subnet-1", "subnet-2"],
    )
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    declare(vpc=vpc, security_groups=[group])
    ec2_arn = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:"
    subnets = [f"{ec2_arn}subnet/subnet-{number}" for number in (1, 2)]
    assert job_properties()["Job"]["vpcConfig"] == {
        "subnetIds": ["subnet-1", "subnet-2"],
        "securityGroupIds": ["sg-1"],
    }
    assert len(statements("ec2:DescribeSubnets")[0]["Action"]) == 5
    (create,) = statements("ec2:CreateNetworkInterface")
    assert create["Resource"] == [
        f"{ec2_arn}network-interface/*",
        *subnets,
        f"{ec2_arn}security-group/sg-1",
    ]
    assert create["Condition"] == {
        "StringEquals": {"aws:RequestTag/BedrockManaged": "true"},
        "ArnEquals": {"aws:RequestTag/BedrockModelInvocationJobArn": JOBS},
    }
    (manage,) = statements("ec2:DeleteNetworkInterface")
    assert manage["Condition"] == {
        "StringEquals": {"ec2:Subnet": subnets},
        "ArnEquals": {"ec2:ResourceTag/BedrockModelInvocationJobArn": JOBS},
    }
    (tag,) = statements("ec2:CreateTags")
    assert tag["Condition"]["StringEquals"] == {"ec2:CreateAction": "CreateNetworkInterface"}


@pytest.mark.parametrize("own_vpc", [True, False])
def test_a_job_without_a_network_has_no_network_rights(
    stack: Stack, declare: Declare, service_role: Properties, own_vpc: bool
) -> None:
    if own_vpc:
        ec2.Vpc(stack, "Unused")
    declare()
    assert "ec2:" not in json.dumps(service_role())


def test_a_brought_role_gets_the_policy_and_the_job_waits_for_it(stack: Stack, declare: Declare) -> None:
    role = iam.Role(stack, "Theirs", assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))
    job = declare(service_role=role)
    assert job.service_role is role
    template = Template.from_stack(stack)
    (policy,) = template.find_resources("AWS::IAM::Policy")
    (resource,) = template.find_resources("Custom::BedrockModelInvocationJob").values()
    assert policy in resource["DependsOn"]
    assert "s3:PutObject" in json.dumps(template.find_resources("AWS::IAM::Policy"))


def test_a_role_that_takes_no_policies_is_left_alone(stack: Stack, declare: Declare) -> None:
    declare(service_role=iam.Role.from_role_name(stack, "Theirs", "theirs", mutable=False))
    Template.from_stack(stack).resource_count_is("AWS::IAM::Policy", 0)


def test_rights_added_later_come_before_the_job(stack: Stack, declare: Declare) -> None:
    job = declare()
    job.service_role.add_to_principal_policy(
        iam.PolicyStatement(actions=["kms:Decrypt"], resources=["arn:aws:kms:us-east-1:111122223333:key/bootstrap"])
    )
    template = Template.from_stack(stack)
    (policy,) = template.find_resources("AWS::IAM::Policy")
    (resource,) = template.find_resources("Custom::BedrockModelInvocationJob").values()
    assert policy in resource["DependsOn"]


def test_storage_of_another_stack_is_reached_across_stacks(prompts: Any) -> None:
    app = App()
    environment = Environment(account="111122223333", region="us-east-1")
    storage = BatchStorage(Stack(app, "Shared", env=environment), "Storage")
    stack = Stack(app, "Jobs", env=environment)
    ModelInvocationJob(
        stack,
        "Job",
        model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
        input=JobInput.from_file(prompts),
        storage=storage,
    )
    (job,) = Template.from_stack(stack).find_resources("Custom::BedrockModelInvocationJob").values()
    output = job["Properties"]["Job"]["outputDataConfig"]["s3OutputDataConfig"]
    assert "SharedStorageOutputBucket" in json.dumps(output) or "ImportValue" in json.dumps(output)
    assert [dependency.stack_name for dependency in stack.dependencies] == ["Shared"]
