"""What a template says: the same for the same code, in every partition, within every limit."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks

from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.client import InProcessClient
from bedrock_batch_local.engine.clock import ManualClock
from cdk_bedrock_batch import BatchModel, BatchStorage, JobInput
from handler.scenario import scenario
from handler.world import ACCOUNT, properties, response_url, world_around
from lifecycle.scenarios.synthesis import JOB, NOVA, declare, of_type, template_of

PLACES = [
    ("aws", "us-east-1"),
    ("aws-cn", "cn-north-1"),
    ("aws-us-gov", "us-gov-west-1"),
    ("aws-iso", "us-iso-east-1"),
]


@scenario(56)
def test_the_same_declaration_is_the_same_bytes_and_acknowledges_only_known_wildcards(prompts: Path) -> None:
    """CDK and cdk-nag 3 as installed -> synth twice byte-equal; no finding, only listed acknowledgements."""
    texts, acknowledged = set(), set()
    for _ in range(2):
        stack = Stack(App(), "Stack")
        declare(stack, prompts, storage=BatchStorage(stack, "Storage"), tags={"team": "support"})
        texts.add(json.dumps(Template.from_stack(stack).to_json()))
        assert AwsSolutionsChecks().validate_scope(stack).violations == []
        for construct in stack.node.find_all():
            for entry in construct.node.metadata:
                if entry.type == "aws:cdk:acknowledged-rules":
                    acknowledged |= set(entry.data)
    assert len(texts) == 1
    # tests/security lists the others; of wildcards there are these eight.
    assert len([rule for rule in acknowledged if rule.startswith("Annotation::AwsSolutions-IAM5[")]) == 8


@scenario(57)
def test_a_template_names_no_partition_region_or_suffix(prompts: Path) -> None:
    """Partitions/Regions: no `arn:aws:` literal, right suffixes; agnostic stacks use tokens -> nothing fixed."""
    text = json.dumps(
        template_of(lambda stack: declare(stack, prompts, model=BatchModel.from_model_id(f"global.{NOVA}")))
    )

    assert "arn:${AWS::Partition}:bedrock:${AWS::Region}" in text
    assert "s3.${AWS::Region}.${AWS::URLSuffix}" in text
    for fixed in ("arn:aws", "us-east-1", "amazonaws.com.cn", "unknown-"):
        assert fixed not in text


@scenario(57)
@pytest.mark.parametrize(("partition", "region"), PLACES)
def test_the_handler_works_in_every_partition(partition: str, region: str) -> None:
    """Create and Delete in aws, aws-cn, aws-us-gov, iso -> the job of that partition starts and is stopped."""
    clock = ManualClock()
    engine = BatchEngine(clock)
    client = InProcessClient(engine, account=ACCOUNT, region=region)
    world = world_around(engine, client, clock)
    stack_id = f"arn:{partition}:cloudformation:{region}:{ACCOUNT}:stack/Reports/0a1b2c3d"
    role = f"arn:{partition}:iam::{ACCOUNT}:role/Service"
    props = properties(Job={"modelId": NOVA, "roleArn": role})

    members: dict[str, Any] = {
        "StackId": stack_id,
        "ResponseURL": response_url(stack_id, world.clock.now()),
        "ResourceProperties": props,
    }

    arn = world.deliver(world.event("Create", **members))["PhysicalResourceId"]
    assert arn.startswith(f"arn:{partition}:bedrock:{region}:{ACCOUNT}:model-invocation-job/")
    world.deliver(world.event("Delete", **members, PhysicalResourceId=arn))
    assert (world.status(arn), world.started) == ("Stopped", 1)


@scenario(58)
@pytest.mark.parametrize("jobs", [1, 47, 48, pytest.param(100, marks=pytest.mark.soak)])
def test_any_number_of_jobs_keeps_one_policy_and_fits(tmp_path: Path, prompts: Path, jobs: int) -> None:
    """1, 47, 48, 100 jobs in one stack -> policy size under limit, resources < 500, template < 1 MB."""
    app = App(outdir=str(tmp_path))
    stack = Stack(app, "Stack")
    source = JobInput.from_file(prompts)
    for number in range(jobs):
        declare(stack, prompts, f"Job{number}", input=source)
    app.synth()
    text = (tmp_path / "Stack.template.json").read_text("utf-8")
    resources = json.loads(text)["Resources"]

    (role,) = (each for name, each in resources.items() if name.startswith("BedrockBatchHandlerRole"))
    policy = json.dumps(role["Properties"]["Policies"], separators=(",", ":"))
    assert len(policy) < 10_240 / 2
    assert (len(resources) < 500, len(text.encode()) < 1_000_000) == (True, True)
    assert len(of_type({"Resources": resources}, JOB)) == jobs


@scenario(58)
@pytest.mark.soak
def test_what_does_not_fit_fails_at_synthesis_with_advice(prompts: Path) -> None:
    """More models than the handler's policy holds -> fails at synth with advice."""
    stack = Stack(App(), "Stack")
    source = JobInput.from_file(prompts)

    def job(number: int) -> None:
        declare(
            stack, prompts, f"Job{number}", input=source, model=BatchModel.from_model_id(f"amazon.nova-x{number}-v1:0")
        )

    fitting = 60
    for number in range(fitting):
        job(number)
    with pytest.raises(ValueError, match="put some of the jobs into another stack"):  # noqa: PT012 - whichever of them
        for number in range(fitting, 2 * fitting):
            job(number)


@scenario(62)
def test_the_log_group_cannot_come_back_after_its_deletion(prompts: Path) -> None:
    """Log group: no re-creation after delete; redeploy with the same name works -> made name, no right to create."""
    template = template_of(lambda stack: declare(stack, prompts))
    ((name, group),) = of_type(template, "AWS::Logs::LogGroup").items()
    (function,) = of_type(template, "AWS::Lambda::Function").values()

    assert ("LogGroupName" in group["Properties"], group["DeletionPolicy"]) == (False, "Delete")
    assert function["Properties"]["LoggingConfig"] == {"LogGroup": {"Ref": name}}
    roles = json.dumps(of_type(template, "AWS::IAM::Role"))
    assert "logs:PutLogEvents" in roles
    assert "logs:CreateLogGroup" not in roles
    assert "AWSLambdaBasicExecutionRole" not in roles
