"""Mistakes that a user can make with models, keys, buckets, roles and networks; each is made, for its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aws_cdk import App, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from bedrock_batch_local.work.batch_work import MAY_NOT_INVOKE, NOT_SUBSCRIBED
from bedrock_batch_local.work.bucket import _no_access
from cdk_bedrock_batch import BatchModel, BatchServiceRole, JobInput, ModelInvocationJob
from cdk_bedrock_batch._template.stack_view import StackView
from cdk_bedrock_batch.handler import BatchHandler
from security.brought import network
from security.registry import ACCOUNT, ENVIRONMENT, FOUNDATION_MODEL, OTHER_ACCOUNT, REGION, job

SYNTHESIS: Final = "synthesis, as an error"
WARNING: Final = "synthesis, as a warning"
JOB: Final = "status message of the failed job, minutes after its start"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, when it shows, and how to get the text."""

    what: str
    when: str
    text: Callable[[], str]


def _error(make: Callable[[Stack], object]) -> Callable[[], str]:
    def text() -> str:
        try:
            make(_stack())
        except ValueError as error:
            return str(error)
        raise AssertionError("nothing was wrong")

    return text


def _warning(make: Callable[[Stack], ModelInvocationJob]) -> Callable[[], str]:
    def text() -> str:
        made = make(_stack())
        return " / ".join(
            str(entry.data).partition(": [")[0] for entry in made.node.metadata if entry.type == "aws:cdk:warning"
        )

    return text


def _stack() -> Stack:
    return Stack(App(), "Reports", env=ENVIRONMENT)


def _many_subnets(stack: Stack) -> object:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Wide",
        vpc_id="vpc-1",
        availability_zones=["a"],
        private_subnet_ids=[f"subnet-{number:017}" for number in range(17)],
        private_subnet_route_table_ids=[f"rtb-{number:017}" for number in range(17)],
    )
    return job(stack, **{**network(stack), "vpc": vpc, "subnets": None})


def _many_groups(stack: Stack) -> object:
    groups = [ec2.SecurityGroup.from_security_group_id(stack, f"Group{each}", f"sg-{each:017}") for each in range(6)]
    return job(stack, **{**network(stack), "security_groups": groups})


def _many_models(stack: Stack) -> object:
    profile = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:application-inference-profile/abcd1234"
    models = [f"amazon.nova-{number}-v1:0" for number in range(150)]
    return job(stack, model=BatchModel.from_application_inference_profile(profile, foundation_models=models))


def _many_models_of_one_role(stack: Stack) -> object:
    role = BatchServiceRole(stack, "SharedRole")
    return [
        job(stack, f"Job{number}", service_role=role, model=BatchModel.from_model_id(f"amazon.nova-{number}-v1:0"))
        for number in range(150)
    ]


def _many_jobs(stack: Stack) -> object:
    BatchHandler._of_stack(StackView.of(stack))._take_room(resources=460, size=0)
    return job(stack)


def _bucket(stack: Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "Theirs", "their-records")


def _role(stack: Stack, account: str) -> iam.IRole:
    return iam.Role.from_role_arn(stack, "Theirs", f"arn:aws:iam::{account}:role/theirs", mutable=False)


def _model(arn: str) -> Callable[[Stack], ModelInvocationJob]:
    return lambda stack: job(stack, model=BatchModel.from_model_id(arn))


MISTAKES: Final = (
    Mistake(
        "a model of another Region, by its ARN",
        SYNTHESIS,
        _error(_model(f"arn:aws:bedrock:eu-west-1::foundation-model/{FOUNDATION_MODEL}")),
    ),
    Mistake(
        "a profile of another account, by its ARN",
        SYNTHESIS,
        _error(_model(f"arn:aws:bedrock:{REGION}:{OTHER_ACCOUNT}:inference-profile/us.{FOUNDATION_MODEL}")),
    ),
    Mistake("a profile of another geography", WARNING, _warning(_model(f"eu.{FOUNDATION_MODEL}"))),
    Mistake("a profile of AWS GovCloud (US) elsewhere", SYNTHESIS, _error(_model(f"us-gov.{FOUNDATION_MODEL}"))),
    Mistake(
        "a bucket owner that is no account",
        SYNTHESIS,
        _error(lambda stack: JobInput.from_bucket(_bucket(stack), prefix="in", bucket_owner="1111-2222-3333")),
    ),
    Mistake(
        "a service role of another account",
        SYNTHESIS,
        _error(lambda stack: job(stack, service_role=_role(stack, OTHER_ACCOUNT))),
    ),
    Mistake(
        "a service role to which nothing can be added",
        WARNING,
        _warning(lambda stack: job(stack, service_role=_role(stack, ACCOUNT))),
    ),
    Mistake("a role path that is none", SYNTHESIS, _error(lambda stack: job(stack, role_path="team"))),
    Mistake("17 subnets", SYNTHESIS, _error(_many_subnets)),
    Mistake("6 security groups", SYNTHESIS, _error(_many_groups)),
    Mistake("more models than a role's policy has room for", SYNTHESIS, _error(_many_models)),
    Mistake("the same of a shared role", SYNTHESIS, _error(_many_models_of_one_role)),
    Mistake("more jobs than a stack has room for", SYNTHESIS, _error(_many_jobs)),
    Mistake(
        "records that the role may not read or decrypt, or under an alias or key that is missing",
        JOB,
        lambda: str(_no_access("GetObject", "their-records", "in/records.jsonl")),
    ),
    Mistake(
        "output that the role may not write or encrypt, or an alias or key that is missing",
        JOB,
        lambda: str(_no_access("PutObject", "their-output", "output/ab12cd34ef56/records.jsonl.out")),
    ),
    Mistake(
        "a role that may not invoke the model, or a model behind a profile if assumption A1 or A2 is wrong",
        JOB,
        lambda: MAY_NOT_INVOKE,
    ),
    Mistake(
        "a model of a third party to which nobody in the account has subscribed (see the README, Access to a model)",
        JOB,
        lambda: NOT_SUBSCRIBED,
    ),
    Mistake(
        "a model of Anthropic before the form about its use was sent (likewise)",
        "stack event, or status message of the failed job",
        # As reported; the embedded AWS knows no forms.
        lambda: (
            "Model use case details have not been submitted for this account. Fill out the Anthropic use case details "
            "form before using the model. If you have already filled out the form, try again in 15 minutes."
        ),
    ),
)
