"""Which key a job names, what its role may do with it, and when a key policy must say so, too."""

import json
from collections.abc import Callable
from typing import Any

from aws_cdk import App, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchModel, BatchStorage, JobInput, ModelInvocationJob, PolicyKind

Declare = Callable[..., ModelInvocationJob]
Properties = Callable[[], dict[str, Any]]
Statements = Callable[[str], list[dict[str, Any]]]

THROUGH_S3 = {"StringEquals": {"kms:ViaService": "s3.${AWS::Region}.${AWS::URLSuffix}"}}
KEY_ARN = "arn:aws:kms:us-east-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def key_policy(template: Template) -> list[dict[str, Any]]:
    (key,) = template.find_resources("AWS::KMS::Key").values()
    statements: list[dict[str, Any]] = key["Properties"]["KeyPolicy"]["Statement"]
    return statements


def output_of(properties: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = properties["Job"]["outputDataConfig"]["s3OutputDataConfig"]
    return found


def test_prompts_and_answers_may_have_keys_of_their_own(
    stack: Stack, declare: Declare, statements: Statements, job_properties: Properties
) -> None:
    input_key, output_key = kms.Key(stack, "InputKey"), kms.Key(stack, "OutputKey")
    storage = BatchStorage(stack, "Storage", input_key=input_key, output_key=output_key)
    declare(storage=storage, input=JobInput.from_bucket(storage.input_bucket, prefix="in"))

    (decrypt, encrypt) = statements("kms:Decrypt")
    names = [stack.resolve(key.key_arn)["Fn::GetAtt"][0] for key in (input_key, output_key)]
    assert (decrypt["Action"], decrypt["Resource"]) == ("kms:Decrypt", f"${{{names[0]}.Arn}}")
    assert encrypt["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert output_of(job_properties())["s3EncryptionKeyId"] == f"${{{names[1]}.Arn}}"
    assert storage.key is None
    Template.from_stack(stack).resource_count_is("AWS::KMS::Key", 2)


def test_answers_may_be_left_to_the_default_encryption_of_their_bucket(
    stack: Stack, declare: Declare, statements: Statements, job_properties: Properties
) -> None:
    declare(storage=BatchStorage(stack, "Storage", use_bucket_default_encryption=True))
    assert "s3EncryptionKeyId" not in output_of(job_properties())
    assert statements("kms:GenerateDataKey")


def test_the_key_of_brought_prompts_may_be_named(stack: Stack, declare: Declare, statements: Statements) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "theirs")
    key = kms.Key(stack, "Key")
    declare(
        input=JobInput.from_bucket(bucket, prefix="in", encryption_key=key),
        storage=BatchStorage(stack, "Storage", output_bucket=s3.Bucket.from_bucket_name(stack, "Plain", "plain")),
    )
    (decrypt,) = statements("kms:Decrypt")
    assert decrypt["Action"] == "kms:Decrypt"


def test_an_alias_that_knows_its_key_stands_for_the_key(
    stack: Stack, declare: Declare, statements: Statements, job_properties: Properties
) -> None:
    key = kms.Key(stack, "Key")
    declare(storage=BatchStorage(stack, "Storage", key=kms.Alias(stack, "Alias", alias_name="alias/a", target_key=key)))
    arn = f"${{{stack.resolve(key.key_arn)['Fn::GetAtt'][0]}.Arn}}"
    assert statements("kms:GenerateDataKey")[0]["Resource"] == arn
    assert output_of(job_properties())["s3EncryptionKeyId"] == arn


def test_an_alias_that_is_only_a_name_opens_the_keys_that_bear_it(
    stack: Stack, declare: Declare, statements: Statements, job_properties: Properties
) -> None:
    """IAM cannot name a key by its alias: the resource is every key here, the condition the one with the alias."""
    alias = kms.Alias.from_alias_name(stack, "Alias", "alias/answers")
    job = declare(storage=BatchStorage(stack, "Storage", key=alias))
    (use,) = statements("kms:GenerateDataKey")
    assert use["Resource"].endswith(":key/*")
    assert use["Condition"] == THROUGH_S3 | {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/answers"}}
    assert output_of(job_properties())["s3EncryptionKeyId"].endswith(":alias/answers")
    for required in job.required_policies:
        assert (required.kind, required.resource) == (
            PolicyKind.KEY_POLICY,
            "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/answers",
        )
    assert len(job.required_policies) == 2


def test_a_key_policy_that_leaves_it_to_iam_stays_as_it_is(stack: Stack, declare: Declare) -> None:
    job = declare(storage=BatchStorage(stack, "Storage", key=kms.Key(stack, "Key")))
    assert job.required_policies == ()
    assert len(key_policy(Template.from_stack(stack))) == 1


def test_a_key_policy_that_does_not_is_extended_for_the_roles_of_the_stack(stack: Stack, declare: Declare) -> None:
    administrator = iam.PolicyStatement(
        principals=[iam.ArnPrincipal("arn:aws:iam::111111111111:role/administrator")],
        actions=["kms:*"],
        resources=["*"],
    )
    key = kms.Key(stack, "Key", policy=iam.PolicyDocument(statements=[administrator]))
    bucket = s3.Bucket.from_bucket_name(stack, "Plain", "plain")
    job = declare(storage=BatchStorage(stack, "Storage", output_bucket=bucket, key=key, input_bucket=bucket))
    assert job.required_policies == ()
    (_, added, of_handler) = key_policy(Template.from_stack(stack))
    assert of_handler["Action"] == "kms:GenerateDataKey"
    assert "role/cdk-bedrock-batch-handler/" in json.dumps(of_handler["Condition"]["ArnLike"]["aws:PrincipalArn"])
    assert added["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert "role/cdk-bedrock-batch/" in json.dumps(added["Condition"]["ArnLike"]["aws:PrincipalArn"])
    assert "kms:ViaService" in added["Condition"]["StringEquals"]
    assert ":root" in json.dumps(added["Principal"])


def test_an_imported_key_is_told_of_with_the_exact_statement(prompts: Any) -> None:
    stack = Stack(App(), "Reports", env=Environment(account="111111111111", region="eu-west-1"))
    key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)
    job = ModelInvocationJob(
        stack,
        "Job",
        model=BatchModel.from_model_id("amazon.nova-lite-v1:0"),
        input=JobInput.from_file(prompts),
        storage=BatchStorage(stack, "Storage", output_key=key),
    )
    required, of_handler = job.required_policies
    assert (
        (required.kind, required.resource)
        == (of_handler.kind, of_handler.resource)
        == (
            PolicyKind.KEY_POLICY,
            KEY_ARN,
        )
    )
    (handler,) = of_handler.statements
    assert handler["Action"] == "kms:GenerateDataKey"
    assert handler["Condition"]["ArnLike"]["aws:PrincipalArn"] == (
        "arn:aws:iam::111111111111:role/cdk-bedrock-batch-handler/eu-west-1/Reports/*"
    )
    assert json.loads(required.to_json()) == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": "*",
            "Condition": {
                "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/cdk-bedrock-batch/eu-west-1/Reports/*"},
                "StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
            },
        }
    ]


def test_a_key_of_another_account_of_the_app_is_extended_there() -> None:
    app = App()
    theirs = Stack(app, "Keys", env=Environment(account="222222222222", region="eu-west-1"))
    key = kms.Key(theirs, "Key", alias="answers")
    ours = Stack(app, "Reports", env=Environment(account="111111111111", region="eu-west-1"))
    imported = kms.Key.from_key_arn(ours, "Imported", KEY_ARN)
    bucket = s3.Bucket.from_bucket_name(ours, "Plain", "plain")
    storage = BatchStorage(ours, "Storage", output_bucket=bucket, input_bucket=bucket, output_key=key)
    source = JobInput.from_bucket(bucket, prefix="in", encryption_key=imported)
    job = ModelInvocationJob(
        ours, "Job", model=BatchModel.from_model_id("amazon.nova-lite-v1:0"), input=source, storage=storage
    )
    assert [policy.resource for policy in job.required_policies] == [KEY_ARN]
    (_, added, _) = key_policy(Template.from_stack(theirs))
    assert '":iam::111111111111:root"' in json.dumps(added["Principal"])
    assert ':iam::111111111111:role/cdk-bedrock-batch/eu-west-1/Reports/*"' in json.dumps(added["Condition"]["ArnLike"])
