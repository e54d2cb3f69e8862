"""The part of a job's name that its template knows, and the logical ids that it comes from."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, cast

import pytest
from aws_cdk import App, CfnOutput, CfnResource, NestedStack, Stack
from aws_cdk import aws_events as events
from aws_cdk.assertions import Template

from bedrock_batch import limits
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from cdk_bedrock_batch import ModelInvocationJob
from cdk_bedrock_batch._template.stack_view import StackView
from cdk_bedrock_batch.handler import BatchHandler

Declare = Callable[..., ModelInvocationJob]
STACK_ID = "arn:aws:cloudformation:us-east-1:111122223333:stack/Reports/0a1b2c3d-0000-1111-2222-333344445555"
# The longest attempt that a name of the handler's form can hold.
ATTEMPT = 99_999


def resource_of(job: ModelInvocationJob) -> CfnResource:
    return cast("CfnResource", job.node.default_child)


def logical_id(job: ModelInvocationJob) -> str:
    return cast("str", Stack.of(job).resolve(resource_of(job).logical_id))


def deployed(value: Any, stack_id: str = STACK_ID) -> Any:
    """What CloudFormation makes of a value in a stack of this id."""
    match value:
        case {"Ref": "AWS::StackId"}:
            return stack_id
        case {"Fn::Split": [delimiter, text]}:
            return deployed(text, stack_id).split(delimiter)
        case {"Fn::Select": [index, items]}:
            return deployed(items, stack_id)[int(index)]
        case {"Fn::Join": [delimiter, parts]}:
            return delimiter.join(deployed(part, stack_id) for part in parts)
        case str():
            return value
    raise AssertionError(f"not of a job's name: {value}")


def name_errors(stack: Stack) -> list[str]:
    return BatchHandler._of_stack(StackView.of(stack)).node.validate()


def test_it_is_known_in_the_template_from_stack_and_logical_id(stack: Stack, declare: Declare) -> None:
    job = declare()

    guid = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    group = {"Fn::Select": [0, {"Fn::Split": ["-", guid]}]}
    assert stack.resolve(job.job_name_part) == {"Fn::Join": ["", [group, logical_id(job)[-8:]]]}
    assert deployed(stack.resolve(job.job_name_part)) == f"0a1b2c3d{logical_id(job)[-8:]}"


@pytest.mark.parametrize("override", [None, "NightlySummaries", "Nightly", "N"])
def test_a_rule_that_holds_it_matches_the_names_that_the_handler_gives(
    stack: Stack, declare: Declare, override: str | None
) -> None:
    job = declare(job_name_prefix="p" * limits.JOB_NAME_PREFIX_LENGTH)
    if override:
        resource_of(job).override_logical_id(override)
    part = deployed(stack.resolve(job.job_name_part))
    resource = ResourceIdentity(STACK_ID, logical_id(job))

    assert part == resource.part
    for run, attempt in itertools.product("12", (1, ATTEMPT)):
        name = RunIdentity(resource, {"runId": run}).name("p" * limits.JOB_NAME_PREFIX_LENGTH, attempt)
        assert fnmatchcase(name, f"*-{part}-*")
        assert len(name) <= 63


def test_another_run_under_another_prefix_has_the_same(app: App, declare: Declare) -> None:
    one, two = (
        declare(scope=Stack(app, f"Stack{run}"), run_id=run, job_name_prefix=f"prefix-of-{run}") for run in "12"
    )

    assert Stack.of(one).resolve(one.job_name_part) == Stack.of(two).resolve(two.job_name_part)


def test_it_can_stand_in_the_pattern_of_a_rule(stack: Stack, declare: Declare) -> None:
    job = declare()
    pattern = {"batchJobName": [{"wildcard": f"*-{job.job_name_part}-*"}]}
    events.Rule(stack, "Rule", event_pattern=events.EventPattern(source=["aws.bedrock"], detail=pattern))

    (rule,) = Template.from_stack(stack).find_resources("AWS::Events::Rule").values()
    (found,) = rule["Properties"]["EventPattern"]["detail"]["batchJobName"]
    assert deployed(found["wildcard"]) == f"*-0a1b2c3d{logical_id(job)[-8:]}-*"


@pytest.mark.parametrize("nested", [False, True])
def test_in_another_stack_it_is_still_that_of_the_job(app: App, stack: Stack, declare: Declare, nested: bool) -> None:
    home: Stack = NestedStack(stack, "Nested") if nested else stack
    theirs = Stack(app, "Theirs")
    CfnOutput(theirs, "Part", value=declare(scope=home).job_name_part)

    exported = [
        output["Value"]["Ref"]
        for output in Template.from_stack(stack).find_outputs("*").values()
        if "Export" in output and "Ref" in output["Value"]
    ]
    text = str(Template.from_stack(theirs).find_outputs("Part"))
    assert "Fn::ImportValue" in text
    assert "AWS::StackId" not in text
    assert len(exported) == 1
    assert ("NestedStack" in exported[0]) is nested
    assert (exported[0] == "AWS::StackId") is not nested


@pytest.fixture
def alike(declare: Declare) -> list[ModelInvocationJob]:
    """Three jobs whose logical ids get the same end after they were declared."""
    jobs = [declare(name) for name in ("One", "Two", "Three")]
    for number, job in enumerate(jobs):
        resource_of(job).override_logical_id(f"Number{number}Summaries")
    return jobs


@pytest.mark.usefixtures("alike")
def test_fails_on_logical_ids_with_the_same_end(stack: Stack) -> None:
    assert name_errors(stack) == [
        f"the logical ids of the jobs Stack/One and Stack/{other} end with the same 8 characters, 'ummaries', by "
        "which the names of a stack's jobs are told apart; choose another construct id for one of them, or another "
        "logical id with job.node.default_child.override_logical_id"
        for other in ("Two", "Three")
    ]
    with pytest.raises(RuntimeError, match=r"\[Stack/BedrockBatchHandler\] the logical ids of the jobs Stack/One and "):
        Template.from_stack(stack)


def test_the_advice_in_that_error_helps(stack: Stack, alike: list[ModelInvocationJob]) -> None:
    for number, job in enumerate(alike):
        resource_of(job).override_logical_id(f"Summaries{number}")

    assert name_errors(stack) == []
    Template.from_stack(stack)


def test_the_same_end_in_another_stack_is_no_error(app: App, declare: Declare) -> None:
    for name in ("One", "Two"):
        resource_of(declare(scope=Stack(app, name))).override_logical_id("NightlySummaries")

    app.synth()
