"""Every way to declare a job, by name: what the checkers of this folder, and whoever else wants all of them, run over.

A further one is a function of a stack below, under `@configuration` with one sentence that says what it stands for.
Things that a user would bring are imported, so that whatever a checker finds is of the library's making.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from aws_cdk import Duration, Environment, RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from cdk_bedrock_batch import (
    BatchModel,
    BatchStorage,
    InvocationType,
    JobGate,
    JobInput,
    ModelInvocationJob,
    OnRemoval,
    read_job_files,
)

ACCOUNT: Final = "111122223333"
REGION: Final = "us-east-1"
ENVIRONMENT: Final = Environment(account=ACCOUNT, region=REGION)

_ROOT: Final = Path(__file__).parents[2]
_PROMPTS: Final = _ROOT / "jobs/prompts/ticket-triage.jsonl"
_FOUNDATION_MODEL: Final = "amazon.nova-lite-v1:0"
_GEOGRAPHIC_PROFILE: Final = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
_GLOBAL_PROFILE: Final = "global.anthropic.claude-haiku-4-5-20251001-v1:0"
_BEDROCK: Final = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:"

Build = Callable[[Stack], None]


@dataclass(frozen=True, slots=True)
class Configuration:
    """A way to declare jobs; `build` adds them to a stack, whose environment may be known or not."""

    name: str
    title: str
    build: Build


CONFIGURATIONS: Final[list[Configuration]] = []


def configuration(title: str) -> Callable[[Build], Build]:
    """Enter a function into `CONFIGURATIONS` under its own name."""

    def enter(build: Build) -> Build:
        name = build.__name__.removeprefix("_").replace("_", "-")
        CONFIGURATIONS.append(Configuration(name, title, build))
        return build

    return enter


def job(stack: Stack, construct_id: str = "Job", **options: Any) -> ModelInvocationJob:
    """Declare a job with any options; a foundation model over a file unless they say otherwise."""
    options.setdefault("model", BatchModel.of(_FOUNDATION_MODEL))
    if "input" not in options:
        options["input"] = JobInput.from_file(_PROMPTS)
    return ModelInvocationJob(stack, construct_id, **options)


def shipped_app() -> ModuleType:
    """The module `app.py`, which lies beside the packages and not in one."""
    spec = importlib.util.spec_from_file_location("shipped_app", _ROOT / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _network(stack: Stack) -> dict[str, Any]:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-1",
        availability_zones=["a", "b"],
        private_subnet_ids=["subnet-1", "subnet-2"],
        private_subnet_route_table_ids=["rtb-1", "rtb-2"],
    )
    return {
        "vpc": vpc,
        "subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
        "security_groups": [ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")],
    }


def _brought_key(stack: Stack) -> kms.IKey:
    key_id = "1234abcd-12ab-34cd-56ef-1234567890ab"
    return kms.Key.from_key_arn(stack, "Key", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key_id}")


@configuration("A foundation model reads a file and answers into the stack's own storage.")
def _foundation_model(stack: Stack) -> None:
    job(stack)


@configuration("A geographic inference profile.")
def _geographic_profile(stack: Stack) -> None:
    job(stack, model=BatchModel.of(_GEOGRAPHIC_PROFILE))


@configuration("A global inference profile.")
def _global_profile(stack: Stack) -> None:
    job(stack, model=BatchModel.of(_GLOBAL_PROFILE))


@configuration("An application inference profile over one model.")
def _application_profile(stack: Stack) -> None:
    profile = f"{_BEDROCK}application-inference-profile/abcd1234"
    models = [_FOUNDATION_MODEL]
    job(stack, model=BatchModel.application_inference_profile(profile, foundation_models=models))


@configuration("A custom model.")
def _custom_model(stack: Stack) -> None:
    arn = f"{_BEDROCK}custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6"
    job(stack, model=BatchModel.custom_model(arn))


@configuration("One object of the storage's input bucket.")
def _bucket_key(stack: Stack) -> None:
    storage = BatchStorage(stack, "Storage")
    job(stack, storage=storage, input=JobInput.from_bucket(storage.input_bucket, key="in/prompts.jsonl"))


@configuration("A folder of the storage's input bucket.")
def _bucket_prefix(stack: Stack) -> None:
    storage = BatchStorage(stack, "Storage")
    job(stack, storage=storage, input=JobInput.from_bucket(storage.input_bucket, prefix="in"))


@configuration("A whole bucket of another account.")
def _whole_bucket(stack: Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "their-prompts")
    job(stack, input=JobInput.from_bucket(bucket, prefix="", bucket_owner="444455556666"))


@configuration("Storage that is emptied and deleted with the stack, with every retention set.")
def _destroy(stack: Stack) -> None:
    storage = BatchStorage(
        stack,
        "Storage",
        removal_policy=RemovalPolicy.DESTROY,
        input_retention=Duration.days(30),
        output_retention=Duration.days(90),
        access_log_retention=Duration.days(400),
    )
    job(stack, storage=storage)


@configuration("Buckets and key of the user's.")
def _brought_buckets(stack: Stack) -> None:
    storage = BatchStorage(
        stack,
        "Storage",
        key=_brought_key(stack),
        input_bucket=s3.Bucket.from_bucket_name(stack, "Input", "their-prompts"),
        output_bucket=s3.Bucket.from_bucket_name(stack, "Output", "their-answers"),
    )
    job(stack, storage=storage, input=JobInput.from_bucket(storage.input_bucket, prefix="in"))


@configuration("The user's key under buckets that are made here, whose access logs go to a bucket of the user's.")
def _brought_key_and_log_bucket(stack: Stack) -> None:
    logs = s3.Bucket.from_bucket_name(stack, "Logs", "their-logs")
    job(stack, storage=BatchStorage(stack, "Storage", key=_brought_key(stack), access_log_bucket=logs))


@configuration("A VPC.")
def _vpc(stack: Stack) -> None:
    job(stack, **_network(stack))


@configuration("A role of the user's, declared in the same stack and used by two jobs.")
def _brought_role(stack: Stack) -> None:
    role = iam.Role(stack, "Theirs", assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))
    job(stack, "One", service_role=role, model=BatchModel.of(_GEOGRAPHIC_PROFILE), **_network(stack))
    job(stack, "Two", service_role=role)


@configuration("A role of the user's, known by its ARN, to which policies may be added.")
def _imported_role(stack: Stack) -> None:
    role = iam.Role.from_role_arn(stack, "Theirs", f"arn:aws:iam::{ACCOUNT}:role/theirs")
    job(stack, service_role=role)


@configuration("A role of the user's to which nothing may be added.")
def _immutable_role(stack: Stack) -> None:
    role = iam.Role.from_role_arn(stack, "Theirs", f"arn:aws:iam::{ACCOUNT}:role/theirs", mutable=False)
    job(stack, service_role=role)


@configuration("A deployment that waits until the job is validated.")
def _validated(stack: Stack) -> None:
    job(stack, gate=JobGate.VALIDATED, gate_timeout=Duration.minutes(5))


@configuration("A job that runs on when it leaves its stack.")
def _left_running(stack: Stack) -> None:
    job(stack, on_removal=OnRemoval.LEAVE_RUNNING)


@configuration("Every option at once, on every kind of model.")
def _all_options(stack: Stack) -> None:
    storage = BatchStorage(stack, "Storage", removal_policy=RemovalPolicy.DESTROY)
    network = _network(stack)
    for number, model in enumerate([_FOUNDATION_MODEL, _GEOGRAPHIC_PROFILE, _GLOBAL_PROFILE]):
        job(
            stack,
            f"Job{number}",
            model=BatchModel.of(model),
            input=JobInput.from_bucket(storage.input_bucket, prefix=f"in/{number}", digest="0" * 64),
            storage=storage,
            invocation_type=InvocationType.CONVERSE,
            timeout=Duration.hours(48),
            run_id="2",
            tags={"team": "support"},
            job_name_prefix=f"support-{number}",
            output_prefix=f"answers/{number}",
            gate=JobGate.VALIDATED,
            on_removal=OnRemoval.LEAVE_RUNNING,
            adopt_job_arn=f"{_BEDROCK}model-invocation-job/abcdefghij{number:02}",
            **network,
        )


@configuration("The app's own stack: each shipped job file a job.")
def _app(stack: Stack) -> None:
    storage = BatchStorage(stack, "Storage")
    for file in read_job_files(_ROOT / "jobs"):
        shipped_app().declare(stack, file, storage)
