"""Rules that are in another stack than their job."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aws_cdk import App, Aws, CfnOutput, Environment, NestedStack, Stack, Stage
from aws_cdk.assertions import Annotations, Match, Template

from cdk_bedrock_batch import ModelInvocationJob
from unit.rules import event, matches, names, pattern, rules
from unit.test_job_name import STACK_ID, resource_of

Declare = Callable[..., ModelInvocationJob]
OTHER_STACK_ID = STACK_ID.replace("0a1b2c3d", "ffffffff")
INFO = "this rule matches all jobs of the account and Region with names nightly-*<end>-*"


def deployed_before(app: App, name: str) -> list[str]:
    return [each.id for each in app.synth().get_stack_by_name(name).dependencies]


@pytest.fixture
def theirs(app: App) -> Stack:
    return Stack(app, "Theirs")


def test_it_knows_the_job_by_its_prefix_and_the_end_of_its_logical_id(
    stack: Stack, theirs: Stack, declare: Declare
) -> None:
    job, other = declare(job_name_prefix="nightly"), declare("Other", job_name_prefix="nightly")
    job.on_ended("Rule", cross_stack_scope=theirs)

    found = pattern(theirs)
    assert all(matches(found, event(name)) for name in names(job, "nightly"))
    # As the info says.
    assert all(matches(found, event(name)) for name in names(job, "nightly", OTHER_STACK_ID))
    assert not any(matches(found, event(name)) for name in (*names(other, "nightly"), *names(job, "nightly2")))
    assert "Fn::ImportValue" not in str(rules(theirs))
    Annotations.from_stack(theirs).has_info("/Theirs/Rule", Match.string_like_regexp(INFO.replace("*", r"\*")))
    assert rules(stack) == []


@pytest.mark.usefixtures("stack")
def test_its_stack_is_deployed_first(app: App, theirs: Stack, declare: Declare) -> None:
    declare(job_name_prefix="nightly").on_ended("Rule", cross_stack_scope=theirs)

    assert "Theirs" in deployed_before(app, "Stack")


@pytest.mark.usefixtures("stack")
def test_it_warns_if_its_stack_refers_to_that_of_the_job(app: App, theirs: Stack, declare: Declare) -> None:
    job = declare(job_name_prefix="nightly")
    job.on_ended("Rule", cross_stack_scope=theirs)
    CfnOutput(theirs, "Output", value=job.output_uri)

    assert "Theirs" not in deployed_before(app, "Stack")
    Annotations.from_stack(theirs).has_warning(
        "/Theirs/Rule",
        Match.string_like_regexp("the stack Theirs refers to Stack, so this rule is deployed after its job and misses"),
    )


@pytest.mark.parametrize("prefix", [None, Aws.REGION], ids=["default", "token"])
def test_fails_without_a_prefix_of_its_own(theirs: Stack, declare: Declare, prefix: str | None) -> None:
    job = declare(job_name_prefix=prefix)
    with pytest.raises(
        ValueError,
        match=r"^a rule in another stack needs a job with job_name_prefix, and without tokens: the id of the stack "
        r"Stack is not known in Theirs; give the job a job_name_prefix that no other stack of the account uses, or "
        r"leave cross_stack_scope out$",
    ):
        job.on_ended("Rule", cross_stack_scope=theirs)


def test_fails_on_a_logical_id_whose_end_tells_too_little(stack: Stack, theirs: Stack, declare: Declare) -> None:
    job = declare(job_name_prefix="nightly")
    job.on_ended("Rule", cross_stack_scope=theirs)
    resource_of(job).override_logical_id("Nightly")

    with pytest.raises(
        RuntimeError, match=r"\[Theirs/Rule\] the logical id of the job Stack/Job, 'Nightly', must have"
    ):
        Template.from_stack(stack)


@pytest.mark.parametrize(
    ("region", "account", "word"), [("eu-west-1", "111122223333", "Region"), ("us-east-1", "444455556666", "account")]
)
def test_fails_where_the_events_of_the_job_are_not_sent(
    app: App, declare: Declare, region: str, account: str, word: str
) -> None:
    ours = Stack(app, "Ours", env=Environment(account="111122223333", region="us-east-1"))
    elsewhere = Stack(app, "Elsewhere", env=Environment(account=account, region=region))
    job = declare(scope=ours, job_name_prefix="nightly")

    with pytest.raises(ValueError, match=rf"^a rule must be in the {word} of its job, whose events are on the event "):
        job.on_ended("Rule", cross_stack_scope=elsewhere)


def test_a_rule_in_a_nested_stack_is_made_before_the_job(stack: Stack, declare: Declare) -> None:
    nested = NestedStack(stack, "Nested")
    declare(job_name_prefix="nightly").on_ended("Rule", cross_stack_scope=nested)

    (job,) = Template.from_stack(stack).find_resources("Custom::BedrockModelInvocationJob").values()
    assert stack.resolve(nested.nested_stack_resource.logical_id) in job["DependsOn"]  # type: ignore[union-attr]  # it is nested


def test_a_job_in_a_nested_stack_is_made_after_the_rule_around_it(stack: Stack, declare: Declare) -> None:
    job = declare(scope=NestedStack(stack, "Nested"), job_name_prefix="nightly")
    rule = job.on_ended("Rule", cross_stack_scope=stack)

    (nested,) = Template.from_stack(stack).find_resources("AWS::CloudFormation::Stack").values()
    assert stack.resolve(rule.node.default_child.logical_id) in nested["DependsOn"]  # type: ignore[union-attr]  # of a rule


def test_both_in_a_nested_stack_are_in_one_stack(stack: Stack, declare: Declare) -> None:
    nested = NestedStack(stack, "Nested")
    job = declare(scope=nested)
    job.on_ended("Rule", cross_stack_scope=nested)

    assert all(matches(pattern(nested), event(name)) for name in names(job, "p"))


def test_in_another_stage_there_is_no_order(app: App, declare: Declare) -> None:
    ours, theirs = Stack(Stage(app, "One"), "Ours"), Stack(Stage(app, "Two"), "Theirs")
    declare(scope=ours, job_name_prefix="nightly").on_ended("Rule", cross_stack_scope=theirs)

    app.synth()
    assert ours.dependencies == []
