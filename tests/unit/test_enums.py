"""An enum's text counts as its member or is refused, wherever an option takes an enum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchStorage, InvocationType, JobGate, ModelInvocationJob, OnRemoval
from unit.signatures import enums, parameters

Declare = Callable[..., ModelInvocationJob]
# Each option with an enum: a member that is not the default, and what it shows in a template.
OPTIONS = {
    "ModelInvocationJob(invocation_type)": (InvocationType.CONVERSE, '"modelInvocationType": "Converse"'),
    "ModelInvocationJob(gate)": (JobGate.VALIDATED, '"Gate": "VALIDATED"'),
    "ModelInvocationJob(on_removal)": (OnRemoval.LEAVE_RUNNING, '"OnRemoval": "LEAVE_RUNNING"'),
    "BatchStorage(removal_policy)": ("DESTROY", "Custom::S3AutoDeleteObjects"),
}
# Another way to the same option: the stacks of a folder have it.
OF_FOLDERS = {"declare_job_files(removal_policy)"}


@pytest.fixture
def make(stack: Stack, declare: Declare) -> Callable[..., object]:
    def made(name: str, value: Any) -> object:
        owner, _, option = name.removesuffix(")").partition("(")
        return (
            declare(**{option: value}) if owner == "ModelInvocationJob" else BatchStorage(stack, "S", **{option: value})
        )

    return made


def test_every_option_with_an_enum_is_here() -> None:
    found = set().union(*(parameters(name) for name in enums()))

    # The library itself calls this one.
    assert found - {"RequiredPolicy.of(kind)"} == set(OPTIONS) | OF_FOLDERS


@pytest.mark.parametrize("name", OPTIONS)
def test_its_text_is_its_member(stack: Stack, make: Callable[..., object], name: str) -> None:
    value, shown = OPTIONS[name]
    make(name, str(value))

    assert shown in str(Template.from_stack(stack).to_json()).replace("'", '"')


@pytest.mark.parametrize("value", ["DONE", "validated", "", None, 1, True])
@pytest.mark.parametrize("name", OPTIONS)
def test_fails_on_any_other_value_with_those_that_there_are(
    make: Callable[..., object], name: str, value: object
) -> None:
    option = name.partition("(")[2].removesuffix(")")

    with pytest.raises(ValueError, match=rf"^{option} must be one of \w+, .*, got {value!r}$"):
        make(name, value)


def test_the_gate_timeout_goes_with_the_text(declare: Declare) -> None:
    with pytest.raises(ValueError, match=r"^gate_timeout needs gate=JobGate\.VALIDATED$"):
        declare("Not", gate="SUBMITTED", gate_timeout=Duration.minutes(1))
    declare(gate="VALIDATED", gate_timeout=Duration.minutes(1))
