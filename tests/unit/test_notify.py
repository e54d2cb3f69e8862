"""`notify=`: what a topic is told, what that makes, and what the policies of topic and key must say."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match, Template

from cdk_bedrock_batch import BatchModel, ModelInvocationJob, Outcome, PolicyKind
from cdk_bedrock_batch._template.stack_view import StackView
from cdk_bedrock_batch.handler import BatchHandler
from unit.templates import as_text

Declare = Callable[..., ModelInvocationJob]
ARN = "arn:aws:sns:us-east-1:111122223333:told"
EVENTS = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}}
ALARMS = {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}}
OWN = {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}}


def found(stack: Stack, kind: str) -> dict[str, dict[str, Any]]:
    resources = Template.from_stack(stack).find_resources(kind)
    return {name: as_text(each.get("Properties", {})) for name, each in resources.items()}


def rules(stack: Stack) -> list[dict[str, Any]]:
    """Those that tell topics."""
    return [each for name, each in found(stack, "AWS::Events::Rule").items() if "Notify" in name]


def test_a_topic_gets_the_outcomes_of_the_jobs_that_name_it(stack: Stack, declare: Declare) -> None:
    declare(notify=sns.Topic(stack, "Topic"))
    (rule,) = rules(stack)
    (topic,) = found(stack, "AWS::SNS::Topic")

    assert rule["EventPattern"] == {
        "source": ["cdk-bedrock-batch"],
        "detail-type": ["Batch Inference Job Outcome"],
        "detail": {"stackId": ["${AWS::StackId}"], "notify": [f"${{{topic}}}"]},
    }
    (target,) = rule["Targets"]
    assert target["Arn"] == f"${{{topic}}}"


def test_it_gets_plain_lines(stack: Stack, declare: Declare) -> None:
    """EventBridge takes a text of several lines only with each line in double quotes."""
    declare(notify=sns.Topic(stack, "Topic"))
    ((target,),) = (rule["Targets"] for rule in rules(stack))
    transformer = target["InputTransformer"]
    text = transformer["InputTemplate"]
    for name, path in transformer["InputPathsMap"].items():
        text = text.replace(f"<{name}>", path)

    assert text.splitlines() == [
        '"$.detail.text.title"',
        '"$.detail.text.records"',
        '"$.detail.text.message"',
        '"Output: $.detail.text.output"',
        '"Job: $.detail.text.job"',
        '"$.detail.text.next"',
    ]


def test_what_no_outcome_tells_is_an_alarm(stack: Stack, declare: Declare) -> None:
    declare(notify=sns.Topic(stack, "Topic"))
    (topic,) = found(stack, "AWS::SNS::Topic")
    alarms = found(stack, "AWS::CloudWatch::Alarm")

    kinds = [name.removeprefix("BedrockBatchOutcomes")[:-8] for name in alarms]
    assert [kind[:10] for kind in sorted(kinds)] == ["ErrorsAlar", "LateAlarm", "StuckAlarm"]
    assert all(alarm["AlarmActions"] == [f"${{{topic}}}"] for alarm in alarms.values())
    assert all(alarm["TreatMissingData"] == "notBreaching" for alarm in alarms.values())


def test_its_number_of_resources_grows_with_topics_and_models_only(declare: Declare) -> None:
    counts = []
    for jobs in (1, 8):
        stack = Stack(App(), "Stack")
        topic = sns.Topic(stack, "Topic")
        for number in range(jobs):
            declare(f"Job{number}", scope=stack, notify=topic)
        counts.append(len(Template.from_stack(stack).to_json()["Resources"]) - 2 * jobs)
        assert len(rules(stack)) == 1
        assert len(found(stack, "AWS::CloudWatch::Alarm")) == 3

    assert counts[0] == counts[1]


def test_each_topic_has_a_rule_and_all_alarms_of_its_jobs(stack: Stack, declare: Declare) -> None:
    one, two = sns.Topic(stack, "One"), sns.Topic(stack, "Two")
    declare("A", notify=one)
    declare("B", notify=two, model=BatchModel.from_model_id("us.amazon.nova-lite-v1:0"))
    alarms = found(stack, "AWS::CloudWatch::Alarm")

    assert len(rules(stack)) == 2
    assert sorted(len(alarm["AlarmActions"]) for alarm in alarms.values()) == [1, 1, 2, 2]


def test_a_job_waits_until_its_outcome_can_reach_the_topic(stack: Stack, declare: Declare) -> None:
    """A job may end within a minute, and its outcome is told once."""
    declare("One", notify=sns.Topic(stack, "Topic"))
    resources = Template.from_stack(stack).to_json()["Resources"]
    (job,) = (each for each in resources.values() if each["Type"] == "Custom::BedrockModelInvocationJob")
    (gate,) = (name for name in job["DependsOn"] if name.startswith("BedrockBatchOutcomes"))

    needs = resources[gate]["DependsOn"]
    assert {resources[name]["Type"] for name in needs} == {
        "AWS::Events::Rule",
        "AWS::Lambda::Permission",
        "AWS::SNS::TopicPolicy",
    }
    assert any("Notify" in name for name in needs)


def test_a_topic_that_is_imported_twice_is_told_once(stack: Stack, declare: Declare) -> None:
    for name in ("One", "Two"):
        declare(name, notify=sns.Topic.from_topic_arn(stack, f"Topic{name}", ARN))

    assert len(rules(stack)) == 1
    assert all(len(alarm["AlarmActions"]) == 1 for alarm in found(stack, "AWS::CloudWatch::Alarm").values())


def test_the_topic_lets_rules_and_alarms_of_the_account_publish(stack: Stack, declare: Declare) -> None:
    topic = sns.Topic(stack, "Topic")
    for name in ("One", "Two"):
        declare(name, notify=topic)
    (policy,) = found(stack, "AWS::SNS::TopicPolicy").values()
    (name,) = found(stack, "AWS::SNS::Topic")
    statements = [{key: each[key] for key in each if key != "Sid"} for each in policy["PolicyDocument"]["Statement"]]

    publish = {"Action": "sns:Publish", "Resource": f"${{{name}}}"}
    assert statements == [{**EVENTS, **publish}, {**ALARMS, **publish, "Condition": OWN}]


def test_the_key_of_an_encrypted_topic_lets_both_use_it(stack: Stack, declare: Declare) -> None:
    key = kms.Key(stack, "TopicKey")
    declare(notify=sns.Topic(stack, "Topic", master_key=key))
    (policy,) = (each for name, each in found(stack, "AWS::KMS::Key").items() if name.startswith("TopicKey"))
    statements = policy["KeyPolicy"]["Statement"]

    for service, data_key in ((EVENTS, "kms:GenerateDataKey*"), (ALARMS, "kms:GenerateDataKey")):
        assert {**service, "Action": ["kms:Decrypt", data_key], "Resource": "*"} in statements
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_the_owner_of_an_imported_topic_is_told_what_to_allow(stack: Stack, declare: Declare) -> None:
    job = declare(notify=sns.Topic.from_topic_arn(stack, "Topic", ARN))

    (required,) = job.required_policies
    assert (required.kind, required.resource) == (PolicyKind.TOPIC_POLICY, ARN)
    publish = {"Action": "sns:Publish", "Resource": ARN}
    assert list(required.statements) == [{**EVENTS, **publish}, {**ALARMS, **publish, "Condition": OWN}]
    Annotations.from_stack(stack).has_warning(
        "/Stack/Job",
        Match.string_like_regexp(
            rf"the topic policy of {ARN} cannot be written from this stack; the outcome of this job is not told unless "
            r"it holds these statements, or wider ones: \["
        ),
    )


def test_fails_on_the_key_that_aws_manages_for_sns(stack: Stack, declare: Declare) -> None:
    """It lets neither rules nor alarms use it, and nobody can change that."""
    key = kms.Alias.from_alias_name(stack, "Alias", "alias/aws/sns")

    with pytest.raises(ValueError, match=r"^notify must be a topic with a key of your own, or without encryption"):
        declare(notify=sns.Topic(stack, "Topic", master_key=key))


def test_a_key_that_cannot_be_opened_is_warned_of(stack: Stack, declare: Declare) -> None:
    alias = "alias/topics"
    key = kms.Alias.from_alias_name(stack, "Alias", alias)
    job = declare(notify=sns.Topic(stack, "Topic", master_key=key))

    (required,) = job.required_policies
    assert required.kind is PolicyKind.KEY_POLICY
    assert required.resource.endswith(alias)
    Annotations.from_stack(stack).has_warning("/Stack/Job", Match.string_like_regexp(f"the key policy of .*{alias}"))


def test_a_topic_of_another_stack_is_told(app: App, declare: Declare) -> None:
    theirs, ours = Stack(app, "Theirs"), Stack(app, "Ours")
    topic = sns.Topic(theirs, "Topic")
    declare("One", scope=ours, notify=topic)
    declare("Two", scope=ours, notify=topic)
    app.synth()

    assert len(rules(ours)) == 1
    assert "cloudwatch.amazonaws.com" in json.dumps(found(theirs, "AWS::SNS::TopicPolicy"))


def test_fails_on_a_fifo_topic(stack: Stack, declare: Declare) -> None:
    with pytest.raises(ValueError, match=r"^notify must be a standard topic, since a rule of EventBridge"):
        declare(notify=sns.Topic(stack, "Topic", fifo=True))


@pytest.mark.parametrize(
    ("arn", "text"),
    [
        (
            "arn:aws:sns:eu-west-1:111122223333:told",
            "notify must be a topic in the Region of the stack, us-east-1, got one in eu-west-1",
        ),
        (
            "arn:aws:sns:us-east-1:444455556666:told",
            "notify must be a topic in the account of the stack, 111122223333, got one in 444455556666",
        ),
    ],
)
def test_fails_on_a_topic_elsewhere(declare: Declare, arn: str, text: str) -> None:
    stack = Stack(App(), "Here", env=Environment(account="111122223333", region="us-east-1"))

    with pytest.raises(ValueError, match=f"^{text}$"):
        declare(scope=stack, notify=sns.Topic.from_topic_arn(stack, "Topic", arn))


def test_it_is_counted_as_what_it_takes_of_the_template(app: App, declare: Declare) -> None:
    plain, told = Stack(app, "Plain"), Stack(app, "Tolds")
    declare(scope=plain, outcome=Outcome())
    declare(scope=told, notify=sns.Topic(told, "Topic"))
    rooms = [BatchHandler._of_stack(StackView.of(stack))._room for stack in (plain, told)]
    counted = [(room._resources, room.taken_bytes) for room in rooms]
    more = {
        name: each
        for name, each in Template.from_stack(told).to_json()["Resources"].items()
        if "Alarm" in name or "Notify" in name
    }
    taken = len(json.dumps(more, separators=(",", ":")))

    assert counted[1][0] - counted[0][0] == len(more) == 4
    assert taken + 400 <= counted[1][1] - counted[0][1] <= taken + 3_000
