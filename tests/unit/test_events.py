"""The rules for the events of jobs: what they match, and that they exist before their jobs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, NestedStack, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Template
from hypothesis import example, given, settings
from hypothesis import strategies as st
from kernel_calls import counted

from bedrock_batch.outcome.names import SOURCE, RunOutcome
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from bedrock_batch.statuses import ENDED, JobStatus
from cdk_bedrock_batch import BatchModel, IModelInvocationJob, JobInput, ModelInvocationJob, Outcome
from cdk_bedrock_batch._template import StackView
from cdk_bedrock_batch.handler import BatchHandler
from unit.rules import JOB_ARN, event, matches, names, pattern, rules
from unit.test_job_name import STACK_ID, logical_id, resource_of

Declare = Callable[..., ModelInvocationJob]
METHODS = {
    "on_state_change": {*JobStatus},
    "on_completed": {JobStatus.COMPLETED, JobStatus.PARTIALLY_COMPLETED},
    "on_failed": {JobStatus.FAILED, JobStatus.EXPIRED},
    "on_ended": ENDED,
}
MOST_CALLS = 50
LOGICAL_ID = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,11}", fullmatch=True)
OTHER_STACK_ID = STACK_ID.replace("0a1b2c3d", "ffffffff")


def name_of(stack_id: str, logical_id: str, prefix: str) -> str:
    return RunIdentity(ResourceIdentity(stack_id, logical_id), {}).name(prefix, 1)


@pytest.mark.parametrize("method", METHODS)
def test_each_run_of_a_job_matches_in_its_statuses_and_no_other(stack: Stack, declare: Declare, method: str) -> None:
    job, other = declare(), declare("Other")
    getattr(job, method)("Rule")

    found = pattern(stack)
    assert {
        (name, status)
        for name in (*names(job, "p"), *names(other, "p"), *names(job, "p", OTHER_STACK_ID), "by-hand")
        for status in (*JobStatus, "Paused")
        if matches(found, event(name, status))
    } == {
        (name, status)
        for name in names(job, "p")
        for status in METHODS[method] | ({"Paused"} if method == "on_state_change" else set())
    }


def test_events_of_other_kinds_do_not_match(stack: Stack, declare: Declare) -> None:
    job = declare()
    job.on_ended("Rule")
    found, (name, *_) = pattern(stack), names(job, "p")

    assert matches(found, event(name))
    for other in ({"source": "mine"}, {"detail-type": "Model Customization Job State Change"}):
        assert not matches(found, event(name) | other)


@pytest.mark.parametrize("override", ["NightlySummaries", "Nightly", "N"])
def test_a_logical_id_may_be_overridden_after_the_rule_was_made(stack: Stack, declare: Declare, override: str) -> None:
    job, other = declare(), declare("Other")
    job.on_ended("Rule")
    resource_of(job).override_logical_id(override)
    resource_of(other).override_logical_id(f"Other{override}" if len(override) < 8 else "Other")

    found = pattern(stack)
    assert all(matches(found, event(name)) for name in names(job, "p"))
    assert not any(matches(found, event(name)) for name in names(other, "p"))


@settings(max_examples=200, deadline=None)
@example(ours="Ours", theirs="xOurs", prefix="Ours")
@example(ours="xOurs", theirs="Ours", prefix="xOurs-Ours")
@given(ours=LOGICAL_ID, theirs=LOGICAL_ID, prefix=st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,21}", fullmatch=True))
def test_no_job_of_another_logical_id_or_stack_matches_whatever_its_prefix(ours: str, theirs: str, prefix: str) -> None:
    part = ResourceIdentity(STACK_ID, ours).part
    of_rule = {"detail": {"batchJobName": [{"wildcard": f"*-{part}-*"}]}}

    assert matches(of_rule, event(name_of(STACK_ID, ours, prefix)))
    prefixes = (prefix, f"{part}{prefix}"[:22], f"{prefix[:5]}{part}", part)
    for other in (each for each in prefixes if f"-{part}-" not in f"{each}-"):
        assert not matches(of_rule, event(name_of(OTHER_STACK_ID, ours, other)))
        if ours[-8:] != theirs[-8:]:
            assert not matches(of_rule, event(name_of(STACK_ID, theirs, other)))


def test_only_a_prefix_that_was_written_with_the_id_of_the_stack_matches_too() -> None:
    """A limit of EventBridge's wildcards. Nobody knows the id before the stack is there."""
    part = ResourceIdentity(STACK_ID, "NightlySummaries").part
    of_rule = {"detail": {"batchJobName": [{"wildcard": f"*-{part}-*"}]}}

    assert matches(of_rule, event(name_of(STACK_ID, "Other", f"x-{part}")))


