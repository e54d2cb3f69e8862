"""The job itself: what its resource says, and which options it refuses."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack, Stage, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from cdk_bedrock_batch import BatchModel, BatchStorage, InvocationType, JobInput, ModelInvocationJob
from unit.templates import as_text

Declare = Callable[..., ModelInvocationJob]
Properties = Callable[[], dict[str, Any]]


def test_job(stack: Stack, declare: Declare, matches_snapshot: Callable[[Stack], None]) -> None:
    declare(
        "TicketSummaries",
        model=BatchModel.from_model_id("us.anthropic.claude-haiku-4-5-20251001-v1:0"),
        invocation_type=InvocationType.CONVERSE,
        timeout=Duration.hours(48),
        tags={"team": "support"},
    )
    matches_snapshot(stack)


def test_the_resource_says_only_what_was_asked_for(stack: Stack, declare: Declare, job_properties: Properties) -> None:
    declare()
    found = job_properties()
    uploaded = {"InputDigest", "InputFiles", "InputKey", "InputRecords"}
    assert set(found) == {"ServiceToken", "ServiceTimeout", "Job", "JobNamePrefix", "RunId", *uploaded}
    assert found["ServiceTimeout"] == "960"
    assert (found["JobNamePrefix"], found["RunId"]) == ("Job", "1")
    assert set(found["Job"]) == {"modelId", "modelInvocationType", "roleArn", "inputDataConfig", "outputDataConfig"}
    assert found["Job"]["modelInvocationType"] == "InvokeModel"
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_every_argument_of_the_api_is_reachable(stack: Stack, declare: Declare, job_properties: Properties) -> None:
    declare(
        model=BatchModel.from_model_id("us.openai.gpt-5.6-sol"),
        invocation_type=InvocationType.CONVERSE,
        timeout=Duration.days(7),
        run_id="second",
        tags={"b": "2", "a": ""},
        job_name_prefix="nightly",
        output_prefix="answers/nightly/",
        storage=BatchStorage(stack, "Storage"),
    )
    found = job_properties()
    job = found["Job"]
    assert (found["JobNamePrefix"], found["RunId"]) == ("nightly", "second")
    assert job["modelInvocationType"] == "Converse"
    assert job["modelId"].endswith(":${AWS::AccountId}:inference-profile/us.openai.gpt-5.6-sol")
    assert job["timeoutDurationInHours"] == "168"
    assert job["tags"] == [{"key": "a", "value": ""}, {"key": "b", "value": "2"}]
    output = job["outputDataConfig"]["s3OutputDataConfig"]
    assert output["s3Uri"].endswith("}/answers/nightly/")
    assert output["s3BucketOwner"] == "${AWS::AccountId}"
    assert output["s3EncryptionKeyId"].startswith("${StorageKey")


def test_its_attributes_come_from_the_handler(stack: Stack, declare: Declare) -> None:
    job = declare(output_prefix="answers")
    (logical_id,) = Template.from_stack(stack).find_resources("Custom::BedrockModelInvocationJob")
    assert stack.resolve(job.job_arn) == {"Fn::GetAtt": [logical_id, "JobArn"]}
    assert stack.resolve(job.job_id) == {"Fn::GetAtt": [logical_id, "JobId"]}
    assert stack.resolve(job.job_name) == {"Fn::GetAtt": [logical_id, "JobName"]}
    (bucket,) = (
        name for name in Template.from_stack(stack).find_resources("AWS::S3::Bucket") if "OutputBucket" in name
    )
    parts = ["s3://", {"Ref": bucket}, "/answers/", {"Fn::GetAtt": [logical_id, "JobId"]}, "/"]
    assert stack.resolve(job.output_uri) == {"Fn::Join": ["", parts]}


def test_a_job_costs_two_resources_and_the_base_of_a_stack_twelve(declare: Declare) -> None:
    counts = []
    for jobs in (1, 2, 3):
        stack = Stack(App(), "Stack")
        for number in range(jobs):
            declare(f"Job{number}", scope=stack)
        counts.append(len(Template.from_stack(stack).to_json()["Resources"]))
    # With the metadata resource that the CDK CLI adds, the base has twelve; fourteen is its limit.
    assert counts == [11 + 2, 11 + 4, 11 + 6]


def test_two_jobs_without_storage_share_one_and_write_apart(stack: Stack, declare: Declare) -> None:
    declare("One")
    declare("Two")
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::KMS::Key", 1)
    jobs = template.find_resources("Custom::BedrockModelInvocationJob").values()
    outputs = [
        job["Properties"]["Job"]["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"] for job in map(as_text, jobs)
    ]
    buckets = {output.split("/")[2] for output in outputs}
    assert len(buckets) == 1
    assert len(set(outputs)) == 2


def test_jobs_of_one_id_in_two_stacks_that_share_storage_write_apart(app: App, stack: Stack, declare: Declare) -> None:
    storage = BatchStorage(stack, "Storage")
    uris = {
        str(other.resolve(declare(scope=other, storage=storage).output_uri))
        for other in (Stack(app, "One"), Stack(app, "Two"))
    }
    assert {uri.rpartition("/Job-")[0][-4:] for uri in uris} == {"/One", "/Two"}


def test_the_job_is_stopped_before_anything_it_needs_is_deleted(stack: Stack, declare: Declare) -> None:
    declare()
    template = Template.from_stack(stack)
    (job,) = template.find_resources("Custom::BedrockModelInvocationJob").values()
    needed = {
        name
        for name, resource in template.to_json()["Resources"].items()
        if re.search("OutputBucket|InputBucket|ServiceRole|EventInvokeConfig", name)
    }
    assert len(needed) == 6
    assert set(job["DependsOn"]) == needed
    assert "DeletionPolicy" not in job


@pytest.mark.parametrize(
    ("construct_id", "prefix"),
    [
        ("Job", "Job"),
        ("nightly_summaries v2", "nightly-summaries-v2"),
        ("--é--x--", "x"),
        ("a" * 21 + "-" + "b" * 20, "a" * 21),
        ("a" * 23, "a" * 22),
    ],
)
def test_the_name_prefix_is_made_of_the_construct_id(
    declare: Declare, job_properties: Properties, construct_id: str, prefix: str
) -> None:
    declare(construct_id)
    assert job_properties()["JobNamePrefix"] == prefix


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"timeout": Duration.hours(12)}, "timeout must be between 24 and 168 hours, got 12"),
        ({"timeout": Duration.hours(169)}, "timeout must be between 24 and 168 hours, got 169"),
        ({"timeout": Duration.minutes(1470)}, "timeout must be a whole number of hours, got 1 day 30 minutes"),
        ({"timeout": Duration.hours(Token.as_number({"Ref": "Hours"}))}, "timeout must not be a token"),
        ({"run_id": ""}, "run_id must be 1 to 64 letters, digits and ._:/=+@- characters, got ''"),
        ({"run_id": 2}, "run_id must be a string, got int"),
        (
            {"job_name_prefix": "-x"},
            "job_name_prefix must be 1 to 22 letters, digits and hyphens and must not start with a hyphen, got '-x'",
        ),
        (
            {"job_name_prefix": "x" * 23},
            f"job_name_prefix must be 1 to 22 letters, digits and hyphens and must not start with a hyphen, "
            f"got '{'x' * 23}'",
        ),
        (
            {"output_prefix": "a=b"},
            "output_prefix must be a path of letters, digits and -!_'(). with single slashes, got 'a=b/'",
        ),
        ({"tags": {f"{n}": "" for n in range(201)}}, "a job may have 200 tags at most, got 201"),
        ({"tags": {"aws:x": ""}}, "a tag key must not start with aws:, got 'aws:x'"),
        (
            {"tags": {"a": 1}},
            "tags must be a mapping of strings to strings, got dict of int, str",
        ),
        (
            {"tags": {"": ""}},
            "a tag key must be 1 to 128 letters, digits, spaces and ._:/=+@- characters, got ''",
        ),
        (
            {"tags": {"a": "#"}},
            "a tag value of 'a' must be 0 to 256 letters, digits, spaces and ._:/=+@- characters, got '#'",
        ),
        ({"subnets": ec2.SubnetSelection()}, "subnets and security_groups need vpc"),
        ({"security_groups": []}, "subnets and security_groups need vpc"),
    ],
)
def test_fails_on_an_option_that_the_api_refuses(declare: Declare, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        declare(**options)
    assert str(error.value) == reason


def test_no_tag_is_kept_for_the_library(declare: Declare, job_properties: Properties) -> None:
    declare(tags={"cdk-bedrock-batch-resource": "theirs"})
    assert job_properties()["Job"]["tags"] == [{"key": "cdk-bedrock-batch-resource", "value": "theirs"}]


def test_fails_on_an_id_of_which_no_name_can_be_made(declare: Declare) -> None:
    with pytest.raises(
        ValueError,
        match=r"^the construct id of a job must have a letter or digit from which its name is made, got '日本'$",
    ):
        declare("日本")


def test_fails_on_a_network_that_the_api_refuses(stack: Stack, declare: Declare) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    groups = [ec2.SecurityGroup(stack, f"Group{number}", vpc=vpc) for number in range(6)]
    with pytest.raises(
        ValueError, match=r"^vpc needs security_groups: CreateModelInvocationJob has no default for them$"
    ):
        declare("One", vpc=vpc)
    with pytest.raises(ValueError, match=r"^security_groups must be 1 to 5, got 6$"):
        declare("Two", vpc=vpc, security_groups=groups)
    many = ec2.SubnetSelection(subnets=[vpc.private_subnets[0]] * 17)
    with pytest.raises(ValueError, match=r"^subnets must be 1 to 16, got 17$"):
        declare("Three", vpc=vpc, security_groups=groups[:1], subnets=many)


def test_chosen_subnets_of_a_vpc_in_the_stack_are_used(
    stack: Stack, declare: Declare, job_properties: Properties
) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    declare(
        vpc=vpc,
        security_groups=[ec2.SecurityGroup(stack, "Group", vpc=vpc)],
        subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
    )
    chosen = job_properties()["Job"]["vpcConfig"]["subnetIds"]
    assert len(chosen) == 2
    assert all("PublicSubnet" in name for name in chosen)


def test_the_same_job_in_two_stages_makes_the_same_template_but_for_its_own_prefix(app: App, declare: Declare) -> None:
    templates = []
    for name in ("Test", "Production"):
        stack = Stack(Stage(app, name), "Stack")
        bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "theirs")
        declare(scope=stack, input=JobInput.from_bucket(bucket, prefix="in"), output_prefix="answers")
        templates.append(Template.from_stack(stack).to_json())
    assert templates[0] == templates[1]
