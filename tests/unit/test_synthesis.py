"""Properties of whole templates: rules, sizes, sameness."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match, Template
from cdk_nag import AwsSolutionsChecks

from bedrock_batch import limits
from cdk_bedrock_batch import BatchModel, BatchServiceRole, BatchStorage, JobInput, ModelInvocationJob, Outcome
from cdk_bedrock_batch._template.stack_view import StackView
from cdk_bedrock_batch.handler import BatchHandler
from cdk_bedrock_batch.monitoring import outcome_function

CONTEXT = json.loads((Path(__file__).parents[2] / "cdk.json").read_text(encoding="utf-8"))["context"]
MODELS = [
    "anthropic.claude-haiku-4-5-20251001-v1:0",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "global.anthropic.claude-haiku-4-5-20251001-v1:0",
]
Declare = Callable[..., ModelInvocationJob]


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One hundred records of Claude, whose ids are long."""
    path = tmp_path_factory.mktemp("claude") / "prompts.jsonl"
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9}
    messages = ([{"role": "user", "content": [{"type": "text", "text": f"{number}"}]}] for number in range(100))
    records = ({"modelInput": {**body, "messages": each}} for each in messages)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def violations(stack: Stack) -> list[str]:
    return [violation.rule_name for violation in AwsSolutionsChecks().validate_scope(stack).violations]


@pytest.mark.parametrize("context", [{}, CONTEXT], ids=["no flags", "flags of the app"])
@pytest.mark.parametrize("model", MODELS)
def test_the_aws_solutions_rules_find_nothing(context: dict[str, object], model: str, prompts: Path) -> None:
    stack = Stack(App(context=context), "Stack")
    storage = BatchStorage(stack, "Storage")
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-1", availability_zones=["a"], private_subnet_ids=["subnet-1"]
    )
    for construct_id, source in {
        "FromFile": JobInput.from_file(prompts),
        "FromBucket": JobInput.from_bucket(storage.input_bucket, prefix="in"),
    }.items():
        ModelInvocationJob(
            stack,
            construct_id,
            model=BatchModel.from_model_id(model),
            input=source,
            storage=storage,
            vpc=vpc,
            security_groups=[ec2.SecurityGroup.from_security_group_id(stack, f"{construct_id}Group", "sg-1")],
        )
    assert violations(stack) == []


def test_the_aws_solutions_rules_do_find_what_is_wrong(stack: Stack, declare: Declare) -> None:
    job = declare(model=BatchModel.from_model_id(MODELS[0]))
    job.service_role.add_to_principal_policy(iam.PolicyStatement(actions=["s3:*"], resources=["*"]))
    s3.Bucket(stack, "Open")
    found = violations(stack)
    assert {"AwsSolutions-S1", "AwsSolutions-S10", "AwsSolutions-IAM5[Action::s3:*]"} <= set(found)
    assert "AwsSolutions-IAM5[Resource::*]" in found


def synthesize(
    folder: Path, prompts: Path, jobs: int, model: str, *, share: bool = False, notifies: bool = False
) -> tuple[int, int]:
    """Bytes and resources of a stack's template file."""
    app = App(outdir=str(folder), context={**CONTEXT, "aws:cdk:enable-path-metadata": True})
    stack = Stack(app, "Stack")
    source = JobInput.from_file(prompts)
    shared = BatchServiceRole(stack, "Shared") if share else None
    topic = sns.Topic(stack, "Topic") if notifies else None
    for number in range(jobs):
        ModelInvocationJob(
            stack,
            f"TicketSummaries{number:03}",
            model=BatchModel.from_model_id(model),
            input=source,
            timeout=Duration.hours(48),
            tags={"team": "support"},
            service_role=shared,
            notify=topic,
        )
    app.synth()
    text = (folder / "Stack.template.json").read_bytes()
    return len(text), len(json.loads(text)["Resources"])


LONG = "TicketSummariesOfTheNorthernRegion"


