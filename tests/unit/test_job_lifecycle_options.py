"""Gate and removal: what the handler is told, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Annotations, Match, Template

from cdk_bedrock_batch import JobGate, ModelInvocationJob, OnRemoval
from unit.templates import is_service_role

Declare = Callable[..., ModelInvocationJob]


def test_by_default_the_handler_is_told_nothing_of_them(declare: Declare, job_properties: Callable[[], Any]) -> None:
    declare()

    assert not {"Gate", "GateSeconds", "OnRemoval", "Hold"} & job_properties().keys()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"gate": JobGate.VALIDATED}, {"Gate": "VALIDATED", "GateSeconds": "600"}),
        (
            {"gate": JobGate.VALIDATED, "gate_timeout": Duration.minutes(12)},
            {"Gate": "VALIDATED", "GateSeconds": "720"},
        ),
        ({"on_removal": OnRemoval.LEAVE_RUNNING}, {"OnRemoval": "LEAVE_RUNNING"}),
        ({"hold": True}, {"Hold": "true"}),
    ],
)
def test_each_of_them_reaches_the_handler(
    declare: Declare, job_properties: Callable[[], Any], options: dict[str, Any], told: dict[str, str]
) -> None:
    declare(**options)

    assert told.items() <= job_properties().items()


def test_a_held_job_is_told_of_without_a_warning(stack: Stack, declare: Declare) -> None:
    """Its role, its grants and its outputs are those of any other job."""
    job = declare(hold=True)
    job.grant_stop(iam.Role.from_role_arn(stack, "Reader", "arn:aws:iam::111122223333:role/reader"))
    CfnOutput(stack, "OutputUri", value=job.output_uri)

    found = Annotations.from_stack(stack)
    found.has_info("/Stack/Job", Match.string_like_regexp("hold: this job does not start"))
    found.has_no_warning("*", Match.any_value())


def test_without_hold_nothing_is_told(stack: Stack, declare: Declare) -> None:
    declare()

    Annotations.from_stack(stack).has_no_info("*", Match.any_value())


@pytest.mark.parametrize("value", ["true", 1, None])
def test_fails_on_hold_that_is_no_bool(declare: Declare, value: object) -> None:
    with pytest.raises(ValueError, match=r"^hold must be .*, got "):
        declare(hold=value)


@pytest.mark.parametrize(("on_removal", "policy"), [(OnRemoval.STOP, None), (OnRemoval.LEAVE_RUNNING, "Retain")])
def test_a_job_that_is_left_running_keeps_its_role(
    stack: Stack, declare: Declare, on_removal: OnRemoval, policy: str | None
) -> None:
    declare(on_removal=on_removal)
    roles = Template.from_stack(stack).find_resources("AWS::IAM::Role").values()
    (role,) = (role for role in roles if is_service_role(role))

    assert (role.get("DeletionPolicy"), role.get("UpdateReplacePolicy")) == (policy, policy)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"gate_timeout": Duration.minutes(1)}, "gate_timeout needs gate=JobGate.VALIDATED"),
        (
            {"gate": JobGate.VALIDATED, "gate_timeout": Duration.minutes(13)},
            "gate_timeout must be between 1 second and 12 minutes, got 13 minutes",
        ),
        (
            {"gate": JobGate.VALIDATED, "gate_timeout": Duration.millis(1500)},
            "gate_timeout must be between 1 second and 12 minutes, got",
        ),
        (
            {"gate": JobGate.VALIDATED, "gate_timeout": Duration.seconds(0)},
            "gate_timeout must be between 1 second and 12 minutes, got",
        ),
    ],
)
def test_fails_on_what_could_not_work(declare: Declare, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        declare(**options)