def each_target(stack: Stack) -> dict[str, events.IRuleTarget]:
    look = sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "Look"))
    code = lambda_.Code.from_inline("def handler(event, context): pass")
    return {
        "AWS::SQS::QueuePolicy": targets.SqsQueue(sqs.Queue(stack, "Queue")),
        "AWS::SNS::TopicPolicy": targets.SnsTopic(sns.Topic(stack, "Topic")),
        "AWS::IAM::Policy": targets.SfnStateMachine(sfn.StateMachine(stack, "Machine", definition_body=look)),
        "AWS::Lambda::Permission": targets.LambdaFunction(
            lambda_.Function(stack, "Fn", runtime=lambda_.Runtime.PYTHON_3_14, handler="index.handler", code=code)
        ),
    }


@pytest.mark.parametrize("kind", ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::IAM::Policy"])
@pytest.mark.parametrize("is_added_later", [False, True])
def test_the_job_waits_for_what_lets_a_target_take_events(
    stack: Stack, declare: Declare, kind: str, is_added_later: bool
) -> None:
    job, target = declare(), each_target(stack)[kind]
    if is_added_later:
        job.on_ended("Rule").add_target(target)
    else:
        job.on_ended("Rule", target=target)

    template = Template.from_stack(stack)
    (resource,) = template.find_resources("Custom::BedrockModelInvocationJob").values()
    policies = [name for name in template.find_resources(kind) if name.startswith(("Queue", "Topic", "MachineEvents"))]
    assert len(policies) == 1
    assert set(policies) <= set(resource["DependsOn"])


def test_a_target_keeps_all_that_it_has(stack: Stack, declare: Declare) -> None:
    """As in a rule of CDK's own."""
    message = events.RuleTargetInput.from_object({"arn": events.EventField.from_path("$.detail.batchJobArn")})
    lost, queue = sqs.Queue(stack, "Lost"), sqs.Queue(stack, "Queue2")
    theirs = events.Rule(stack, "Theirs", event_pattern=events.EventPattern(source=["theirs"]))
    given = each_target(stack).values()
    for rule in (declare().on_ended("Rule"), theirs):
        rule.add_target(targets.SqsQueue(queue, message=message, dead_letter_queue=lost, retry_attempts=3))
        for target in given:
            rule.add_target(target)

    rules = Template.from_stack(stack).find_resources("AWS::Events::Rule").values()
    first, second = (rule["Properties"]["Targets"] for rule in rules)
    assert len(first) == 5
    assert first == second


@pytest.mark.parametrize("method", METHODS)
def test_the_rule_exists_before_the_job_and_as_long(stack: Stack, declare: Declare, method: str) -> None:
    job = declare()
    queue = sqs.Queue(stack, "Queue")
    rule = getattr(job, method)("Rule", target=targets.SqsQueue(queue))

    (resource,) = Template.from_stack(stack).find_resources("Custom::BedrockModelInvocationJob").values()
    assert stack.resolve(rule.node.default_child.logical_id) in resource["DependsOn"]


def test_its_options_are_those_of_cdk(stack: Stack, declare: Declare) -> None:
    queue = sqs.Queue(stack, "Queue")
    rule = declare().on_failed(
        "Failed",
        target=targets.SqsQueue(queue),
        description="A failed job",
        event_pattern=events.EventPattern(account=["111122223333"], detail={"batchModelId": [{"suffix": "nova"}]}),
        rule_name="failed",
    )
    (found,) = rules(stack)

    assert rule.node.path == "Stack/Job/Failed"
    assert (found["Description"], found["Name"], len(found["Targets"])) == ("A failed job", "failed", 1)
    assert found["EventPattern"]["account"] == ["111122223333"]
    assert {*found["EventPattern"]["detail"]} == {"batchJobName", "batchModelId", "status"}


def test_a_users_pattern_restricts_it(stack: Stack, declare: Declare) -> None:
    job = declare()
    job.on_ended("Rule", event_pattern=events.EventPattern(resources=[JOB_ARN]))
    (name, *_) = names(job, "p")

    assert matches(pattern(stack), event(name))
    assert not matches(pattern(stack), event(name, arn=JOB_ARN.replace("a1b2", "ffff")))


@pytest.mark.parametrize(
    ("given", "member"),
    [
        (events.EventPattern(source=["aws.s3"]), "source"),
        (events.EventPattern(detail_type=["x"]), "detail_type"),
        (events.EventPattern(detail={"status": ["Stopped"]}), "detail.status"),
        (events.EventPattern(detail={"batchJobName": [{"prefix": "x"}]}), "detail.batchJobName"),
    ],
)
def test_fails_on_a_pattern_that_would_widen_it(declare: Declare, given: events.EventPattern, member: str) -> None:
    with pytest.raises(
        ValueError, match=rf"^event_pattern must not hold {member}, which the rule sets itself: CDK joi"
    ):
        declare().on_completed("Rule", event_pattern=given)


def test_each_status_may_be_asked_of_on_state_change(stack: Stack, declare: Declare) -> None:
    job = declare()
    job.on_state_change("Rule", event_pattern=events.EventPattern(detail={"status": ["Stopping"]}))
    (name, *_) = names(job, "p")

    assert [each for each in JobStatus if matches(pattern(stack), event(name, each))] == [JobStatus.STOPPING]


@pytest.mark.parametrize("method", METHODS)
def test_an_imported_job_is_known_by_its_arn(stack: Stack, method: str) -> None:
    job: IModelInvocationJob = ModelInvocationJob.from_job_arn(stack, "Theirs", JOB_ARN)
    rule = getattr(job, method)("Rule", cross_stack_scope=stack)

    assert rule.node.path == "Stack/Rule"
    for arn, is_theirs in ((JOB_ARN, True), (JOB_ARN.replace("a1b2", "ffff"), False)):
        found = {each for each in JobStatus if matches(pattern(stack), event("any-name", each, arn))}
        assert found == ({*METHODS[method]} if is_theirs else set())


def test_any_job_of_the_account(stack: Stack) -> None:
    rule = ModelInvocationJob.on_any_state_change(
        stack,
        "Any",
        target=targets.SqsQueue(sqs.Queue(stack, "Queue")),
        description="Any",
        event_pattern=events.EventPattern(detail={"status": ["Failed"]}),
        rule_name="any",
    )

    assert rule.node.path == "Stack/Any"
    assert [each for each in JobStatus if matches(pattern(stack), event("by-hand", each))] == [JobStatus.FAILED]
    with pytest.raises(ValueError, match=r"^event_pattern must not hold source, "):
        ModelInvocationJob.on_any_state_change(stack, "Wide", event_pattern=events.EventPattern(source=["mine"]))


def test_fails_on_more_rules_than_a_template_has_room_for_beside_the_jobs(stack: Stack, declare: Declare) -> None:
    job = declare()
    BatchHandler._of_stack(StackView.of(stack))._take_room(resources=457, size=0)
    job.on_ended("Last")

    with pytest.raises(ValueError, match=r"^the jobs of one stack may take 460 of the 500 resources of its template"):
        job.on_ended("OneMore")


def test_one_more_rule_takes_at_most_50_calls(prompts: Path) -> None:
    def calls(rules: int) -> int:
        stack = Stack(app := App(), "Stack")
        queue = targets.SqsQueue(sqs.Queue(stack, "Queue"))
        jobs = [
            ModelInvocationJob(
                stack,
                f"Job{number}",
                model=BatchModel.from_model_id("us.amazon.nova-lite-v1:0"),
                input=JobInput.from_file(prompts),
                run_id=f"{number}",
            )
            for number in range(11)
        ]
        with counted() as found:
            for job in jobs[:rules]:
                job.on_ended("Ended", target=queue)
            app.synth()
        return found.total()

    assert 5 < (calls(11) - calls(1)) / 10 <= MOST_CALLS


def outcome(job: ModelInvocationJob, outcome: str, stack_id: str = STACK_ID, **detail: str) -> dict[str, Any]:
    """An event of an outcome, with what a rule looks at."""
    known = {"stackId": stack_id, "stackName": "Stack", "logicalResourceId": logical_id(job), "outcome": outcome}
    return {
        "source": SOURCE,
        "detail-type": "Batch Inference Job Outcome",
        "resources": [JOB_ARN],
        "detail": known | detail,
    }


@pytest.fixture
def judged(declare: Declare) -> ModelInvocationJob:
    """A job with an outcome."""
    return declare(outcome=Outcome())


@pytest.mark.parametrize("asked", [None, ["degraded"], [RunOutcome.FAILED, "expired"]])
def test_outcomes_of_a_job_match_and_no_others(
    stack: Stack, judged: ModelInvocationJob, asked: list[str] | None
) -> None:
    rule = judged.on_outcome("Outcome", outcomes=asked, target=targets.SqsQueue(sqs.Queue(stack, "Queue")))
    found = pattern(stack, source=SOURCE)

    assert {each for each in RunOutcome if matches(found, outcome(judged, each))} == {*(asked or RunOutcome)}
    assert not matches(found, outcome(judged, "failed", logicalResourceId="Other"))
    assert not matches(found, outcome(judged, "failed", OTHER_STACK_ID))
    (job,) = Template.from_stack(stack).find_resources("Custom::BedrockModelInvocationJob").values()
    assert stack.resolve(rule.node.default_child.logical_id) in job["DependsOn"]  # type: ignore[union-attr]  # of a rule


def test_outcomes_of_another_stack_are_known_by_its_name(app: App, judged: ModelInvocationJob) -> None:
    theirs = Stack(app, "Theirs")
    judged.on_outcome("Outcome", cross_stack_scope=theirs)
    resource_of(judged).override_logical_id("N")

    assert matches(pattern(theirs, source=SOURCE), outcome(judged, "good"))
    assert not matches(pattern(theirs, source=SOURCE), outcome(judged, "good", stackName="Other"))
    assert "Theirs" in [each.id for each in app.synth().get_stack_by_name("Stack").dependencies]


def test_fails_on_outcomes_of_a_nested_stack_in_another_one(stack: Stack, declare: Declare) -> None:
    job = declare(scope=NestedStack(stack, "Inner"), outcome=Outcome())

    with pytest.raises(ValueError, match=r"^a rule in another stack needs a job in a stack whose name is known at syn"):
        job.on_outcome("Outcome", cross_stack_scope=stack)


def test_fails_on_outcomes_of_a_job_without_any(declare: Declare) -> None:
    with pytest.raises(ValueError, match=r"^on_outcome needs a job with outcome or notify, such as "):
        declare().on_outcome("Outcome")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ([], "outcomes must name at least one outcome"),
        (["done"], "outcomes must be some of good, degraded, failed, stopped, expired, got 'done'"),
        ("good", "outcomes must be a list of strings, got str"),
    ],
)
def test_fails_on_what_is_no_outcome(judged: ModelInvocationJob, asked: Any, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        judged.on_outcome("Outcome", outcomes=asked)