@pytest.mark.parametrize(
    ("options", "most"),
    [
        ({"model": BatchModel.from_model_id(MODELS[0])}, 4_400),
        ({"model": BatchModel.from_model_id(MODELS[1])}, 4_600),
        ({"model": BatchModel.from_model_id(MODELS[2])}, 4_900),
        ({"model": BatchModel.from_model_id(MODELS[1]), "tags": {f"tag-{each}": "x" * 40 for each in range(5)}}, 5_000),
        ({"model": BatchModel.from_model_id(MODELS[2]), "output_prefix": "of/their/own"}, 4_900),
        ({"model": BatchModel.from_model_id(MODELS[2]), "outcome": Outcome()}, 5_100),
    ],
    ids=["model", "geographic", "global", "tags", "prefix", "outcome"],
)
@pytest.mark.parametrize("env", [None, Environment(account="111122223333", region="eu-central-1")])
@pytest.mark.parametrize("shares", [False, True])
def test_a_job_takes_what_it_is_counted_for(
    tmp_path: Path, prompts: Path, options: dict[str, Any], most: int, env: Environment | None, *, shares: bool
) -> None:
    """In a template, with metadata as the CDK CLI asks for it."""
    app = App(outdir=str(tmp_path), context={**CONTEXT, "aws:cdk:enable-path-metadata": True})
    stack = Stack(app, "Reports-Of-The-Northern-Region", env=env)
    role = BatchServiceRole(stack, "Shared") if shares else None
    job = ModelInvocationJob(stack, LONG, input=JobInput.from_file(prompts), service_role=role, **options)
    app.synth()
    resources = json.loads((tmp_path / f"{stack.stack_name}.template.json").read_text("utf-8"))["Resources"]
    taken = sum(
        len(json.dumps({name: each}, separators=(",", ":")))
        for name, each in resources.items()
        if name.startswith(LONG[:20])
    )
    counted = BatchHandler._of_stack(StackView.around(job))._room.taken_bytes
    if "outcome" in options:
        # The function is counted once a stack.
        counted -= outcome_function._BYTES

    assert taken <= counted <= taken * 1.15, (taken, counted)
    assert taken <= most


@pytest.mark.soak
def test_200_jobs_with_a_role_each_fit_into_one_stack(tmp_path: Path, prompts: Path) -> None:
    size, resources = synthesize(tmp_path / "out", prompts, 200, MODELS[2])
    assert size <= limits.TEMPLATE_BYTES
    assert resources == 11 + 2 * 200


@pytest.mark.soak
def test_200_jobs_that_notify_a_topic_fit_into_one_stack(tmp_path: Path, prompts: Path) -> None:
    size, resources = synthesize(tmp_path / "out", prompts, 200, MODELS[2], notifies=True)
    assert size <= limits.TEMPLATE_BYTES
    # The function with its role, log group, settings, rules and permissions; a rule, three alarms, topic and policy.
    assert resources == 11 + 2 * 200 + 8 + 4 + 2


@pytest.mark.soak
def test_460_jobs_that_share_a_role_fit_into_one_stack(tmp_path: Path, prompts: Path) -> None:
    size, resources = synthesize(tmp_path / "out", prompts, 460, MODELS[2], share=True)
    assert size <= limits.TEMPLATE_BYTES
    assert resources == 12 + 460


def test_the_same_job_in_two_stacks_makes_the_same_template(app: App, declare: Declare) -> None:
    stacks = [Stack(app, name) for name in ("One", "Two")]
    for stack in stacks:
        bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "theirs")
        declare(scope=stack, input=JobInput.from_bucket(bucket, prefix="in"), output_prefix="answers")
    templates = [Template.from_stack(stack).to_json() for stack in stacks]
    assert templates[0] == templates[1]


def test_a_template_names_no_partition_region_or_account(stack: Stack, declare: Declare) -> None:
    declare(
        model=BatchModel.from_model_id("global.anthropic.claude-haiku-4-5-20251001-v1:0"),
        storage=BatchStorage(stack, "Storage"),
    )
    text = json.dumps(Template.from_stack(stack).to_json())
    for fixed in ("arn:aws", "us-east-1", "unknown-account", "unknown-region", "amazonaws.com.cn"):
        assert fixed not in text


def test_a_stack_whose_buckets_are_emptied_on_removal_warns_of_nothing(stack: Stack, declare: Declare) -> None:
    model = BatchModel.from_model_id(MODELS[0])
    declare(model=model, storage=BatchStorage(stack, "Storage", removal_policy=RemovalPolicy.DESTROY))
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
    Annotations.from_stack(stack).has_no_error("*", Match.any_value())
