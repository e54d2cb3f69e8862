"""A rule whose target names the job: AWS CloudFormation could make neither, and CDK itself does not see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import pytest
from aws_cdk import App, CfnOutput, CfnResource, Fn, NestedStack, Stack, Stage
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from cdk_bedrock_batch import ModelInvocationJob
from cdk_bedrock_batch._events.template_graph import TemplateGraph

Declare = Callable[..., ModelInvocationJob]
Target = Callable[[Stack, ModelInvocationJob], events.IRuleTarget]


def synth(stack: Stack) -> None:
    """As the CDK CLI does it. The `assertions` look for cycles, too, and only they do."""
    cast("App", stack.node.root).synth()


def function(scope: Stack, **environment: str) -> lambda_.Function:
    return lambda_.Function(
        scope,
        "Fn",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
        environment=environment,
    )


def of_input(stack: Stack, job: ModelInvocationJob) -> events.IRuleTarget:
    return targets.SqsQueue(sqs.Queue(stack, "Q"), message=events.RuleTargetInput.from_object({"uri": job.output_uri}))


def of_environment(stack: Stack, job: ModelInvocationJob) -> events.IRuleTarget:
    return targets.LambdaFunction(function(stack, JOB=job.job_name))


def of_policy(stack: Stack, job: ModelInvocationJob) -> events.IRuleTarget:
    handler = function(stack)
    job.grant_describe(handler)
    return targets.LambdaFunction(handler)


def of_definition(stack: Stack, job: ModelInvocationJob) -> events.IRuleTarget:
    look = sfn.Pass(stack, "Look", result=sfn.Result.from_object({"arn": job.job_arn}))
    return targets.SfnStateMachine(
        sfn.StateMachine(stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(look))
    )


def of_nested_stack(stack: Stack, job: ModelInvocationJob) -> events.IRuleTarget:
    return targets.LambdaFunction(function(NestedStack(stack, "Inner"), JOB=job.job_id))


def of_dependency(stack: Stack, job: ModelInvocationJob) -> events.IRuleTarget:
    topic = sns.Topic(stack, "Topic")
    topic.node.add_dependency(job)
    return targets.SnsTopic(topic)


def of_override(stack: Stack, job: ModelInvocationJob) -> events.IRuleTarget:
    queue = sqs.Queue(stack, "Q")
    name = stack.resolve(job.node.default_child.logical_id)  # type: ignore[union-attr]  # of a job
    queue.node.default_child.add_override("Properties.QueueName", {"Fn::Sub": f"q-${{{name}.JobId}}"})  # type: ignore[union-attr]  # of a queue
    return targets.SqsQueue(queue)


CYCLES: dict[str, tuple[Target, str]] = {
    "the target's input": (of_input, "Stack/Job -> Stack/Job/Rule -> Stack/Job"),
    "the environment of a function": (of_environment, "Stack/Job -> Stack/Job/Rule -> Stack/Fn -> Stack/Job"),
    "the policy of a role": (
        of_policy,
        "Stack/Job -> Stack/Job/Rule -> Stack/Fn -> Stack/Fn/ServiceRole/DefaultPolicy -> Stack/Job",
    ),
    "the definition of a state machine": (
        of_definition,
        "Stack/Job -> Stack/Job/Rule -> Stack/Machine -> Stack/Job",
    ),
    "a nested stack": (
        of_nested_stack,
        "Stack/Job -> Stack/Job/Rule -> Stack/Inner.NestedStack/Inner.NestedStackResource -> Stack/Job",
    ),
    "a dependency": (of_dependency, "Stack/Job -> Stack/Job/Rule -> Stack/Topic -> Stack/Job"),
    "an override": (of_override, "Stack/Job -> Stack/Job/Rule -> Stack/Q -> Stack/Job"),
}


@pytest.fixture
def app() -> App:
    return App(context={"aws:cdk:enable-path-metadata": True})


@pytest.mark.parametrize("kind", CYCLES)
def test_fails_on_a_target_that_names_the_job(stack: Stack, declare: Declare, kind: str) -> None:
    target, way = CYCLES[kind]
    job = declare()
    job.on_ended("Rule", target=target(stack, job))

    with pytest.raises(RuntimeError, match=rf"one of these after the job: {re.escape(way)}\.") as failed:
        synth(stack)

    assert "Take the ARN from the event, at $.detail.batchJobArn" in str(failed.value)
    assert "grant on" in str(failed.value)


def the_way_out(stack: Stack, job: ModelInvocationJob) -> events.IRuleTarget:
    """What the error says instead: the event's ARN, the part of the name, the output's folder."""
    handler = function(stack, PART=job.job_name_part)
    job.grant_read_output(handler)
    message = events.RuleTargetInput.from_object({"arn": events.EventField.from_path("$.detail.batchJobArn")})
    return targets.LambdaFunction(handler, event=message)


def of_another_job(stack: Stack, _job: ModelInvocationJob) -> events.IRuleTarget:
    other = ModelInvocationJob.from_job_arn(stack, "Other", f"arn:aws:bedrock:us-east-1:111122223333:{ID}")
    return targets.LambdaFunction(function(stack, JOB=other.job_arn))


def beside_the_job(stack: Stack, job: ModelInvocationJob) -> events.IRuleTarget:
    CfnOutput(stack, "Arn", value=job.job_arn)
    job.grant_stop(iam.Role(stack, "Operator", assumed_by=iam.AccountRootPrincipal()))
    return targets.SqsQueue(sqs.Queue(stack, "Q"))


ID = "model-invocation-job/a1b2c3d4e5f6"


def topic_name(topic: sns.Topic, job: ModelInvocationJob) -> None:
    resource = topic.node.default_child
    assert isinstance(resource, sns.CfnTopic)
    resource.display_name = job.job_id


def topic_policy(topic: sns.Topic, job: ModelInvocationJob) -> None:
    of_job = {"StringEquals": {"sns:Endpoint": job.job_arn}}
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["sns:Subscribe"],
            resources=[topic.topic_arn],
            principals=[iam.AccountRootPrincipal()],
            conditions=of_job,
        )
    )


@pytest.mark.parametrize("name", [topic_name, topic_policy])
def test_fails_on_a_notified_topic_that_names_its_job(
    stack: Stack, declare: Declare, name: Callable[[sns.Topic, ModelInvocationJob], None]
) -> None:
    topic = sns.Topic(stack, "Topic")
    name(topic, declare(notify=topic))

    with pytest.raises(RuntimeError, match=r"one of these after the job: Stack/Job -> .*Stack/Topic.* -> Stack/Job"):
        synth(stack)


def test_fails_on_a_policy_of_a_target_that_names_the_job(stack: Stack, declare: Declare) -> None:
    job = declare()
    topic = sns.Topic(stack, "Topic")
    job.on_ended("Rule").add_target(targets.SnsTopic(topic))
    topic_policy(topic, job)

    with pytest.raises(RuntimeError, match=r"Stack/Job -> Stack/Topic/Policy -> Stack/Job"):
        synth(stack)


@pytest.mark.parametrize("target", [the_way_out, of_another_job, beside_the_job])
def test_what_does_not_name_the_job_is_no_cycle(stack: Stack, declare: Declare, target: Target) -> None:
    job = declare()
    job.on_ended("Rule", target=target(stack, job))

    synth(stack)


def test_what_names_the_job_may_be_the_target_of_another_jobs_rule(stack: Stack, declare: Declare) -> None:
    first, second = declare("First"), declare("Second")
    second.on_ended("Rule", target=of_environment(stack, first))

    synth(stack)


def test_two_jobs_whose_rules_name_each_other_are_found(stack: Stack, declare: Declare) -> None:
    first, second = declare("First"), declare("Second")
    first.on_ended("Rule", target=of_input(stack, second))
    second.on_ended("Rule", target=of_environment(stack, first))

    with pytest.raises(RuntimeError, match=r"Stack/First -> Stack/First/Rule -> Stack/Second -> Stack/Second/Rule -> "):
        synth(stack)


def test_a_rule_in_the_stack_around_that_of_its_job(stack: Stack, declare: Declare) -> None:
    job = declare(scope=NestedStack(stack, "Inner"), job_name_prefix="nightly")
    job.on_ended("Rule", cross_stack_scope=stack, target=of_environment(stack, job))

    way = r"Stack/Inner\.NestedStack/Inner\.NestedStackResource -> Stack/Rule -> Stack/Fn -> Stack/Inner"
    with pytest.raises(RuntimeError, match=way):
        synth(stack)


def test_a_target_in_the_stack_around_that_of_job_and_rule(stack: Stack, declare: Declare) -> None:
    job = declare(scope=NestedStack(stack, "Inner"))
    job.on_ended("Rule", target=of_environment(stack, job))

    way = r"Stack/Inner\.NestedStack/Inner\.NestedStackResource -> Stack/Fn -> Stack/Inner"
    with pytest.raises(RuntimeError, match=way):
        synth(stack)


def test_the_stacks_of_a_stage_are_looked_at(app: App, declare: Declare) -> None:
    job = declare(scope=(stack := Stack(Stage(app, "Prod"), "Stack")))
    job.on_ended("Rule", target=of_input(stack, job))

    with pytest.raises(RuntimeError, match=r"Prod/Stack/Job -> Prod/Stack/Job/Rule -> Prod/Stack/Job"):
        app.synth()


def test_without_paths_in_the_template_logical_ids_are_told(declare: Declare) -> None:
    job = declare(scope=(stack := Stack(App(), "Stack")))
    job.on_ended("Rule", target=of_input(stack, job))

    with pytest.raises(RuntimeError, match=r"the job: Job\w{8} -> JobRule\w{8} -> Job\w{8}\."):
        synth(stack)


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"Ref": "B"}, True),
        ({"Fn::GetAtt": ["B", "Arn"]}, True),
        ({"Fn::GetAtt": "B.Arn"}, True),
        ({"Fn::Sub": "x-${B}"}, True),
        ({"Fn::Sub": "x-${B.Arn}-${AWS::Region}"}, True),
        ({"Fn::Sub": ["${X}", {"X": [{"Ref": "B"}]}]}, True),
        ({"Fn::Sub": ["${B}", {"B": "text"}]}, False),
        ({"Fn::Sub": "x-${!B}"}, False),
        ({"Fn::Join": ["", ["B", {"Fn::If": ["C", {"Ref": "B"}, ""]}]]}, True),
        ({"Fn::Select": [0, ["B", 1, None]]}, False),
        ("${B}", False),
    ],
)
def test_the_forms_of_a_reference(value: Any, named: bool) -> None:
    graph = TemplateGraph({"Resources": {"A": {"Properties": {"P": value}}, "B": {}}})

    assert graph.path(["A"], "B") == (["A", "B"] if named else None)


@pytest.mark.parametrize("needed", ["B", ["C", "B"]])
def test_the_forms_of_a_dependency(needed: Any) -> None:
    assert TemplateGraph({"Resources": {"A": {"DependsOn": needed}, "B": {}}}).path(["A"], "B") == ["A", "B"]


def test_cdk_itself_sees_no_cycle(app: App) -> None:
    """If it does one day, this library need not."""
    stack = Stack(app, "Stack")
    one = CfnResource(stack, "One", type="AWS::SNS::Topic")
    two = CfnResource(stack, "Two", type="AWS::SNS::Topic", properties={"DisplayName": Fn.get_att("One", "TopicName")})
    one.add_property_override("DisplayName", two.ref)

    synth(stack)
